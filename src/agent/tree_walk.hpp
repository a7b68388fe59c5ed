#pragma once
#include <functional>
#include <string>
#include <vector>

#include "agent/tree_files.hpp"

namespace docent::agent {

struct TreeEntry {
    std::string path;
    FileKind kind = FileKind::file;
};

struct Walk {
    std::string folder;                  // where it begins; "": the top
    int depth = 100;                     // 1: only what is directly in it
    bool ignored = false;                // also what .gitignore files name
    std::size_t most_entries = 200'000;  // then it ends
    /// False: this folder is not entered, and not listed.
    std::function<bool(const std::string& path)> enter;
};

struct Walked {
    std::vector<TreeEntry> entries;  // a folder, then what is in it, by name
    bool truncated = false;          // there was more
};

/// What is in a folder of the tree and below, without git's own and, unless wanted, without what the tree's
/// .gitignore files name. Links are listed, never followed. Blocks.
Result<Walked> blocking_walk(const TreeFiles& files, const Walk& walk);

}  // namespace docent::agent
