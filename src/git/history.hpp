#pragma once
#include <optional>
#include <string>
#include <vector>

#include "git/workspace.hpp"

namespace docent::git {

/// The commits of HEAD that `since` does not have, oldest first, at most `most` (the newest ones). Blocks.
/// not_found when there is no such commit.
Result<std::vector<std::string>> blocking_commits_since(const Workspace& workspace, const std::string& since,
                                                        std::size_t most = 500);

/// The content of a file as HEAD has it; nothing when it has no regular file there. Blocks. too_large.
Result<std::optional<std::string>> blocking_file_at_head(const Workspace& workspace, const std::string& path,
                                                         std::size_t most);

}  // namespace docent::git
