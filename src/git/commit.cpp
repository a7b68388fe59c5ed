#include "git/commit.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "git/conflicts.hpp"
#include "git/stage.hpp"

namespace docent::git {

Result<Committed> blocking_commit(const Workspace& workspace, const CommitRequest& request,
                                  std::chrono::milliseconds limit) {
    TRY_VOID(check_identity(request.author));
    TRY_VOID(check_identity(request.committer));
    if (trim(request.message).empty()) return invalid("the commit message is empty");
    if (request.message.find('\0') != std::string::npos) return invalid("the commit message has a NUL byte");
    if (open_operation(workspace) != Operation::none)
        return conflict("a merge is open: conclude or abort it first").because("conflicts_present");

    remove_stale_locks(workspace.git_dir);
    const Program git = Program(limit).in(workspace).as(request.author, request.committer);
    Committed committed;
    TRY(auto head, blocking_head(workspace));
    committed.parent_sha = head.sha;

    TRY(auto entries, status_of(git));
    if (!request.paths.empty()) {
        // What an earlier call left in the index is no part of this commit.
        const auto left = std::any_of(entries.begin(), entries.end(), [](const auto& entry) {
            return !entry.untracked && entry.index != '.';
        });
        if (left) {
            TRY(auto done, git.output({"reset", "--quiet", "--mixed"}, "git cannot clear its index"));
            TRY(entries, status_of(git));
        }
        std::erase_if(entries, [&](const auto& entry) { return !is_chosen(entry.path, request.paths); });
    }
    std::erase_if(entries, [](const auto& entry) { return entry.nested_repository; });
    if (entries.empty()) return conflict("there is nothing to commit").because("nothing_to_commit");
    TRY_VOID(stage(git, entries));
    TRY(auto done,
        git.run({"commit", "--quiet", "--no-verify", "--cleanup=whitespace", "--file=-"}, request.message));
    if (done.exit_code != 0) {
        if (done.out.find("nothing to commit") != std::string::npos || done.err.empty())
            return conflict("there is nothing to commit").because("nothing_to_commit");
        return Error(ErrorCode::unavailable, "git cannot commit", done.err);
    }
    TRY(committed.sha, git.line({"rev-parse", "HEAD"}, "git cannot commit"));
    for (const auto& entry : entries) committed.files.push_back(entry.path);
    std::sort(committed.files.begin(), committed.files.end());
    return committed;
}

}  // namespace docent::git
