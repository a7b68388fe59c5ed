#pragma once
#include <chrono>
#include <optional>

#include "git/workspace.hpp"

namespace docent::git {

struct RollbackRequest {
    /// Files and folders, relative to the root; nothing: the whole tree. A caller that keeps a person's
    /// changes apart names what the session wrote.
    std::optional<std::vector<std::string>> paths;
    bool include_untracked = false;
};

struct RolledBack {
    std::vector<std::string> restored_files;  // are again as in HEAD
    std::vector<std::string> removed_files;   // HEAD has no such file
};

/// Takes uncommitted changes back, those in the index too. Files with no change, ignored files and nested
/// repositories are left alone. conflict with the reason "conflicts_present" while a merge is open.
Result<RolledBack> blocking_rollback(const Workspace& workspace, const RollbackRequest& request,
                                     std::chrono::milliseconds limit = std::chrono::minutes(2));

}  // namespace docent::git
