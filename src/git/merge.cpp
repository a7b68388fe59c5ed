#include "git/merge.hpp"

#include <git2.h>

#include "git/conflicts.hpp"
#include "git/libgit2.hpp"
#include "git/status.hpp"

namespace docent::git {
namespace {

std::string hex(const git_oid& id) {
    char text[GIT_OID_HEXSZ + 1];
    return git_oid_tostr(text, sizeof text, &id);
}

std::string reason_of(const std::string& said) {
    const auto has = [&](const char* words) { return said.find(words) != said.npos; };
    if (has("would be overwritten") || has("unstaged changes") || has("uncommitted changes"))
        return "uncommitted changes are in the way: commit them or roll them back first";
    if (has("unrelated histories")) return "the branches share no history";
    if (has("Not possible to fast-forward") || has("not possible to fast-forward") ||
        has("Diverging branches"))
        return "the branches have diverged: pull with a merge or a rebase";
    if (has("File too large")) return "a file is too large";
    return "git could not merge the branch";
}

struct Start {
    std::string old_sha;
    std::string ref;    // where the other branch stands in the workspace
    std::string other;  // its commit
    int commits = 0;
};

/// Lets the workspace see the mirror's branch: its objects are shared already.
Result<Start> begin(const Workspace& workspace, const Program& git, const std::string& branch) {
    if (open_operation(workspace) != Operation::none)
        return conflict("a merge is open: conclude or abort it first").because("conflicts_present");
    remove_stale_locks(workspace.git_dir);
    Start start;
    TRY(start.other, blocking_branch_sha(workspace.mirror, branch));
    TRY(auto head, blocking_head(workspace));
    start.old_sha = std::move(head.sha);
    start.ref = "refs/remotes/origin/" + branch;
    TRY(auto done, git.output({"update-ref", start.ref, start.other}, "git cannot note the branch"));
    TRY(const auto count, git.line({"rev-list", "--count", start.old_sha + ".." + start.other},
                                   "git cannot count the commits"));
    start.commits = std::atoi(count.c_str());
    return start;
}

Result<Merged> finish(const Workspace& workspace, const Program& git, const Start& start,
                      const Finished& done) {
    Merged merged;
    merged.old_sha = start.old_sha;
    merged.commits = start.commits;
    TRY(auto head, blocking_head(workspace));
    if (done.exit_code == 0) {
        merged.result = head.sha == start.old_sha ? MergeResult::already_up_to_date
                        : head.sha == start.other ? MergeResult::fast_forwarded
                                                  : MergeResult::merged;
        merged.new_sha = std::move(head.sha);
        return merged;
    }
    TRY(const auto entries, status_of(git));
    for (const auto& entry : entries) {
        if (!entry.unmerged.empty()) merged.conflicted_files.push_back(entry.path);
    }
    if (!merged.conflicted_files.empty()) {
        merged.result = MergeResult::conflicts;
        return merged;
    }
    merged.reason = reason_of(done.err + done.out);
    if (open_operation(workspace) != Operation::none) TRY_VOID(blocking_abort(workspace));
    return merged;
}

Result<Finished> run_merge(const Program& git, const Start& start, const std::string& branch,
                           bool only_forward, const std::string& message = "") {
    std::vector<std::string> words{"merge",
                                   "--quiet",
                                   "--no-edit",
                                   "--no-verify",
                                   "--no-stat",
                                   "--no-autostash",
                                   "--no-verify-signatures",
                                   "--cleanup=whitespace"};
    if (only_forward)
        words.push_back("--ff-only");
    else if (!message.empty())
        words.insert(words.end(), {"--no-ff", "-m", message});
    else
        words.insert(words.end(), {"--ff", "-m", "Merge branch '" + branch + "' of the remote repository"});
    words.push_back(start.ref);
    return git.run(words);
}

}  // namespace

std::string_view to_string(MergeResult result) {
    switch (result) {
        case MergeResult::merged:
            return "merged";
        case MergeResult::fast_forwarded:
            return "fast_forwarded";
        case MergeResult::already_up_to_date:
            return "already_up_to_date";
        case MergeResult::conflicts:
            return "conflicts";
        case MergeResult::failed:
            return "failed";
    }
    return "";
}

std::string_view to_string(PullStrategy strategy) {
    switch (strategy) {
        case PullStrategy::fast_forward:
            return "fast_forward";
        case PullStrategy::merge:
            return "merge";
        case PullStrategy::rebase:
            return "rebase";
    }
    return "";
}

Result<Mergeability> blocking_mergeability(const Workspace& workspace, const std::string& target_branch,
                                           std::chrono::milliseconds limit) {
    Mergeability out;
    out.target_branch = target_branch;
    TRY(out.target_sha, blocking_branch_sha(workspace.mirror, target_branch));
    TRY(auto head, blocking_head(workspace));
    out.source_branch = std::move(head.branch);
    out.source_sha = std::move(head.sha);

    TRY(const auto repository, open_repository(workspace.git_dir.string(), false));
    git_oid source, target, base;
    if (git_oid_fromstr(&source, out.source_sha.c_str()) != 0 ||
        git_oid_fromstr(&target, out.target_sha.c_str()) != 0)
        return git_error(ErrorCode::internal, "internal error");
    std::size_t ahead = 0, behind = 0;
    if (git_graph_ahead_behind(&ahead, &behind, repository.get(), &source, &target) != 0)
        return git_error(ErrorCode::unavailable, "the repository is damaged: fetch it again");
    out.ahead_by = static_cast<int>(ahead);
    out.behind_by = static_cast<int>(behind);
    const int found = git_merge_base(&base, repository.get(), &source, &target);
    if (found == GIT_ENOTFOUND) return out;
    if (found != 0) return git_error(ErrorCode::unavailable, "the repository is damaged: fetch it again");
    out.merge_base_sha = hex(base);
    if (ahead == 0 || behind == 0) {
        out.mergeable = true;
        return out;
    }
    // The tree's id, then the files in conflict, each ended by NUL.
    const Program git = Program(limit).in(workspace).reading();
    TRY(auto done, git.run({"merge-tree", "--write-tree", "--name-only", "--no-messages", "-z",
                            out.target_sha, out.source_sha}));
    if (done.exit_code != 0 && done.exit_code != 1)
        return Error(ErrorCode::unavailable, "git cannot try the merge", done.err);
    out.mergeable = done.exit_code == 0;
    out.conflicting_files = split_nul(done.out);
    if (out.conflicting_files.empty()) return out;
    if (out.mergeable) out.merged_tree_sha = out.conflicting_files.front();
    out.conflicting_files.erase(out.conflicting_files.begin());
    if (out.mergeable) out.conflicting_files.clear();
    return out;
}

Result<bool> blocking_is_ancestor(const Workspace& workspace, const std::string& ancestor,
                                  const std::string& descendant) {
    const auto is_sha = [](const std::string& word) {
        return !word.empty() && word.find_first_not_of("0123456789abcdef") == word.npos;
    };
    if (!is_sha(ancestor) || !is_sha(descendant)) return invalid("a commit is named by its id");
    const Program git = Program(std::chrono::minutes(1)).in(workspace).reading();
    TRY(const auto done, git.run({"merge-base", "--is-ancestor", ancestor, descendant}));
    if (done.exit_code > 1) return not_found("there is no such commit");
    return done.exit_code == 0;
}

Result<Merged> blocking_merge(const Workspace& workspace, const std::string& branch,
                              const Identity& committer, std::chrono::milliseconds limit,
                              const std::string& message) {
    TRY_VOID(check_identity(committer));
    const Program git = Program(limit).in(workspace).as(committer, committer);
    TRY(const auto start, begin(workspace, git, branch));
    TRY(const auto done, run_merge(git, start, branch, false, message));
    return finish(workspace, git, start, done);
}

Result<Merged> blocking_pull(const Workspace& workspace, const Remote& remote, const std::string& branch,
                             PullStrategy strategy, const Identity& committer,
                             std::chrono::milliseconds limit) {
    TRY_VOID(check_identity(committer));
    FetchLimits fetching;
    fetching.time = limit;
    TRY_VOID(blocking_refresh_mirror(remote, workspace.mirror, {branch}, fetching));
    Program git = Program(limit).in(workspace);
    if (strategy != PullStrategy::rebase) {
        git.as(committer, committer);
        TRY(const auto start, begin(workspace, git, branch));
        TRY(const auto done, run_merge(git, start, branch, strategy == PullStrategy::fast_forward));
        return finish(workspace, git, start, done);
    }
    git.as({}, committer);
    TRY(const auto start, begin(workspace, git, branch));
    if (start.commits == 0) {
        Merged merged;
        merged.result = MergeResult::already_up_to_date;
        merged.old_sha = start.old_sha;
        merged.new_sha = start.old_sha;
        return merged;
    }
    TRY(const auto done, git.run({"rebase", "--quiet", "--no-stat", "--no-verify", "--no-autostash",
                                  "--no-fork-point", start.ref}));
    return finish(workspace, git, start, done);
}

}  // namespace docent::git
