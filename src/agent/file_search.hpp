#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "agent/tree_files.hpp"

namespace docent::agent {

struct FileSearch {
    enum class Mode { literal, regex, file_name };
    std::string query;
    Mode mode = Mode::literal;
    std::string path;                           // a folder or a file; "": everything
    std::vector<std::string> include, exclude;  // globs; "*.{ts,tsx}", "src/**", "docs" (all that is in it)
    bool case_sensitive = true;
    bool ignored = false;  // also what .gitignore names
    std::size_t context_lines = 0;
    std::size_t most_matches = 200;           // that are given back; all are counted
    std::size_t most_bytes = 48 << 10;        // of their lines
    std::chrono::milliseconds limit{20'000};  // then it ends with what it has
    unsigned threads = 0;                     // 0: as the machine has
};

struct FoundLine {
    std::size_t line = 0, column = 0;  // from 1; the column counts characters
    std::string text;
    std::vector<std::string> before, after;
};

struct FoundFile {
    std::string path;
    std::size_t match_count = 0;  // lines that match
    std::vector<FoundLine> matches;
};

struct Found {
    std::vector<FoundFile> files;  // by path
    std::size_t total_files = 0, total_matches = 0, searched_files = 0;
    std::size_t skipped_large = 0;
    bool truncated = false;  // not every match is given back
    bool late = false;       // the limit came first: not every file was looked at
};

/// Looks through the text files of the tree, on several threads. What .gitignore names, git's own folder,
/// binary files and links are left out. Blocks. invalid_argument "invalid_pattern", "not_found", ...
Result<Found> blocking_search(const TreeFiles& files, const FileSearch& search);

/// True if a path is meant by a glob: one without "/" by its name at any depth, and all below such a folder.
bool glob_names(std::string_view glob, std::string_view path);

}  // namespace docent::agent
