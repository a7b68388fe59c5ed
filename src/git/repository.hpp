#pragma once
#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace docent::git {

/// A checkout on this machine, as a person works in it. Only read, never changed.
struct WorkingTree {
    std::filesystem::path root;
    std::filesystem::path git_dir;
    std::string branch;  // "" when HEAD is detached
    std::string head;    // commit id, "" before the first commit
    std::string remote;  // address of "origin", "" without one. May hold credentials: show masked() only
};

/// The working tree that `path` lies in. Its configuration is not trusted: no hook, filter or program that
/// it names is run. Blocks.
/// not_found when there is none; permission_denied when it belongs to another user of this machine.
Result<WorkingTree> blocking_find_working_tree(const std::filesystem::path& path);

/// Writes the files of `folder` ("" is all) at a commit of a repository into `into`, which must be new or
/// empty. A symbolic link becomes a copy of the file that it names inside the repository; one that leaves it,
/// submodules, and files over `max_file` bytes are left out. No filter or attribute is applied. Every file
/// gets the commit's time. Blocks. not_found when there is no such commit or folder; unavailable when the
/// disk refuses.
Status blocking_export(const std::filesystem::path& repository, const std::string& commit,
                       const std::string& folder, const std::filesystem::path& into,
                       std::size_t max_file = 16 << 20);

/// True for what may stand behind "refs/heads/".
bool is_branch_name(const std::string& name);

}  // namespace docent::git
