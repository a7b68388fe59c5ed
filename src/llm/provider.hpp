#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "llm/types.hpp"

namespace docent::net {
class HttpClient;
}

namespace docent::llm {

/// One language model service, or a list of them (models.hpp). Called from the event loop, from many
/// coroutines at once; nothing is kept between calls.
class Provider {
public:
    virtual ~Provider() = default;

    /// Streams the reply into `out` and returns it whole. Cancelling the coroutine ends the upstream call.
    /// rate_limited, upstream_failed, timed_out, unavailable, or whatever out.put() failed with.
    /// Error::reason, where the caller could act on it: "context_overflow" (send less), "bad_request"
    /// (the same request will fail again), "unauthorized", "unknown_model", "quota", "stalled",
    /// "empty_answer", "caller" (out.put() failed), and from a list of models "interrupted": it broke off
    /// after something had been put into `out`.
    virtual Task<Result<Reply>> complete(const Request& request, Sink<Delta>& out) = 0;

    /// Tokens that prompt and answer may have together, of the smallest model that may be asked; 0: not
    /// known.
    virtual std::int64_t context_tokens() const { return 0; }
};

struct ProviderConfig {
    std::string kind;  // a name in providers.cpp
    std::string base_url;
    std::string api_key;
    std::string model;
    std::string script;                  // kind "scripted": the JSON file to play
    std::string reasoning;               // how much the model is to think: "", "low", "medium", "high"
    std::int64_t context_tokens = 0;     // 0: not known
    std::int64_t max_output_tokens = 0;  // of one reply, where a request names none; 0: the provider's
    std::chrono::milliseconds first_token_limit{45'000};
    std::chrono::milliseconds idle_limit{30'000};  // between two tokens
};

/// `http` outlives the provider. invalid_argument for a kind that providers.cpp does not list, or a
/// configuration that it refuses.
Result<std::unique_ptr<Provider>> make_provider(const ProviderConfig& config, net::HttpClient& http);

/// The kinds that providers.cpp lists.
std::vector<std::string> provider_kinds();

}  // namespace docent::llm
