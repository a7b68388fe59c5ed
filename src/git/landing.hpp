#pragma once
#include <chrono>
#include <optional>

#include "git/merge.hpp"
#include "git/workspace.hpp"

namespace docent::git {

struct SquashRequest {
    std::string onto;  // the commit that becomes the only parent
    std::string message;
    Identity author;
    Identity committer;
};

/// One commit with the tree of HEAD on top of `onto`; the branch that is checked out names it then. Its id.
/// conflict with the reason "nothing_to_commit" when `onto` has that tree already.
Result<std::string> blocking_squash(const Workspace& workspace, const SquashRequest& request,
                                    std::chrono::milliseconds limit = std::chrono::minutes(2));

/// Whether the target branch has what HEAD brings, as other commits: squashed, or rebased one by one. The
/// commit of the target that brought it (the newest one), nothing when it has not. `tried`: of HEAD and the
/// target now. Writes nothing but loose objects.
Result<std::optional<std::string>> blocking_find_landed(
    const Workspace& workspace, const Mergeability& tried,
    std::chrono::milliseconds limit = std::chrono::seconds(60));

}  // namespace docent::git
