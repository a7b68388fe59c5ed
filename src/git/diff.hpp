#pragma once
#include <chrono>

#include "git/changes.hpp"
#include "git/workspace.hpp"

namespace docent::git {

struct DiffLimits {
    std::chrono::milliseconds time = std::chrono::seconds(60);
    std::size_t max_text = 64 << 10;  // bytes of Diff::text; the list of files is whole nevertheless
};

/// What is not committed: changes of the tree against HEAD, in the index or not, untracked files included and
/// ignored ones left out. Renames are found, untracked targets too. Reads only.
struct UncommittedChanges {
    std::string branch;  // "" when HEAD is detached
    std::string head_sha;
    bool clean = true;
    Diff diff;
    /// Folders in the tree that are repositories of their own. git keeps nothing of them in this one, so they
    /// are in no diff, commit or patch.
    std::vector<std::string> nested_repositories;
};
Result<UncommittedChanges> blocking_uncommitted_changes(const Workspace& workspace,
                                                        const DiffLimits& limits = {});

enum class Uncommitted { left_out, included };

/// What the branch brings: from where it left the base branch (as the mirror has it) to HEAD, or to the tree
/// as it is. Reads only. not_found when the mirror has no such branch; conflict when they share no history.
struct BranchDiff {
    std::string base_branch;
    std::string head_branch;
    std::string base_sha;  // the merge base, from which `diff` goes
    std::string head_sha;
    Diff diff;
};
Result<BranchDiff> blocking_branch_diff(const Workspace& workspace, const std::string& base_branch,
                                        Uncommitted uncommitted = Uncommitted::left_out,
                                        const DiffLimits& limits = {});

struct PatchLimits {
    std::chrono::milliseconds time = std::chrono::minutes(2);
    std::size_t max_bytes = std::size_t{1} << 30;
};

/// Writes all work since `since` (a commit; "" is HEAD, for what is not committed) into `file` as a patch
/// that `git apply` takes: untracked and binary files and modes included. Reads the workspace only. Returns
/// what could not be taken: the nested repositories. too_large past the limit; `file` is removed then.
Result<std::vector<std::string>> blocking_write_patch(const Workspace& workspace,
                                                      const std::filesystem::path& file,
                                                      const std::string& since = "",
                                                      const PatchLimits& limits = {});

}  // namespace docent::git
