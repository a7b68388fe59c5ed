#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "git/workspace.hpp"

namespace docent::git {

enum class Operation { none, merge, rebase, cherry_pick, revert };
/// As in the payloads of events: "none", "cherry_pick".
std::string_view to_string(Operation operation);

/// What was begun and is not concluded, by the files of the git directory. Quick.
Operation open_operation(const Workspace& workspace);

enum class ConflictKind {
    both_modified,
    both_added,
    removed_by_us,
    removed_by_them,
    both_removed,
    added_by_us,
    added_by_them
};
std::string_view to_string(ConflictKind kind);

struct ConflictedFile {
    std::string path;
    ConflictKind kind = ConflictKind::both_modified;
    int conflict_count = 0;  // conflicts that are marked in the file as it is now; 0 where there is no text
};

/// A file with text on both sides is resolved when no marker is left in it. A file that one side removed is
/// resolved when it is gone from the tree, and any file when mark_resolved() said so.
struct ConflictState {
    Operation operation = Operation::none;
    std::optional<std::string> ours;    // a branch or a commit
    std::optional<std::string> theirs;  // in a rebase: the commit that is being put on top
    std::vector<ConflictedFile> conflicted_files;
    std::vector<std::string> resolved_files;
};
Result<ConflictState> blocking_conflict_state(const Workspace& workspace,
                                              std::chrono::milliseconds limit = std::chrono::seconds(60));

/// These files in conflict are right as they are in the tree, absent ones too. invalid_argument when one is
/// not in conflict.
Status blocking_mark_resolved(const Workspace& workspace, const std::vector<std::string>& paths,
                              std::chrono::milliseconds limit = std::chrono::seconds(60));

struct Concluded {
    bool done = true;  // false: a rebase came to its next conflict
    std::string sha;   // HEAD now
    std::vector<std::string> conflicted_files;
};

/// Commits what was merged, with the message that git made or `message`, or lets a rebase go on. Files
/// that were changed besides stay uncommitted, but those of `also`. conflict with the reason
/// "conflicts_present" (files are left, the detail names them) or "nothing_to_conclude".
Result<Concluded> blocking_conclude(const Workspace& workspace, const Identity& author,
                                    const Identity& committer, const std::string& message = "",
                                    const std::vector<std::string>& also = {},
                                    std::chrono::milliseconds limit = std::chrono::minutes(2));

struct Aborted {
    Operation operation = Operation::none;  // none: there was nothing to abort
    std::string head_sha;
};

/// Back to how it was before the merge or rebase began.
Result<Aborted> blocking_abort(const Workspace& workspace,
                               std::chrono::milliseconds limit = std::chrono::minutes(2));

}  // namespace docent::git
