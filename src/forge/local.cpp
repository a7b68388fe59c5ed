#include "base/log.hpp"
#include "forge/forge.hpp"
#include "git/merge.hpp"
#include "git/push.hpp"

namespace docent::forge {
namespace {

constexpr int most_tries = 3;  // others may push to the target meanwhile

Error not_mergeable(std::string why) { return conflict(std::move(why)).because("not_mergeable"); }

/// A tree that a merge is made in, gone at the end.
class MergeTree {
public:
    explicit MergeTree(const Place& place) : folder_(place.work) {}
    ~MergeTree() { (void)git::blocking_remove_workspace(folder_); }
    MergeTree(const MergeTree&) = delete;
    MergeTree& operator=(const MergeTree&) = delete;

    /// A branch of its own that stands where the target does.
    Result<git::Workspace> blocking_make(const Place& place, const std::string& target) {
        TRY_VOID(git::blocking_remove_workspace(folder_));
        TRY(auto made, git::blocking_create_workspace(place.workspace.mirror, folder_,
                                                      "docent-merge/" + folder_.filename().string(), target));
        return std::move(made.workspace);
    }

private:
    std::filesystem::path folder_;
};

/// The branches of the mirror as the repository has them now.
Status blocking_look(const Place& place, const store::MergeRequest& request) {
    auto both = git::blocking_refresh_mirror(place.remote, place.workspace.mirror,
                                             {request.source_branch, request.target_branch});
    if (!both && both.error().code == ErrorCode::not_found)
        return not_mergeable("a branch of the merge request is no longer in the repository");
    return both;
}

/// One try: the commit that the target stands on then; "" when somebody pushed to it meanwhile.
Result<std::string> blocking_merge_once(const Place& place, const store::MergeRequest& request) {
    TRY_VOID(blocking_look(place, request));
    TRY(const auto head, git::blocking_branch_sha(place.workspace.mirror, request.source_branch));
    if (head != request.head_sha)
        return conflict("the branch has other commits than were proposed: propose it again")
            .because("head_changed");
    MergeTree tree(place);
    TRY(const auto workspace, tree.blocking_make(place, request.target_branch));
    TRY(const auto merged, git::blocking_merge(workspace, request.source_branch, place.committer));
    if (merged.result == git::MergeResult::conflicts) {
        std::string files;
        for (const auto& file : merged.conflicted_files) files += (files.empty() ? "" : ", ") + file;
        return not_mergeable("the branches conflict in: " + files);
    }
    if (merged.result == git::MergeResult::failed) return not_mergeable(merged.reason);
    if (merged.result == git::MergeResult::already_up_to_date) return head;
    git::PushRequest push;
    push.branch = request.target_branch;
    push.updates_checkout = true;
    TRY(const auto pushed, git::blocking_push(workspace, place.remote, push));
    switch (pushed.result) {
        case git::PushResult::pushed:
        case git::PushResult::already_up_to_date:
            return *merged.new_sha;
        case git::PushResult::rejected:
            log::info("merge request " + request.id + ": " + pushed.reason + " " + pushed.detail);
            if (pushed.moved) return std::string();
            return not_mergeable("the repository refused the merge: " + pushed.reason);
        case git::PushResult::failed:
            break;
    }
    return Error(ErrorCode::upstream_failed, pushed.reason, pushed.detail);
}

class Local final : public Forge {
public:
    explicit Local(Pools& pools) : pools_(pools) {}

    Task<Result<State>> open(const Place& place, const store::MergeRequest& request) override {
        co_return co_await read(place, request);
    }

    Task<Result<State>> read(const Place& place, const store::MergeRequest& request) override {
        co_return co_await on(pools_.git, [&]() -> Result<State> {
            State out;
            out.status = request.status;
            out.draft = request.draft;
            out.merge_commit_sha = request.merge_commit_sha;
            if (request.status != "open") return out;
            TRY_VOID(
                git::blocking_refresh_mirror(place.remote, place.workspace.mirror, {request.target_branch}));
            TRY(const auto tried, git::blocking_mergeability(place.workspace, request.target_branch));
            out.mergeable = tried.mergeable;
            // Somebody merged it by hand.
            const bool whole = tried.ahead_by == 0 && tried.source_sha == request.head_sha;
            if (whole) out.status = "merged";
            if (whole) out.merge_commit_sha = tried.target_sha;
            return out;
        });
    }

    Task<Result<State>> update(const Place& place, const store::MergeRequest& request) override {
        co_return co_await read(place, request);
    }

    /// What is said under it is kept by the caller.
    Task<Status> comment(const Place&, const store::MergeRequest&, std::string, std::string) override {
        co_return Status();
    }

    Task<Result<State>> merge(const Place& place, const store::MergeRequest& request,
                              MergeMethod method) override {
        if (request.draft) co_return not_mergeable("it is a draft: mark it ready first");
        if (method != MergeMethod::merge)
            co_return invalid("method: a repository without a forge is merged with \"merge\"");
        co_return co_await on(pools_.git, [&]() -> Result<State> {
            for (int i = 0; i < most_tries; ++i) {
                TRY(auto sha, blocking_merge_once(place, request));
                if (sha.empty()) continue;
                State out;
                out.status = "merged";
                out.merge_commit_sha = std::move(sha);
                return out;
            }
            return Error(ErrorCode::unavailable, "others push to the target branch all the time; try again");
        });
    }

    Task<Result<State>> close(const Place&, const store::MergeRequest&) override {
        State out;
        out.status = "closed";
        co_return out;
    }

private:
    Pools& pools_;
};

}  // namespace

std::unique_ptr<Forge> local_forge(Pools& pools) { return std::make_unique<Local>(pools); }

}  // namespace docent::forge
