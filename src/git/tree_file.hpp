#pragma once
#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>

// Files of a tree that commands may have filled with links; not included from outside git/. A path is
// followed by the kernel below the root alone, and never through a link.
namespace docent::git {

/// What stands at the path itself; nothing when it is absent or behind a link.
std::optional<struct stat> stat_in_tree(const std::filesystem::path& root, const std::string& path);

/// The first `most` bytes of a regular file; nothing for all else.
std::optional<std::string> read_in_tree(const std::filesystem::path& root, const std::string& path,
                                        std::size_t most);

/// Removes a file or link. False when it is not there or refused.
bool remove_in_tree(const std::filesystem::path& root, const std::string& path);

}  // namespace docent::git
