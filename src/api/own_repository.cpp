#include "api/own_repository.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "api/parse.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "git/transport.hpp"

namespace docent::api {
namespace {

/// A UUID of the project's time and of what it is made of: not random.
std::string own_provider_id(const store::Project& project) {
    const auto bits = sha256_hex("the repository of project " + project.id);
    const auto time = fmt::format("{:012x}", static_cast<std::uint64_t>(project.created) & 0xffff'ffff'ffff);
    return time.substr(0, 8) + "-" + time.substr(8) + "-7" + bits.substr(0, 3) + "-8" + bits.substr(3, 3) +
           "-" + bits.substr(6, 12);
}

/// Two ways to write one address.
std::string_view plain_address(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    if (url.ends_with(".git")) url.remove_suffix(4);
    return url;
}

/// The connected repository that `name` means: an id, a name or an address. An enabled one before others.
Task<Result<std::optional<store::Repository>>> find_connected(std::string project_id, std::string name,
                                                              Services& services) {
    constexpr std::int64_t at_once = 100;
    std::optional<store::Repository> out;
    store::Page page;
    page.limit = at_once;
    for (;;) {
        auto part = co_await services.coding.repositories.list(project_id, page);
        if (!part) co_return std::move(part).error();
        for (auto& one : *part)
            if ((name == one.id || name == one.name || name == one.full_name ||
                 plain_address(name) == plain_address(one.clone_url)) &&
                (!out || one.enabled || !out->enabled))
                out = one;
        if (std::ssize(*part) < at_once) co_return out;
        page.after = part->back().id;
    }
}

}  // namespace

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
    // The same id whoever makes it: of two callers at a time one connects, and the other finds it.
    provider.id = own_provider_id(*project);
    provider.project_id = project_id;
    provider.user_id = std::move(user_id);
    provider.platform = "git";
    provider.name = "The project's own";
    provider.metadata = R"({"type":"none"})";
    provider.created = provider.updated = now;
    std::string no_secret;
    auto connected = co_await services.coding.providers.add(std::move(provider), std::move(no_secret));
    if (!connected && connected.error().code != ErrorCode::conflict) co_return std::move(connected).error();
    store::Repository repository;
    repository.id = new_uuid(now);
    repository.project_id = project_id;
    repository.code_provider_id = own_provider_id(*project);
    std::string name = std::filesystem::path(remote.url).filename().string();
    if (name.ends_with(".git")) name.resize(name.size() - 4);
    repository.name = repository.full_name = name.empty() ? project->slug : name;
    repository.clone_url = remote.url;
    repository.default_branch = *std::move(branch);
    repository.platform = "git";
    repository.external_id = "own";
    repository.created = repository.updated = now;
    std::string address = repository.clone_url;
    auto added = co_await services.coding.repositories.add(std::move(repository));
    if (added || added.error().code != ErrorCode::conflict) co_return added;
    auto other = co_await find_connected(std::move(project_id), std::move(address), services);
    if (other && !*other) co_return std::move(added).error();
    if (!other) co_return std::move(other).error();
    co_return **std::move(other);
}

Task<Result<store::Repository>> repository_of_job(const store::Project& project, std::string named,
                                                  std::string user_id, Services& services) {
    std::string project_id = project.id;
    std::string wanted = named.empty() ? project.repository : named;
    if (!wanted.empty()) {
        auto found = co_await find_connected(project_id, std::move(wanted), services);
        if (!found) co_return std::move(found).error();
        if (*found && !(*found)->enabled && !named.empty())
            co_return invalid("repository: " + shown(named) + " is not enabled");
        if (*found && (*found)->enabled) co_return **std::move(found);
        if (!named.empty())
            co_return invalid("repository: " + shown(named) +
                              " is no connected repository of the project; GET /api/v1/repositories lists "
                              "them");
        auto own = co_await connect_own_repository(project_id, std::move(user_id), services);
        if (own || own.error().code != ErrorCode::not_found) co_return own;
    }
    auto first = co_await services.coding.repositories.first(std::move(project_id));
    if (!first && first.error().code == ErrorCode::not_found)
        co_return invalid(
            "the project has no repository to work on: connect one with POST /api/v1/repositories, or serve "
            "the documentation from a git repository");
    co_return first;
}

}  // namespace docent::api
