#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "git/transport.hpp"
#include "git/workspace.hpp"

namespace docent::git {

/// Whether HEAD would merge into a branch of the mirror, without touching the tree. git itself tries it, in
/// memory, so that the answer is the one that the merge gives (libgit2's merge follows other rules about
/// renamed folders). Writes nothing but loose objects.
struct Mergeability {
    std::string source_branch;
    std::string target_branch;
    std::string source_sha;
    std::string target_sha;
    std::string merge_base_sha;  // "" when they share no history; not mergeable then
    int ahead_by = 0;            // commits that only the source has
    int behind_by = 0;
    bool mergeable = false;
    std::string merged_tree_sha;  // of the merge, where both sides have commits and nothing conflicts
    std::vector<std::string> conflicting_files;
};
/// not_found when the mirror has no such branch. Refresh the mirror before (transport.hpp).
Result<Mergeability> blocking_mergeability(const Workspace& workspace, const std::string& target_branch,
                                           std::chrono::milliseconds limit = std::chrono::seconds(60));

/// True if a commit is reached from another, or is that one. not_found: a commit.
Result<bool> blocking_is_ancestor(const Workspace& workspace, const std::string& ancestor,
                                  const std::string& descendant);

enum class MergeResult { merged, fast_forwarded, already_up_to_date, conflicts, failed };
/// As in the payloads of events: "already_up_to_date".
std::string_view to_string(MergeResult result);

struct Merged {
    MergeResult result = MergeResult::failed;
    std::string old_sha;
    std::optional<std::string> new_sha;  // HEAD now; nothing while there are conflicts or after a failure
    int commits = 0;                     // that the other branch had and HEAD had not
    std::vector<std::string> conflicted_files;
    std::string reason;  // of `failed`: a sentence for people
};

/// Merges a branch of the mirror into the branch that is checked out. On conflicts the merge stays open (see
/// conflicts.hpp). `failed` leaves everything as it was, as when uncommitted changes would be overwritten.
/// conflict with the reason "conflicts_present" when one is open already; not_found (the branch). With a
/// `message` there is a commit that says so even where HEAD could just go forward.
Result<Merged> blocking_merge(const Workspace& workspace, const std::string& branch,
                              const Identity& committer,
                              std::chrono::milliseconds limit = std::chrono::minutes(2),
                              const std::string& message = "");

enum class PullStrategy { fast_forward, merge, rebase };
std::string_view to_string(PullStrategy strategy);

/// Refreshes the branch in the mirror and brings it into the branch that is checked out. A rebase needs a
/// clean tree. Errors as blocking_merge and blocking_refresh_mirror.
Result<Merged> blocking_pull(const Workspace& workspace, const Remote& remote, const std::string& branch,
                             PullStrategy strategy, const Identity& committer,
                             std::chrono::milliseconds limit = std::chrono::minutes(5));

}  // namespace docent::git
