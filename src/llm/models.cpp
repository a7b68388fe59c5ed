#include "llm/models.hpp"

#include <algorithm>
#include <cmath>

#include "base/log.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "llm/chain.hpp"

namespace docent::llm {
namespace {

constexpr std::size_t most_chains = 1000;  // lists that are kept: more than projects have

Error about(const std::string& name, const Error& error) {
    return Error(error.code, "model " + name + ": " + error.message, error.detail);
}

Status check(const ModelConfig& config) {
    const bool plain =
        !config.name.empty() && config.name.size() <= 60 && std::ranges::all_of(config.name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        });
    if (!plain || config.name == "none" || config.name == "order")
        return invalid("\"" + std::string(cut_utf8(config.name, 60)) +
                       "\" is no name for a model; take lower-case letters, digits, hyphens, but not none "
                       "and order");
    return {};
}

}  // namespace

std::int64_t Prices::cost(const Usage& usage) const {
    const auto plain = usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens;
    const auto of = [](std::int64_t tokens, Money price) {
        return static_cast<double>(std::max<std::int64_t>(tokens, 0)) *
               (static_cast<double>(price.millionths) / 1e6);
    };
    const double all = of(plain, input) + of(usage.cached_input_tokens, cached_input.value_or(input)) +
                       of(usage.cache_write_tokens, cache_write.value_or(input)) +
                       of(usage.output_tokens, output);
    // A hair off, or sums like 0.1 + 0.2 would be rounded up by one.
    return static_cast<std::int64_t>(std::ceil(all - 1e-6));
}

Models::Models() = default;
Models::~Models() = default;

Result<std::unique_ptr<Models>> Models::make(std::vector<ModelConfig> models, std::vector<std::string> order,
                                             net::HttpClient& http) {
    std::unique_ptr<Models> out(new Models());
    for (auto& config : models) {
        TRY_VOID(check(config));
        if (out->find(config.name)) return invalid("there are two models named " + config.name);
        auto provider = make_provider(config.provider, http);
        if (!provider) return about(config.name, provider.error());
        out->links_.push_back(std::make_unique<Link>(std::move(config), *std::move(provider)));
    }
    for (const auto& name : order) {
        if (out->find(name)) continue;
        const auto near = nearest(name, out->names());
        return invalid("models.order names \"" + name + "\", which is not configured" +
                       (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
    }
    out->order_ = order.empty() ? out->names() : std::move(order);
    return out;
}

std::vector<std::string> Models::names() const {
    std::vector<std::string> out;
    for (const auto& link : links_) out.push_back(link->config.name);
    return out;
}

std::vector<Models::About> Models::list() const {
    std::vector<About> out;
    for (const auto& link : links_) {
        const auto& provider = link->config.provider;
        out.push_back({link->config.name, provider.kind, provider.model, link->provider->context_tokens()});
    }
    return out;
}

Provider* Models::find(const std::string& name) {
    for (const auto& link : links_)
        if (link->config.name == name) return link->provider.get();
    return nullptr;
}

Provider* Models::chain(const std::vector<std::string>& names) {
    if (names.size() == 1 && names.front() == "none") return nullptr;
    const auto& list = names.empty() ? order_ : names;
    const auto known = chains_.find(list);
    if (known != chains_.end()) return known->second.get();
    std::vector<Link*> links;
    for (const auto& name : list) {
        const auto it = std::ranges::find_if(links_, [&](const auto& l) { return l->config.name == name; });
        if (it == links_.end()) {
            log::warn("a project asks for the model \"" + repair_utf8(cut_utf8(name, 60)) +
                      "\", which is not configured");
        } else if (std::ranges::find(links, it->get()) == links.end()) {
            links.push_back(it->get());
        }
    }
    std::unique_ptr<Provider> chain;
    if (!links.empty()) chain = make_chain(std::move(links));
    auto* out = chain.get();
    if (chains_.size() >= most_chains) {
        // A running answer may hold any of them, so none is dropped.
        log::error("there are more lists of models than can be kept; the default one is used");
        return names.empty() ? nullptr : this->chain();
    }
    chains_.emplace(list, std::move(chain));
    return out;
}

std::vector<Models::State> Models::states() const {
    std::vector<State> out;
    for (const auto& link : links_) {
        State state;
        state.name = link->config.name;
        state.running = link->slots.taken();
        state.waiting = link->slots.waiting();
        state.resting = link->breaker.resting(std::chrono::steady_clock::now());
        state.calls = link->calls;
        state.failures = link->failures;
        out.push_back(std::move(state));
    }
    return out;
}

}  // namespace docent::llm
