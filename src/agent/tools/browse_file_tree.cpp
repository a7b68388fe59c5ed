#include <algorithm>

#include "agent/tools/output.hpp"
#include "agent/tree_walk.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t most_shown = 1000, most_depth = 20;

int depth_arg(const json::object& args) {
    return static_cast<int>(std::max<std::size_t>(1, llm::number_arg(args, "depth", 2, most_depth)));
}

Result<ToolOutcome> browse(ToolContext&, const TreeFiles& files, const json::object& args) {
    Walk walk;
    walk.folder = llm::text_arg(args, "path");
    walk.depth = depth_arg(args);
    walk.ignored = llm::flag_arg(args, "ignored", false);
    TRY(const auto start, files.resolve(walk.folder, true));
    TRY(const auto walked, blocking_walk(files, walk));
    json::array entries;
    std::string text;
    for (const auto& entry : walked.entries) {
        if (entries.size() >= most_shown) break;
        json::object one{
            {"path", repair_utf8(entry.path)}, {"kind", kind_name(entry.kind)}, {"size_bytes", nullptr}};
        auto line = shown_path(entry.path);
        if (entry.kind == FileKind::directory) {
            line += '/';
        } else if (entry.kind == FileKind::symlink) {
            if (const auto target = files.read_link(entry.path)) line += " -> " + shown_path(*target);
        } else if (const auto info = files.info(entry.path); info && info->kind == FileKind::file) {
            one["size_bytes"] = info->size;
            line += "  " + std::to_string(info->size);
        } else {
            line += "  (no regular file)";
        }
        entries.push_back(std::move(one));
        text += line + "\n";
    }
    const auto total = walked.entries.size();
    const bool truncated = walked.truncated || total > entries.size();
    ToolOutcome out;
    out.text = quoted(
        start.empty() ? "the top of the repository" : start,
        std::to_string(total) + " entries, depth " + std::to_string(walk.depth) + ", sizes in bytes", text);
    if (truncated)
        out.text += "Only " + std::to_string(entries.size()) + " of " + std::to_string(total) +
                    (walked.truncated ? " or more" : "") +
                    " entries are listed: ask for a folder below, or a smaller depth.\n";
    if (total == 0) out.text = "The folder is empty, or .gitignore leaves out all of it.\n";
    out.payload = {
        {"path", start}, {"entries", std::move(entries)}, {"total_entries", total}, {"truncated", truncated}};
    return out;
}

}  // namespace

json::object browse_file_tree_begin(const json::object& args) {
    return {{"path", asked_path(args, "path")},
            {"depth", depth_arg(args)},
            {"entries", nullptr},
            {"total_entries", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> browse_file_tree_tool(ToolContext& context, const json::object& args) {
    return run_on_named_files(context, args, browse);
}

}  // namespace docent::agent
