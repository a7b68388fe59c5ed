#include "api/own_repository.hpp"

#include <filesystem>

#include "base/ids.hpp"
#include "git/transport.hpp"

namespace docent::api {

Task<Result<store::Repository>> connect_own_repository(std::string project_id, std::string user_id,
                                                       Services& services) {
    auto project = co_await services.projects.find(project_id);
    if (!project) co_return std::move(project).error();
    git::Remote remote;
    remote.url = project->repository;
    if (remote.url.empty() || git::masked(remote.url) != remote.url)
        co_return not_found("the project has no repository");
    auto branch = co_await on(services.pools.git, [&] { return git::blocking_default_branch(remote); });
    if (!branch) co_return std::move(branch).error();

    const auto now = services.clock.now();
    store::CodeProvider provider;
    provider.id = new_uuid(now);
    provider.project_id = project_id;
    provider.user_id = std::move(user_id);
    provider.platform = "git";
    provider.name = "The project's own";
    provider.metadata = R"({"type":"none"})";
    provider.created = provider.updated = now;
    std::string no_secret;
    auto connected = co_await services.coding.providers.add(std::move(provider), std::move(no_secret));
    if (!connected) co_return std::move(connected).error();
    store::Repository repository;
    repository.id = new_uuid(now);
    repository.project_id = std::move(project_id);
    repository.code_provider_id = connected->id;
    std::string name = std::filesystem::path(remote.url).filename().string();
    if (name.ends_with(".git")) name.resize(name.size() - 4);
    repository.name = repository.full_name = name.empty() ? project->slug : name;
    repository.clone_url = remote.url;
    repository.default_branch = *std::move(branch);
    repository.platform = "git";
    repository.external_id = "own";
    repository.created = repository.updated = now;
    co_return co_await services.coding.repositories.add(std::move(repository));
}

}  // namespace docent::api
