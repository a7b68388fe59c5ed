#pragma once
#include <string>
#include <vector>

#include "maintenance/command.hpp"

namespace docent::cli {

/// A change for people and for git apply.
struct ShownChange {
    std::string kind;                  // "edit", "create", "remove", "move"
    std::string diff;                  // unified, with a/ and b/
    int additions = 0, deletions = 0;  // lines
};
Result<ShownChange> shown_change(const maintenance::FileChange& change);

/// Makes the changes in the working tree: each file is written whole beside the old one and put in its place.
/// Nothing is written when one file is not as the command read it, or (without `force`) has changes that are
/// not committed, or when there is no git that could bring it back. conflict names the files. Blocks.
Status blocking_write_changes(const maintenance::Tree& tree,
                              const std::vector<maintenance::FileChange>& changes, bool force);

}  // namespace docent::cli
