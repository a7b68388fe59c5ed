#include "agent/workspaces.hpp"

#include <system_error>

#include "agent/services.hpp"
#include "agent/transcript.hpp"
#include "base/json_fields.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "forge/credentials.hpp"
#include "git/commit.hpp"
#include "git/merge.hpp"
#include "store/repositories.hpp"

namespace docent::agent {
namespace {

constexpr std::size_t longest_slug = 40;
constexpr const char* set_aside_suffix = ".removed";

/// Which branch a tree is of, and where it left the target.
struct Origin {
    std::string branch, base;
};
Result<Origin> origin_of(const git::Workspace& workspace, const std::string& target) {
    TRY(const auto head, git::blocking_head(workspace));
    Origin out{head.branch, head.sha};
    auto against = git::blocking_mergeability(workspace, target);
    if (against && !against->merge_base_sha.empty()) out.base = against->merge_base_sha;
    return out;
}

Tree tree_of(const store::Session& session, const store::Repository& repository, git::Remote remote,
             git::Workspace workspace) {
    Tree tree;
    tree.remote = std::move(remote);
    tree.path = workspace.tree;
    tree.workspace = std::move(workspace);
    tree.repository = repository.full_name;
    tree.branch = session.branch_name;
    tree.base_branch = session.target_branch.empty() ? repository.default_branch : session.target_branch;
    tree.default_branch = repository.default_branch;
    tree.base_commit = session.base_commit;
    tree.settings = object_in(repository.settings);
    return tree;
}

}  // namespace

std::string Workspaces::branch_name(const store::Session& session) const {
    if (!session.branch_name.empty()) return session.branch_name;
    std::string slug;
    for (const char c : lower_ascii(session.title)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            slug += c;
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
    }
    slug.resize(std::min(slug.size(), longest_slug));
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    if (slug.empty()) slug = "session";
    // The end of the id is its random part.
    return services_.settings.branch_prefix + slug + "-" +
           session.id.substr(session.id.size() - std::min<std::size_t>(6, session.id.size()));
}

std::filesystem::path Workspaces::folder(const std::string& session_id) const {
    return services_.settings.data / "trees" / session_id;
}

std::filesystem::path Workspaces::mirror(const std::string& repository_id) const {
    return services_.settings.data / "mirrors" / (repository_id + ".git");
}

Task<Result<store::Repository>> Workspaces::repository(const store::Session& session) {
    if (session.repository_id.empty())
        co_return not_found(
            "this session has no repository: connect one with POST /api/v1/repositories, and start "
            "a new session");
    co_return co_await services_.repositories.find("", session.repository_id);
}

Task<Result<std::string>> Workspaces::token(const store::CodeProvider& provider) {
    if (!provider.has_secret) co_return std::string();
    if (services_.credentials) co_return co_await services_.credentials->token(provider);
    co_return co_await services_.code_providers.secret(provider.id);
}

Task<Result<git::Remote>> Workspaces::remote(const store::Repository& repository) {
    git::Remote out;
    out.url = repository.clone_url;
    auto provider = co_await services_.code_providers.find("", repository.code_provider_id);
    if (!provider) co_return std::move(provider).error();
    const auto metadata = object_in(provider->metadata);
    if (text_field(metadata, "type") == "ssh_key") {
        out.ssh_key = text_field(metadata, "path");
        out.known_hosts = services_.settings.data / "known_hosts";
    }
    if (provider->has_secret) {
        auto secret = co_await token(*provider);
        if (!secret) co_return std::move(secret).error();
        out.token = *std::move(secret);
        out.user = text_field(metadata, "user");
        // Each forge takes its tokens for another user's password; Forgejo for anybody's.
        if (out.user.empty() && repository.platform == "gitlab") out.user = "oauth2";
        if (out.user.empty() && repository.platform == "github") out.user = "x-access-token";
    }
    co_return out;
}

Task<Result<git::Remote>> Workspaces::renewed(const store::Session& session, git::Remote was) {
    auto repository = co_await this->repository(session);
    if (!repository) co_return std::move(repository).error();
    co_return co_await renewed_of(*repository, std::move(was));
}

Task<Result<git::Remote>> Workspaces::renewed_of(const store::Repository& repository, git::Remote was) {
    if (!services_.credentials || was.token.empty()) co_return was;
    auto token = co_await services_.credentials->renew(repository.code_provider_id, was.token);
    if (!token) co_return std::move(token).error();
    was.token = *std::move(token);
    co_return was;
}

Task<Result<git::Remote>> Workspaces::refresh(const store::Repository& repository) {
    auto from = co_await remote(repository);
    if (!from) co_return from;
    const auto bare = mirror(repository.id);
    auto done = co_await on(services_.pools.git, [&] { return git::blocking_refresh_mirror(*from, bare); });
    if (done) co_return from;
    if (done.error().code != ErrorCode::upstream_failed) co_return std::move(done).error();
    auto again = co_await renewed_of(repository, *from);
    if (!again || again->token == from->token) co_return std::move(done).error();
    done = co_await on(services_.pools.git, [&] { return git::blocking_refresh_mirror(*again, bare); });
    if (!done) co_return std::move(done).error();
    co_return again;
}

Task<Result<Workspaces::Opened>> Workspaces::open(const store::Session& session) {
    auto repository = co_await this->repository(session);
    if (!repository) co_return std::move(repository).error();
    const auto where = folder(session.id);
    const auto bare = mirror(repository->id);
    Opened out;
    auto there = co_await on(services_.pools.git, [&] { return git::blocking_open_workspace(bare, where); });
    if (there) {
        auto from = co_await remote(*repository);
        if (!from) co_return std::move(from).error();
        store::Session known = session;
        if (session.branch_name.empty() || session.base_commit.empty()) {
            // Killed between the making of the tree and the storing of what it is.
            const auto base =
                session.target_branch.empty() ? repository->default_branch : session.target_branch;
            auto found = co_await on(services_.pools.git, [&] { return origin_of(*there, base); });
            if (!found) co_return std::move(found).error();
            out.patch.branch_name = known.branch_name = found->branch;
            out.patch.base_commit = known.base_commit = found->base;
        }
        out.tree = tree_of(known, *repository, *std::move(from), *std::move(there));
        if (session.sandbox_id.empty()) out.patch.sandbox_id = session.id;
        co_return out;
    }
    if (there.error().code != ErrorCode::not_found) co_return std::move(there).error();
    const auto branch = branch_name(session);
    const auto target = session.target_branch.empty() ? repository->default_branch : session.target_branch;
    if (branch == repository->default_branch)
        co_return invalid("branch_name \"" + branch +
                          "\" is the repository's default branch; work on another one");
    auto from = co_await refresh(*repository);
    if (!from) co_return std::move(from).error();
    auto made = co_await on(services_.pools.git,
                            [&] { return git::blocking_create_workspace(bare, where, branch, target); });
    if (!made) co_return std::move(made).error();
    out.made = true;
    out.patch.branch_name = made->branch;
    out.patch.base_commit = made->target_sha;
    out.patch.sandbox_id = session.id;
    store::Session now = session;
    now.branch_name = made->branch;
    now.base_commit = made->target_sha;
    out.tree = tree_of(now, *repository, *std::move(from), std::move(made->workspace));
    co_return out;
}

Task<Result<Tree>> Workspaces::find(const store::Session& session) {
    auto repository = co_await this->repository(session);
    if (!repository) co_return std::move(repository).error();
    const auto where = folder(session.id);
    const auto bare = mirror(repository->id);
    auto there = co_await on(services_.pools.git, [&] { return git::blocking_find_workspace(bare, where); });
    if (!there) co_return std::move(there).error();
    auto from = co_await remote(*repository);
    if (!from) co_return std::move(from).error();
    co_return tree_of(session, *repository, *std::move(from), *std::move(there));
}

Task<Result<std::string>> Workspaces::commit(const Tree& tree, std::string message) {
    git::CommitRequest request;
    request.message = std::move(message);
    request.author = request.committer = services_.settings.committer();
    auto done =
        co_await on(services_.pools.git, [&] { return git::blocking_commit(tree.workspace, request); });
    if (done) co_return std::move(done->sha);
    if (done.error().reason == "nothing_to_commit") co_return std::string();
    co_return std::move(done).error();
}

Task<Result<std::vector<git::Branch>>> Workspaces::branches(const store::Repository& repository) {
    auto from = co_await remote(repository);
    if (!from) co_return std::move(from).error();
    const auto bare = mirror(repository.id);
    co_return co_await on(services_.pools.git, [&]() -> Result<std::vector<git::Branch>> {
        const auto fetched = git::blocking_refresh_mirror(*from, bare);
        if (fetched) return git::blocking_branches(bare);
        log::info("branches: " + fetched.error().message + " " + fetched.error().detail);
        auto before = git::blocking_branches(bare);
        if (before) return before;
        return fetched.error();
    });
}

Task<Status> Workspaces::set_aside(std::string session_id) {
    co_return co_await on(services_.pools.git,
                          [&] { return blocking_move(session_id, "", set_aside_suffix); });
}

Task<Status> Workspaces::put_back(std::string session_id) {
    co_return co_await on(services_.pools.git,
                          [&] { return blocking_move(session_id, set_aside_suffix, ""); });
}

Task<Status> Workspaces::remove(std::string session_id) {
    co_return co_await on(services_.pools.git, [&]() -> Status {
        for (const auto& parent : folders_of_sessions())
            TRY_VOID(git::blocking_remove_workspace(parent / (session_id + set_aside_suffix)));
        return {};
    });
}

Task<Status> Workspaces::finish_removals() {
    std::set<std::string> ids;
    const auto names = co_await on(services_.pools.git, [&] { return blocking_names_of_folders(); });
    for (const auto& name : names) {
        if (name.ends_with(set_aside_suffix))
            ids.insert(name.substr(0, name.size() - std::string_view(set_aside_suffix).size()));
    }
    for (const auto& id : ids) {
        auto session = co_await services_.sessions.find("", id);
        if (!session && session.error().code != ErrorCode::not_found) co_return std::move(session).error();
        Task<Status> rest = session ? put_back(id) : remove(id);
        auto done = co_await std::move(rest);
        if (!done) co_return done;
    }
    co_return Status();
}

Task<Status> Workspaces::remove_left_files() {
    const auto names = co_await on(services_.pools.git, [&] { return blocking_names_of_folders(); });
    std::vector<std::string> left(names.begin(), names.end());
    while (!left.empty()) {
        const auto some = std::min<std::size_t>(left.size(), 500);
        std::vector<std::string> ids(left.end() - static_cast<std::ptrdiff_t>(some), left.end());
        left.resize(left.size() - some);
        auto removed = co_await services_.sessions.removed_of(std::move(ids));
        if (!removed) co_return std::move(removed).error();
        for (const auto& id : *removed) {
            auto aside = co_await set_aside(id);
            if (!aside) co_return aside;
            auto gone = co_await remove(id);
            if (!gone) co_return gone;
        }
    }
    co_return Status();
}

std::set<std::string> Workspaces::blocking_names_of_folders() const {
    std::set<std::string> out;
    for (const auto& parent : folders_of_sessions()) {
        std::error_code failed;
        for (const auto& entry : std::filesystem::directory_iterator(parent, failed))
            out.insert(entry.path().filename().string());
    }
    return out;
}

std::filesystem::path Workspaces::scratch(const std::string& session_id) const {
    return folder(session_id + "-scratch" + set_aside_suffix);
}

/// Where each session has a folder of its own.
std::vector<std::filesystem::path> Workspaces::folders_of_sessions() const {
    return {services_.settings.data / "trees", services_.settings.data / "attachments"};
}

Status Workspaces::blocking_move(const std::string& session_id, const char* from, const char* to) const {
    for (const auto& parent : folders_of_sessions()) {
        std::error_code failed;
        std::filesystem::rename(parent / (session_id + from), parent / (session_id + to), failed);
        if (failed && failed != std::errc::no_such_file_or_directory)
            return Error(ErrorCode::unavailable, "the disk refused to move a session's files",
                         failed.message());
    }
    return {};
}

}  // namespace docent::agent
