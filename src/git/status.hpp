#pragma once
#include <string>
#include <vector>

#include "git/program.hpp"

// What `git status` says of a workspace; not included from outside git/.
namespace docent::git {

struct StatusEntry {
    std::string path;
    char index = '.';  // against HEAD: A, M, D, T; '.' when they are the same
    char tree = '.';   // against the index
    bool untracked = false;
    bool nested_repository = false;  // an untracked folder that is a repository: git looks at nothing in it
    std::string unmerged;            // "UU", "DU", ...: in conflict
};

/// Renames are two entries here. Ignored files are left out.
Result<std::vector<StatusEntry>> status_of(const Program& git);

/// The printed form of `status --porcelain=v2 -z`.
std::vector<StatusEntry> parse_status(std::string_view printed);

}  // namespace docent::git
