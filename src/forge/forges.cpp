#include "forge/forge.hpp"

namespace docent::forge {

Forges::Forges(Pools& pools, net::HttpClient* http) {
    all_.push_back({"gitlab", gitlab_forge(http)});
    all_.push_back({"git", local_forge(pools)});
}

Forges::~Forges() = default;

Forge& Forges::of(const store::Repository& repository) {
    for (auto& entry : all_)
        if (entry.platform == repository.platform) return *entry.forge;
    return *all_.back().forge;
}

}  // namespace docent::forge
