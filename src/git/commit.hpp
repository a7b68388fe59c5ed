#pragma once
#include <chrono>

#include "git/workspace.hpp"

namespace docent::git {

struct CommitRequest {
    std::string message;
    Identity author;
    Identity committer;
    /// Files and folders, relative to the root; empty: everything that changed, untracked files included.
    std::vector<std::string> paths;
};

struct Committed {
    std::string sha;
    std::string parent_sha;
    std::vector<std::string> files;  // what the commit holds, by path
};

/// Commits onto the branch that is checked out. No hook runs; ignored files and nested repositories stay out.
/// invalid_argument (message, identity), conflict with the reason "nothing_to_commit", or
/// "conflicts_present" while a merge or rebase is open (conclude it: conflicts.hpp).
Result<Committed> blocking_commit(const Workspace& workspace, const CommitRequest& request,
                                  std::chrono::milliseconds limit = std::chrono::minutes(2));

}  // namespace docent::git
