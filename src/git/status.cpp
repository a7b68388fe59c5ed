#include "git/status.hpp"

namespace docent::git {
namespace {

/// What stands behind `n` spaces.
std::string after_spaces(const std::string& text, int n) {
    std::size_t at = 0;
    while (n-- > 0) {
        at = text.find(' ', at);
        if (at == text.npos) return "";
        ++at;
    }
    return text.substr(at);
}

}  // namespace

// git-status(1), "Porcelain Format Version 2":
//   1 <XY> <sub> <mH> <mI> <mW> <hH> <hI> <path>
//   u <XY> <sub> <m1> <m2> <m3> <mW> <h1> <h2> <h3> <path>
//   ? <path>
std::vector<StatusEntry> parse_status(std::string_view printed) {
    std::vector<StatusEntry> entries;
    for (const auto& record : split_nul(printed)) {
        if (record.size() < 3) continue;
        StatusEntry entry;
        if (record[0] == '?') {
            entry.path = record.substr(2);
            entry.untracked = true;
            if (entry.path.ends_with('/')) {
                entry.path.pop_back();
                entry.nested_repository = true;
            }
        } else if (record.size() > 4 && (record[0] == '1' || record[0] == 'u')) {
            entry.path = after_spaces(record, record[0] == '1' ? 8 : 10);
            entry.index = record[2];
            entry.tree = record[3];
            if (record[0] == 'u') entry.unmerged = record.substr(2, 2);
        }
        if (!entry.path.empty()) entries.push_back(std::move(entry));
    }
    return entries;
}

Result<std::vector<StatusEntry>> status_of(const Program& git) {
    auto printed = git.output({"status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames",
                               "--ignore-submodules=all"},
                              "git cannot look at the working tree");
    if (!printed && printed.error().code == ErrorCode::too_large) {
        return Error(ErrorCode::too_large,
                     "too many files are changed: name those that are no work in .gitignore");
    }
    if (!printed) return std::move(printed).error();
    return parse_status(*printed);
}

}  // namespace docent::git
