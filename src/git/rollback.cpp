#include "git/rollback.hpp"

#include "git/conflicts.hpp"
#include "git/stage.hpp"
#include "git/tree_file.hpp"

namespace docent::git {

Result<RolledBack> blocking_rollback(const Workspace& workspace, const RollbackRequest& request,
                                     std::chrono::milliseconds limit) {
    if (open_operation(workspace) != Operation::none)
        return conflict("a merge is open: conclude or abort it first").because("conflicts_present");
    remove_stale_locks(workspace.git_dir);
    const Program git = Program(limit).in(workspace);
    TRY(const auto entries, status_of(git));
    RolledBack back;
    std::vector<std::string> in_head, only_in_index;
    for (const auto& entry : entries) {
        if (entry.nested_repository || (request.paths && !is_chosen(entry.path, *request.paths))) continue;
        if (entry.untracked) {
            // First, since a link may stand in the place of a folder that comes back.
            if (request.include_untracked && remove_in_tree(workspace.tree, entry.path))
                back.removed_files.push_back(entry.path);
        } else {
            (entry.index == 'A' ? only_in_index : in_head).push_back(entry.path);
        }
    }
    const auto restore = [&](const std::vector<std::string>& paths) -> Status {
        if (paths.empty()) return {};
        TRY(auto done, git.output({"restore", "--quiet", "--source=HEAD", "--staged", "--worktree",
                                   "--pathspec-from-file=-", "--pathspec-file-nul"},
                                  "git cannot take the changes back", join_nul(paths)));
        return {};
    };
    TRY_VOID(restore(in_head));
    TRY_VOID(restore(only_in_index));
    back.restored_files = std::move(in_head);
    back.removed_files.insert(back.removed_files.end(), only_in_index.begin(), only_in_index.end());
    return back;
}

}  // namespace docent::git
