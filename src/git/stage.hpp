#pragma once
#include "git/status.hpp"

// Bringing files of the tree into the index; not included from outside git/.
namespace docent::git {

/// Makes the index the same as the tree for these entries.
Status stage(const Program& git, const std::vector<StatusEntry>& entries);

/// True when `path` is one of `chosen` or below one of them.
bool is_chosen(const std::string& path, const std::vector<std::string>& chosen);

}  // namespace docent::git
