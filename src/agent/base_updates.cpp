// Open merge requests follow the branch that they go into: what is new there is merged into theirs, without
// force, or people are told once that it conflicts.
#include "agent/merge_requests.hpp"
#include "base/log.hpp"
#include "git/merge.hpp"
#include "git/push.hpp"
#include "git/workspace.hpp"

namespace docent::agent {
namespace {

struct BaseUpdate {
    bool merged = false;
    std::string head_sha;    // then
    std::string target_sha;  // what was merged, or conflicts
    std::vector<std::string> conflicts;
};

/// Nothing is done where the branch has commits that are not in the tree, or the tree has uncommitted changes
/// in the way: the next push of the session sees to it.
Result<BaseUpdate> blocking_update(const Tree& tree, const store::MergeRequest& request,
                                   const git::Identity& committer) {
    BaseUpdate out;
    TRY_VOID(git::blocking_refresh_mirror(tree.remote, tree.workspace.mirror,
                                          {request.source_branch, request.target_branch}));
    TRY(const auto there, git::blocking_branch_sha(tree.workspace.mirror, request.source_branch));
    TRY(const auto found, git::blocking_mergeability(tree.workspace, request.target_branch));
    out.head_sha = found.source_sha;
    if (found.behind_by == 0 || there != found.source_sha) return out;
    out.target_sha = found.target_sha;
    if (!found.mergeable) {
        out.conflicts = found.conflicting_files;
        return out;
    }
    TRY(const auto merged, git::blocking_merge(tree.workspace, request.target_branch, committer));
    if (!merged.new_sha) return out;
    out.head_sha = *merged.new_sha;
    git::PushRequest push;
    push.branch = request.source_branch;
    TRY(const auto pushed, git::blocking_push(tree.workspace, tree.remote, push));
    out.merged = pushed.result == git::PushResult::pushed;
    if (!out.merged) log::info("merge request " + request.id + ": " + pushed.reason + " " + pushed.detail);
    return out;
}

std::string list_of(const std::vector<std::string>& files) {
    constexpr std::size_t most = 20;
    std::string out;
    for (std::size_t i = 0; i < files.size() && i < most; ++i) out += "\n- `" + files[i] + "`";
    if (files.size() > most) out += "\n- and " + std::to_string(files.size() - most) + " more";
    return out;
}

}  // namespace

void MergeRequests::base_moved(std::string repository_id, std::string branch) {
    constexpr std::size_t most_waiting = 100;
    if (group_.size() < most_waiting)
        group_.spawn("base moved", bring_up_to_date(std::move(repository_id), std::move(branch)));
}

Task<> MergeRequests::bring_up_to_date(std::string repository_id, std::string branch) {
    auto open = co_await stored_.open_into(std::move(repository_id), std::move(branch));
    if (!open) {
        log::warn("base moved: " + open.error().message + " " + open.error().detail);
        co_return;
    }
    for (auto& request : *open) {
        const auto id = request.id;
        auto done = co_await bring_one(std::move(request));
        if (!done)
            log::info("merge request " + id + " was not brought up to date: " + done.error().message + " " +
                      done.error().detail);
    }
}

Task<Status> MergeRequests::bring_one(store::MergeRequest request) {
    if (!busy_.insert(request.session_id).second) co_return Status();
    const std::string session_id = request.session_id;
    auto done = co_await bring_claimed(std::move(request));
    busy_.erase(session_id);
    co_return done;
}

Task<Status> MergeRequests::bring_claimed(store::MergeRequest request) {
    auto session = co_await services_.sessions.find("", request.session_id);
    if (!session) co_return session.error();
    if (session->ended() || !session->turn_event.empty()) co_return Status();
    auto tree = co_await services_.workspaces->find(*session);
    if (!tree && tree.error().code == ErrorCode::not_found) co_return Status();
    if (!tree) co_return tree.error();
    const auto committer = services_.settings.committer();
    const auto update =
        co_await on(services_.pools.git, [&] { return blocking_update(*tree, request, committer); });
    if (!update) co_return update.error();
    if (!update->conflicts.empty()) {
        if (!request.conflict_told.empty()) co_return Status();
        co_return co_await tell_conflicts(*std::move(session), std::move(request), update->target_sha,
                                          update->conflicts);
    }
    if (!update->merged && request.conflict_told.empty()) co_return Status();
    const auto target = request.target_branch;
    if (update->merged) request.head_sha = update->head_sha;
    if (update->merged) request.base_sha = update->target_sha;
    request.conflict_told.clear();
    request.updated = services_.clock.now();
    auto changed = co_await stored_.change(std::move(request));
    if (!changed) co_return changed.error();
    if (!update->merged) co_return Status();
    co_return co_await tell(session->id, target + " has moved: it was merged into the branch",
                            "base_branch_merged");
}

/// Once, until the branch merges cleanly again.
Task<Status> MergeRequests::tell_conflicts(store::Session session, store::MergeRequest request,
                                           std::string target_sha, std::vector<std::string> files) {
    request.conflict_told = target_sha;
    request.updated = services_.clock.now();
    const auto target = request.target_branch;
    const auto number = request.external_id;
    auto changed = co_await stored_.change(std::move(request));
    if (!changed) co_return changed.error();
    auto told = co_await tell(session.id,
                              target + " has moved and conflicts with this branch in:" + list_of(files) +
                                  "\n\nAsk the agent to merge " + target + " and to resolve the conflicts.",
                              "base_branch_conflicts");
    if (!told || number.empty()) co_return told;
    std::string text = "`" + target + "` has moved and conflicts with this branch in:" + list_of(files) +
                       "\n\nTo have them resolved, say so in a comment that mentions " +
                       services_.settings.mention + ".";
    co_return co_await say(std::move(session), std::move(text), "conflicts-" + target_sha);
}

}  // namespace docent::agent
