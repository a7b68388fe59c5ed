#include "forge/forge.hpp"

namespace docent::forge {

std::string_view to_string(MergeMethod method) {
    switch (method) {
        case MergeMethod::merge:
            return "merge";
        case MergeMethod::squash:
            return "squash";
        case MergeMethod::rebase:
            return "rebase";
    }
    return "";
}

Result<MergeMethod> merge_method_of(std::string_view name) {
    for (const auto method : {MergeMethod::merge, MergeMethod::squash, MergeMethod::rebase})
        if (name == to_string(method)) return method;
    return invalid("method: expected merge, squash or rebase");
}

Task<Result<std::optional<Pipeline>>> Forge::pipeline(const Place&, const store::MergeRequest&) {
    co_return std::optional<Pipeline>();
}

bool may_pass(const Error& error) {
    const bool passing = error.code == ErrorCode::rate_limited || error.code == ErrorCode::timed_out ||
                         error.code == ErrorCode::unavailable || error.code == ErrorCode::upstream_failed;
    return passing && error.reason != "forge_refused";
}

Forges::Forges(Pools& pools, const Clock& clock, net::HttpClient* http) {
    all_.push_back({"github", github_forge(clock, http)});
    all_.push_back({"forgejo", forgejo_forge(clock, http)});
    all_.push_back({"gitlab", gitlab_forge(clock, http)});
    all_.push_back({"git", local_forge(pools)});
}

Forges::~Forges() = default;

Forge& Forges::of(const store::Repository& repository) {
    for (auto& entry : all_)
        if (entry.platform == repository.platform) return *entry.forge;
    return *all_.back().forge;
}

}  // namespace docent::forge
