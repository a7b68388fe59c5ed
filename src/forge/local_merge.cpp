#include "forge/local_merge.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include "base/log.hpp"
#include "base/text.hpp"
#include "git/commit_range.hpp"
#include "git/landing.hpp"
#include "git/merge.hpp"
#include "git/push.hpp"

namespace docent::forge {
namespace {

constexpr int most_tries = 5;  // others may push to the target meanwhile

Error not_merged(std::string why) { return conflict(std::move(why)).because("not_mergeable"); }

/// A tree that a merge is made in, gone at the end.
class MergeTree {
public:
    explicit MergeTree(const Place& place) : folder_(place.work) {}
    ~MergeTree() { (void)git::blocking_remove_workspace(folder_); }
    MergeTree(const MergeTree&) = delete;
    MergeTree& operator=(const MergeTree&) = delete;

    /// A branch of its own that stands where `start` does, a branch of the repository.
    Result<git::Workspace> blocking_make(const Place& place, const std::string& start) {
        TRY_VOID(git::blocking_remove_workspace(folder_));
        TRY(auto made, git::blocking_create_workspace(place.workspace.mirror, folder_,
                                                      "docent-merge/" + folder_.filename().string(), start));
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
        return not_merged("a branch of the merge request is no longer in the repository");
    return both;
}

/// What a merge came to; "" stands for: there is nothing to push.
Status check_merged(const git::Merged& merged) {
    if (merged.result == git::MergeResult::conflicts) {
        std::string files;
        for (const auto& file : merged.conflicted_files) files += (files.empty() ? "" : ", ") + file;
        return not_merged("the branches conflict in: " + files);
    }
    if (merged.result == git::MergeResult::failed) return not_merged(merged.reason);
    return {};
}

std::string title_and_body(const store::MergeRequest& request, std::string_view last) {
    std::string out = request.title + "\n";
    if (!trim(request.description).empty()) (out += "\n") += std::string(trim(request.description)) + "\n";
    if (!last.empty()) (out += "\n") += std::string(last) + "\n";
    return out;
}

bool is_same(const git::Identity& a, const git::Identity& b) { return a.email == b.email; }

/// The author of its first commit makes the squashed one, with everybody else who wrote one.
Result<git::SquashRequest> blocking_squash_of(const git::CommitRange& range, const std::string& onto,
                                              const Place& place, const store::MergeRequest& request) {
    TRY(const auto commits, git::blocking_commits(range));
    git::SquashRequest out;
    out.onto = onto;
    out.author = out.committer = place.committer;
    std::vector<git::Identity> others;
    std::string last;
    bool first = true;
    for (const auto& commit : commits) {
        if (commit.merge || !git::check_identity(commit.author)) continue;
        if (first) out.author = commit.author;
        first = false;
        const auto known = [&](const git::Identity& other) { return is_same(other, commit.author); };
        if (is_same(out.author, commit.author) || std::ranges::any_of(others, known)) continue;
        others.push_back(commit.author);
        last += (last.empty() ? "" : "\n");
        last += "Co-authored-by: " + commit.author.name + " <" + commit.author.email + ">";
    }
    out.message = title_and_body(request, last);
    return out;
}

/// The tree with the merge on its branch; nothing when the target has everything.
struct Made {
    git::Workspace workspace;
    std::string sha;
    bool empty = false;
};

Result<Made> blocking_rebased(MergeTree& tree, const Place& place, const store::MergeRequest& request) {
    Made out;
    TRY(out.workspace, tree.blocking_make(place, request.source_branch));
    TRY(const auto merged, git::blocking_pull(out.workspace, place.remote, request.target_branch,
                                              git::PullStrategy::rebase, place.committer));
    TRY_VOID(check_merged(merged));
    TRY(auto head, git::blocking_head(out.workspace));
    TRY(const auto target, git::blocking_branch_sha(place.workspace.mirror, request.target_branch));
    out.sha = std::move(head.sha);
    out.empty = out.sha == target;
    return out;
}

Result<Made> blocking_make_merge(MergeTree& tree, const Place& place, const store::MergeRequest& request,
                                 MergeMethod method) {
    if (method == MergeMethod::rebase) return blocking_rebased(tree, place, request);
    Made out;
    TRY(out.workspace, tree.blocking_make(place, request.target_branch));
    TRY(const auto target, git::blocking_head(out.workspace));
    const auto subject = "Merge branch '" + request.source_branch + "'\n\n" + request.title + "\n";
    TRY(const auto merged, git::blocking_merge(out.workspace, request.source_branch, place.committer,
                                               std::chrono::minutes(2), subject));
    TRY_VOID(check_merged(merged));
    out.empty = merged.result == git::MergeResult::already_up_to_date;
    out.sha = merged.new_sha.value_or(target.sha);
    if (method == MergeMethod::merge || out.empty) return out;
    git::CommitRange range;
    range.git_dir = out.workspace.git_dir;
    range.base_sha = target.sha;
    range.head_sha = request.head_sha;
    TRY(const auto squash, blocking_squash_of(range, target.sha, place, request));
    auto squashed = git::blocking_squash(out.workspace, squash);
    out.empty = !squashed && squashed.error().reason == "nothing_to_commit";
    if (!squashed && !out.empty) return std::move(squashed).error();
    out.sha = squashed ? *std::move(squashed) : target.sha;
    return out;
}

/// One try: the commit that the target stands on then; "" when somebody pushed to it meanwhile.
Result<std::string> blocking_merge_once(const Place& place, const store::MergeRequest& request,
                                        MergeMethod method) {
    TRY_VOID(blocking_look(place, request));
    TRY(const auto head, git::blocking_branch_sha(place.workspace.mirror, request.source_branch));
    if (head != request.head_sha)
        return conflict("the branch has other commits than were proposed: propose it again")
            .because("head_changed");
    MergeTree tree(place);
    TRY(const auto made, blocking_make_merge(tree, place, request, method));
    if (made.empty) return made.sha;
    git::PushRequest push;
    push.branch = request.target_branch;
    push.updates_checkout = true;
    TRY(const auto pushed, git::blocking_push(made.workspace, place.remote, push));
    switch (pushed.result) {
        case git::PushResult::pushed:
        case git::PushResult::already_up_to_date:
            return made.sha;
        case git::PushResult::rejected:
            log::info("merge request " + request.id + ": " + pushed.reason + " " + pushed.detail);
            if (pushed.moved) return std::string();
            return not_merged("the repository refused the merge: " + pushed.reason);
        case git::PushResult::failed:
            break;
    }
    return Error(ErrorCode::upstream_failed, pushed.reason, pushed.detail);
}

/// One merge into a repository at a time: git changes the files of its checkout before it finds out that the
/// branch has moved, and leaves them changed then.
std::shared_ptr<std::mutex> lock_of_repository(const std::string& url) {
    static std::mutex guard;
    static std::map<std::string, std::weak_ptr<std::mutex>> locks;
    const std::lock_guard held(guard);
    std::erase_if(locks, [](const auto& one) { return one.second.expired(); });
    auto& known = locks[url];
    auto lock = known.lock();
    if (!lock) known = lock = std::make_shared<std::mutex>();
    return lock;
}

}  // namespace

Result<std::string> blocking_local_merge(const Place& place, const store::MergeRequest& request,
                                         MergeMethod method) {
    const auto lock = lock_of_repository(place.remote.url);
    const std::lock_guard held(*lock);
    for (int i = 0; i < most_tries; ++i) {
        TRY(auto sha, blocking_merge_once(place, request, method));
        if (!sha.empty()) return sha;
    }
    return Error(ErrorCode::unavailable, "others push to the target branch all the time; try again");
}

Result<State> blocking_local_state(const Place& place, const store::MergeRequest& request) {
    State out;
    out.status = request.status;
    out.draft = request.draft;
    out.merge_commit_sha = request.merge_commit_sha;
    if (request.status != "open") return out;
    TRY_VOID(git::blocking_refresh_mirror(place.remote, place.workspace.mirror, {request.target_branch}));
    TRY(const auto tried, git::blocking_mergeability(place.workspace, request.target_branch));
    out.mergeable = tried.mergeable;
    out.behind_by = tried.behind_by;
    out.conflicting_files = tried.conflicting_files;
    if (tried.source_sha != request.head_sha) return out;  // there is work that was not proposed
    // Somebody merged it by hand.
    if (tried.ahead_by == 0) {
        out.status = "merged";
        out.merge_commit_sha = tried.target_sha;
        return out;
    }
    TRY(auto landed, git::blocking_find_landed(place.workspace, tried));
    if (!landed) return out;
    out.status = "merged";
    out.merge_commit_sha = *std::move(landed);
    return out;
}

}  // namespace docent::forge
