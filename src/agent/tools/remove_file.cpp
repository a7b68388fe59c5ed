#include <algorithm>

#include "agent/tools/output.hpp"
#include "agent/tree_walk.hpp"
#include "base/text.hpp"
#include "git/text_diff.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t most_removed = 10'000, most_diffed = 200;

/// Everything in a folder, itself last; refused when another repository is in it.
Result<std::vector<TreeEntry>> contents(const TreeFiles& files, const std::string& folder) {
    Walk walk;
    walk.folder = folder;
    walk.ignored = true;
    walk.most_entries = most_removed;
    TRY(auto walked, blocking_walk(files, walk));
    if (walked.truncated)
        return Error(ErrorCode::too_large, shown_path(folder) + " holds too much to be removed at once")
            .because("too_large");
    std::ranges::reverse(walked.entries);
    return std::move(walked.entries);
}

Result<ToolOutcome> remove(ToolContext&, const TreeFiles& files, const json::object& args) {
    const bool recursive = llm::flag_arg(args, "recursive", false);
    TRY(const auto path, files.resolve(llm::text_arg(args, "path"), false));
    if (path.empty()) return invalid("the top of the repository cannot be removed").because("not_allowed");
    TRY(const auto what, files.info(path));
    std::vector<TreeEntry> entries;
    if (what.kind == FileKind::directory) {
        TRY(entries, contents(files, path));
        if (!recursive && !entries.empty())
            return invalid(shown_path(path) + " is a folder with " + counted(entries.size(), "entry") +
                           " in it: set recursive to remove all of it")
                .because("not_a_file");
    }
    entries.push_back({path, what.kind});
    std::string diff;
    std::int64_t deletions = 0;
    bool cut = false, text = false;
    json::array removed;
    Status ended;
    for (const auto& entry : entries) {
        std::optional<ReadFile> file;
        if (entry.kind == FileKind::file && removed.size() < most_diffed) {
            if (auto read = files.read(entry.path, largest_file)) file = *std::move(read);
        } else if (entry.kind == FileKind::file) {
            cut = true;
        }
        ended = files.remove(entry.path);
        if (!ended) break;
        if (entry.kind != FileKind::directory) removed.push_back(json::string(repair_utf8(entry.path)));
        if (!file) continue;
        const auto one = git::text_diff(entry.path, file->bytes, std::nullopt);
        if (!one || !one->text) continue;
        text = true;
        deletions += one->deletions;
        cut = cut || one->truncated;
        if (diff.size() <= payload_text_limit) diff += *one->text;
    }
    std::ranges::reverse(removed);
    const auto shown = cut_text(diff);
    ToolOutcome out;
    out.text = "Removed " + shown_path(path) +
               (what.kind == FileKind::directory ? " with " + counted(removed.size(), "file") : "") + ".\n";
    if (!ended) {
        // A nested repository's own folder keeps its folder from being empty.
        out = tool_error(ended.error().reason.empty() ? "unavailable" : ended.error().reason,
                         ended.error().message);
        out.text += "Removed before that: " + counted(removed.size(), "file") + ".\n";
    }
    out.payload = {{"path", path},
                   {"recursive", recursive},
                   {"removed_paths", std::move(removed)},
                   {"deletions", deletions},
                   {"truncated", cut || shown.truncated}};
    if (text)
        out.payload["diff"] = shown.text;
    else
        out.payload["diff"] = nullptr;
    return out;
}

}  // namespace

json::object remove_file_begin(const json::object& args) {
    return {{"path", asked_path(args, "path")},
            {"recursive", llm::flag_arg(args, "recursive", false)},
            {"removed_paths", nullptr},
            {"diff", nullptr},
            {"deletions", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> remove_file_tool(ToolContext& context, const json::object& args) {
    return run_on_files(context, args, remove);
}

}  // namespace docent::agent
