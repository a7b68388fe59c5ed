#pragma once
#include "forge/forge.hpp"

// How Docent's own forge merges: in a tree of its own, whose branch is pushed to the target.
namespace docent::forge {

/// The commit that the target stands on then. Tried again when others push to the target meanwhile. conflict
/// "not_mergeable" and "head_changed" as Forge::merge().
Result<std::string> blocking_local_merge(const Place& place, const store::MergeRequest& request,
                                         MergeMethod method);

/// As it stands in the repository: whether it conflicts, how far the target moved on, and whether somebody
/// merged it by hand, by any method.
Result<State> blocking_local_state(const Place& place, const store::MergeRequest& request);

}  // namespace docent::forge
