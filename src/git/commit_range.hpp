#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "git/changes.hpp"
#include "git/diff.hpp"
#include "git/workspace.hpp"

namespace docent::git {

/// What lies between two commits of a repository, bare or a workspace's git directory. Only objects are
/// looked at: it may be read while others write.
struct CommitRange {
    std::filesystem::path git_dir;
    std::string base_sha;
    std::string head_sha;
};

/// A commit of a range, with its author and message.
struct RangeCommit {
    std::string sha;
    Identity author;
    std::int64_t authored = 0;  // milliseconds
    std::string subject;
    std::string body;  // what follows the subject
    bool merge = false;
};

/// Oldest first, at most `most` (the newest ones).
Result<std::vector<RangeCommit>> blocking_commits(const CommitRange& range, std::size_t most = 250,
                                                  std::chrono::milliseconds limit = std::chrono::seconds(30));
Result<int> blocking_commit_count(const CommitRange& range,
                                  std::chrono::milliseconds limit = std::chrono::seconds(30));

/// From `base_sha` to `head_sha`, with renames.
Result<Diff> blocking_range_diff(const CommitRange& range, const DiffLimits& limits = {});

/// A file and its part of a diff's text.
struct FilePatch {
    FileChange file;
    std::string text;        // from its line "diff --git" on; "" where the diff was cut before it
    bool truncated = false;  // the text is not whole
};
/// The parts of a diff, none longer than `most` bytes (cut at a line's end).
std::vector<FilePatch> split_by_file(const Diff& diff, std::size_t most);

/// The content of a regular file at a commit; nothing when there is none. too_large.
Result<std::optional<std::string>> blocking_file_at(const std::filesystem::path& git_dir,
                                                    const std::string& sha, const std::string& path,
                                                    std::size_t most);

bool blocking_has_commit(const std::filesystem::path& git_dir, const std::string& sha);

/// Where two commits parted; "" when they share no history. not_found when one is not there.
Result<std::string> blocking_merge_base(const std::filesystem::path& git_dir, const std::string& one,
                                        const std::string& other);

/// The first parent of a commit; "" of the first one. not_found.
Result<std::string> blocking_first_parent(const std::filesystem::path& git_dir, const std::string& sha);

}  // namespace docent::git
