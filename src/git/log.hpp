#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "git/changes.hpp"
#include "git/workspace.hpp"

namespace docent::git {

/// What a commit did to a file. Paths are relative to the root.
struct LoggedChange {
    Change change = Change::modified;
    std::string path;            // of a removed file: where it was
    std::string old_path;        // of a rename, else the same as path
    std::string old_blob, blob;  // object ids; all zeros: no file there
};

struct LoggedCommit {
    std::string sha;
    std::int64_t time = 0;  // when it was committed, in milliseconds of Unix time
    std::string subject;
    std::vector<LoggedChange> changes;
};

struct LogLimits {
    std::chrono::milliseconds time = std::chrono::seconds(60);
    std::size_t max_commits = 20'000;
    std::size_t max_bytes = std::size_t{128} << 20;  // printed; what is older is left out
};

/// The commits of HEAD that changed files below `folder` ("" is all), the newest first; renames are found,
/// merges are shown by what they merged. Empty before the first commit. Blocks; reads only.
Result<std::vector<LoggedCommit>> blocking_log(const Workspace& workspace, const std::string& folder,
                                               const LogLimits& limits = {});

/// The contents of objects by their ids, in the order asked for; nothing for what is no blob here. Blocks.
/// too_large past `max_bytes` in all.
Result<std::vector<std::optional<std::string>>> blocking_blobs(const Workspace& workspace,
                                                               const std::vector<std::string>& ids,
                                                               std::size_t max_bytes = std::size_t{64} << 20);

/// What `git log -z --raw` printed in the format of blocking_log; a last commit that is not whole is left out
/// when `cut`.
std::vector<LoggedCommit> parse_log(std::string_view printed, bool cut);

}  // namespace docent::git
