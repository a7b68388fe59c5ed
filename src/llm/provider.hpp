#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "llm/types.hpp"

namespace docent::llm {

/// One language model service. Called from the event loop, from many coroutines at once; nothing is kept
/// between calls.
class Provider {
public:
    virtual ~Provider() = default;

    /// Streams the reply into `out` and returns it whole. Cancelling the coroutine ends the upstream call.
    /// rate_limited, upstream_failed, timed_out, or whatever out.put() failed with.
    virtual Task<Result<Reply>> complete(const Request& request, Sink<Delta>& out) = 0;
};

struct ProviderConfig {
    std::string kind;  // a name in providers.cpp
    std::string base_url;
    std::string api_key;
    std::string model;
    std::string script;  // kind "scripted": the JSON file to play
};

/// invalid_argument for a kind that providers.cpp does not list, or a configuration that it refuses.
Result<std::unique_ptr<Provider>> make_provider(const ProviderConfig& config);

/// The kinds that providers.cpp lists.
std::vector<std::string> provider_kinds();

}  // namespace docent::llm
