#include "git/log.hpp"

#include <charconv>

#include "git/program.hpp"

namespace docent::git {
namespace {

constexpr char begin_of_commit = '\x01';

}  // namespace

std::vector<LoggedCommit> parse_log(std::string_view printed, bool cut) {
    std::vector<LoggedCommit> out;
    const auto fields = split_nul(printed);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        std::string_view field = fields[i];
        while (!field.empty() && field[0] == '\n') field.remove_prefix(1);
        if (field.empty()) continue;
        if (field[0] == begin_of_commit) {
            if (i + 2 >= fields.size()) break;
            LoggedCommit commit;
            commit.sha = std::string(field.substr(1));
            std::int64_t seconds = 0;
            const auto& time = fields[i + 1];
            std::from_chars(time.data(), time.data() + time.size(), seconds);
            commit.time = seconds * 1000;
            commit.subject = fields[i + 2];
            out.push_back(std::move(commit));
            i += 2;
            continue;
        }
        // :100644 100644 <old> <new> R100, then the path or both paths
        if (field[0] != ':' || out.empty()) continue;
        LoggedChange change;
        const auto old_at = field.find(' ', field.find(' ') + 1);
        const auto new_at = field.find(' ', old_at + 1);
        const auto status = field.find(' ', new_at + 1);
        if (status == std::string_view::npos || status + 1 >= field.size()) continue;
        change.old_blob = std::string(field.substr(old_at + 1, new_at - old_at - 1));
        change.blob = std::string(field.substr(new_at + 1, status - new_at - 1));
        change.change = change_of(field[status + 1]);
        const bool two = change.change == Change::renamed || change.change == Change::copied;
        if (i + (two ? 2 : 1) >= fields.size()) break;
        change.old_path = change.path = fields[++i];
        if (two) change.path = fields[++i];
        out.back().changes.push_back(std::move(change));
    }
    if (cut && !out.empty()) out.pop_back();
    return out;
}

Result<std::vector<LoggedCommit>> blocking_log(const Workspace& workspace, const std::string& folder,
                                               const LogLimits& limits) {
    const Program git = Program(limits.time).in(workspace).reading().max_output(limits.max_bytes, true);
    const Program plain = Program(limits.time).in(workspace).reading();
    TRY(const auto head, plain.run({"rev-parse", "--verify", "--quiet", "HEAD"}));
    if (head.exit_code != 0) return std::vector<LoggedCommit>{};
    std::vector<std::string> words{"log",
                                   "--raw",
                                   "-z",
                                   "--find-renames",
                                   "--no-abbrev",
                                   "--no-color",
                                   "--no-show-signature",
                                   "--format=%x01%H%x00%ct%x00%s",
                                   "--max-count=" + std::to_string(limits.max_commits),
                                   "--"};
    if (!folder.empty()) words.push_back(folder);
    TRY(const auto done, git.run(words));
    if (!done.cut && done.exit_code != 0)
        return Error(ErrorCode::unavailable, "the history cannot be read", done.err);
    return parse_log(done.out, done.cut);
}

Result<std::vector<std::optional<std::string>>> blocking_blobs(const Workspace& workspace,
                                                               const std::vector<std::string>& ids,
                                                               std::size_t max_bytes) {
    std::vector<std::optional<std::string>> out(ids.size());
    if (ids.empty()) return out;
    std::string input;
    for (const auto& id : ids) {
        if (id.empty() || id.find_first_not_of("0123456789abcdef") != std::string::npos)
            return invalid("an object's id is hexadecimal");
        input += id + "\n";
    }
    const Program git = Program(std::chrono::seconds(60)).in(workspace).reading().max_output(max_bytes);
    TRY(const auto printed, git.output({"cat-file", "--batch"}, "the history cannot be read", input));
    std::size_t at = 0;
    for (auto& blob : out) {
        const auto end = printed.find('\n', at);
        if (end == std::string::npos) break;
        const auto line = std::string_view(printed).substr(at, end - at);
        at = end + 1;
        if (line.find(" missing") != std::string_view::npos) continue;
        const auto space = line.rfind(' ');
        std::size_t size = 0;
        if (space == std::string_view::npos) break;
        std::from_chars(line.data() + space + 1, line.data() + line.size(), size);
        if (at + size > printed.size()) break;
        if (line.find(" blob ") != std::string_view::npos) blob = printed.substr(at, size);
        at += size + 1;
    }
    return out;
}

}  // namespace docent::git
