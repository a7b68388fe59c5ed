#include <functional>
#include <map>

#include "llm/provider.hpp"

namespace docent::llm {

using Factory = Result<std::unique_ptr<Provider>>(const ProviderConfig&, net::HttpClient&);

// One line per provider: the kind in the configuration file, and the factory in providers/<kind>.cpp.
Factory make_anthropic;
Factory make_openai_chat;
Factory make_openai_responses;
Factory make_scripted;
static const std::map<std::string, Factory*, std::less<>> providers = {
    {"anthropic", make_anthropic},
    {"openai", make_openai_chat},
    {"openai-responses", make_openai_responses},
    {"scripted", make_scripted},
};

Result<std::unique_ptr<Provider>> make_provider(const ProviderConfig& config, net::HttpClient& http) {
    const auto it = providers.find(config.kind);
    if (it != providers.end()) return it->second(config, http);
    std::string known;
    for (const auto& kind : provider_kinds()) known += (known.empty() ? "" : ", ") + kind;
    return invalid("provider is \"" + config.kind + "\"; it must be one of: " + known);
}

std::vector<std::string> provider_kinds() {
    std::vector<std::string> kinds;
    for (const auto& [kind, factory] : providers) kinds.push_back(kind);
    return kinds;
}

}  // namespace docent::llm
