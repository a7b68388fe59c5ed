#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace docent::git {

enum class Change { added, modified, removed, renamed, copied, type_changed };
/// As in the payloads of events: "added", "type_changed".
std::string_view to_string(Change change);
/// By git's letter of a status, as in `git diff --raw`; what is unknown is modified.
Change change_of(char letter);

/// Paths are the bytes that git has, relative to the root, and need not be UTF-8.
struct FileChange {
    std::string path;
    std::optional<std::string> old_path;  // of a rename or copy
    Change change = Change::modified;
    int additions = 0;  // lines; 0 for binary files
    int deletions = 0;
    bool binary = false;
    bool staged = false;     // uncommitted changes only: (some of it) stands in the index
    bool untracked = false;  // uncommitted changes only
};

struct Diff {
    std::vector<FileChange> files;  // all of them, by path
    int additions = 0;              // lines, of all files
    int deletions = 0;
    std::string text;        // unified, with a/ and b/; a line says so where files are binary
    bool truncated = false;  // text ends before its end, at a line's end
};

/// At most `bytes` of text, cut at a line's end, or where a single line is longer, between characters.
std::string cut_at_line(std::string text, std::size_t bytes, bool& truncated);

/// What `git diff -z --raw --numstat -p` printed, of which the end may be missing when `cut`. too_large when
/// the list of files itself is not whole.
Result<Diff> parse_diff(std::string_view printed, bool cut, std::size_t max_text);

}  // namespace docent::git
