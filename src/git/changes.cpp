#include "git/changes.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.hpp"

namespace docent::git {
namespace {

/// Takes what stands before the next `end` from the front; false when there is no end.
bool take(std::string_view& text, char end, std::string_view& out) {
    const auto at = text.find(end);
    if (at == text.npos) return false;
    out = text.substr(0, at);
    text.remove_prefix(at + 1);
    return true;
}

int number(std::string_view digits) {
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

}  // namespace

std::string_view to_string(Change change) {
    switch (change) {
        case Change::added:
            return "added";
        case Change::modified:
            return "modified";
        case Change::removed:
            return "removed";
        case Change::renamed:
            return "renamed";
        case Change::copied:
            return "copied";
        case Change::type_changed:
            return "type_changed";
    }
    return "";
}

Change change_of(char letter) {
    switch (letter) {
        case 'A':
            return Change::added;
        case 'D':
            return Change::removed;
        case 'R':
            return Change::renamed;
        case 'C':
            return Change::copied;
        case 'T':
            return Change::type_changed;
        default:
            return Change::modified;
    }
}

std::string cut_at_line(std::string text, std::size_t bytes, bool& truncated) {
    if (text.size() <= bytes) return text;
    truncated = true;
    const auto end = bytes == 0 ? text.npos : text.rfind('\n', bytes - 1);
    text.resize(end == text.npos ? cut_utf8(text, bytes).size() : end + 1);
    return text;
}

Result<Diff> parse_diff(std::string_view printed, bool cut, std::size_t max_text) {
    const Error too_many(ErrorCode::too_large,
                         "too many files are changed: name those that are no work in .gitignore");
    Diff diff;
    std::map<std::string, std::size_t, std::less<>> by_path;
    // ":100644 100644 <id> <id> R100" NUL old path NUL path NUL
    while (printed.starts_with(':')) {
        std::string_view head, path;
        if (!take(printed, '\0', head) || !take(printed, '\0', path)) return too_many;
        const char letter = head[std::min(head.rfind(' ') + 1, head.size() - 1)];
        FileChange file;
        file.change = change_of(letter);
        if (letter == 'R' || letter == 'C') {
            file.old_path = std::string(path);
            if (!take(printed, '\0', path)) return too_many;
        }
        file.path = std::string(path);
        // A file in conflict stands here once more, as unmerged.
        if (by_path.emplace(file.path, diff.files.size()).second) diff.files.push_back(std::move(file));
    }
    // "1\t2\tpath" NUL, or "1\t2\t" NUL old path NUL path NUL; "-" for the numbers of a binary file
    while (!printed.empty() && printed.front() != '\0') {
        std::string_view added, removed, path;
        if (!take(printed, '\t', added) || !take(printed, '\t', removed) || !take(printed, '\0', path))
            return too_many;
        if (path.empty() && (!take(printed, '\0', path) || !take(printed, '\0', path))) return too_many;
        const auto found = by_path.find(path);
        if (found == by_path.end()) continue;
        auto& file = diff.files[found->second];
        file.binary = added == "-";
        file.additions += number(added);
        file.deletions += number(removed);
    }
    if (printed.empty() && cut) return too_many;
    if (!printed.empty()) printed.remove_prefix(1);
    for (const auto& file : diff.files) {
        diff.additions += file.additions;
        diff.deletions += file.deletions;
    }
    std::sort(diff.files.begin(), diff.files.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    // One byte more than fits tells that something is missing.
    diff.text = cut_at_line(std::string(printed.substr(0, max_text + 1)), max_text, diff.truncated);
    diff.truncated = diff.truncated || cut;
    return diff;
}

}  // namespace docent::git
