#pragma once
#include "base/slots.hpp"
#include "llm/breaker.hpp"
#include "llm/models.hpp"

namespace docent::llm {

/// A model with what all lists share about it.
struct Models::Link {
    Link(ModelConfig c, std::unique_ptr<Provider> p)
        : config(std::move(c)),
          provider(std::move(p)),
          breaker(static_cast<int>(config.failures_to_rest), config.rest),
          slots(config.max_running) {}
    const ModelConfig config;
    const std::unique_ptr<Provider> provider;
    Breaker breaker;
    Slots slots;
    std::uint64_t calls = 0, failures = 0;
};

/// Asks models in order. `links` outlive it.
std::unique_ptr<Provider> make_chain(std::vector<Models::Link*> links);

/// How long to wait before attempt number `attempt` (the first retry is 1): the longer of our own wait,
/// doubled each time and shortened by a random part of `jitter` (0 to 1), and what the service asks for.
std::chrono::milliseconds retry_delay(const ModelConfig& config, int attempt, std::chrono::milliseconds asked,
                                      double jitter);

}  // namespace docent::llm
