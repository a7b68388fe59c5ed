#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "git/workspace.hpp"

namespace docent::git {

/// The tree's files by path, as bytes: those of the index and untracked ones, without what .gitignore names,
/// ".git", and what is inside of nested repositories (which appear as the folder, with a slash at its end).
/// One that was removed since may be among them. `folder`: relative to the root, "" is all of it.
/// invalid_argument when it leads out; too_large past `max_bytes` of paths. Reads only.
Result<std::vector<std::string>> blocking_list_files(
    const Workspace& workspace, const std::string& folder = "",
    std::chrono::milliseconds limit = std::chrono::seconds(30), std::size_t max_bytes = 64 << 20);

enum class EntryKind { file, directory, symlink };
std::string_view to_string(EntryKind kind);

struct TreeEntry {
    std::string path;  // relative to the root
    EntryKind kind = EntryKind::file;
    std::optional<std::int64_t> size_bytes;  // of files
};

struct TreeListing {
    std::vector<TreeEntry> entries;  // by path, a folder before what is in it
    std::int64_t total_entries = 0;  // within the depth; more than `entries` when truncated
    bool truncated = false;
};

/// Files and folders below `folder` down to `depth` levels (1: its own entries; at most 64), the same as
/// blocking_list_files; folders without a file in them are not there. not_found when nothing is below it.
Result<TreeListing> blocking_browse(const Workspace& workspace, const std::string& folder, int depth,
                                    std::size_t max_entries = 2000,
                                    std::chrono::milliseconds limit = std::chrono::seconds(30));

}  // namespace docent::git
