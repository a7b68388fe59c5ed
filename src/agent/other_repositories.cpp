// The other repositories of a session's project: copies for reading, beside its own tree.
#include "agent/services.hpp"
#include "agent/workspaces.hpp"

namespace docent::agent {
namespace {

constexpr std::int64_t most_repositories = 100;

}  // namespace

Task<Result<std::vector<store::Repository>>> Workspaces::enabled(const store::Session& session) {
    store::Page page;
    page.limit = most_repositories;
    auto all = co_await services_.repositories.list(session.project_id, std::move(page));
    if (all) std::erase_if(*all, [](const store::Repository& one) { return !one.enabled; });
    co_return all;
}

Task<Result<std::vector<std::string>>> Workspaces::others(const store::Session& session) {
    auto all = co_await enabled(session);
    if (!all) co_return std::move(all).error();
    std::vector<std::string> out;
    for (auto& one : *all)
        if (one.id != session.repository_id) out.push_back(std::move(one.full_name));
    co_return out;
}

Task<Result<Tree>> Workspaces::reading(const store::Session& session, std::string name) {
    auto all = co_await enabled(session);
    if (!all) co_return std::move(all).error();
    const store::Repository* wanted = nullptr;
    std::string known;
    for (const auto& one : *all) {
        if (!wanted && (name == one.full_name || name == one.name || name == one.id)) wanted = &one;
        known += (known.empty() ? "" : ", ") + one.full_name;
    }
    if (!wanted)
        co_return not_found("no repository of that name is connected; there is: " +
                            (known.empty() ? "none" : known));
    if (wanted->id == session.repository_id) co_return co_await find(session);
    const auto where = folder(session.id) / "others" / wanted->id;
    const auto bare = mirror(wanted->id);
    Tree tree;
    tree.repository = wanted->full_name;
    auto there = co_await on(services_.pools.git, [&] { return git::blocking_find_workspace(bare, where); });
    if (!there && there.error().code != ErrorCode::not_found) co_return std::move(there).error();
    if (there) {
        tree.path = there->tree;
        co_return tree;
    }
    auto fetched = co_await refresh(*wanted);
    if (!fetched) co_return std::move(fetched).error();
    const auto& branch = wanted->default_branch;
    auto made = co_await on(services_.pools.git, [&]() -> Result<git::Checkout> {
        std::error_code failed;
        std::filesystem::create_directories(where.parent_path(), failed);
        return git::blocking_create_workspace(bare, where, branch, branch);
    });
    if (!made) co_return std::move(made).error();
    tree.path = made->workspace.tree;
    co_return tree;
}

}  // namespace docent::agent
