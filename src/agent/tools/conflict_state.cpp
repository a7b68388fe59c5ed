#include "agent/tools/git_output.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

Result<ToolOutcome> state(ToolContext& context, const json::object&) {
    TRY(const auto found, git::blocking_conflict_state(context.tree.workspace));
    json::array files;
    std::string text;
    for (const auto& file : found.conflicted_files) {
        files.push_back(json::object{{"path", repair_utf8(file.path)},
                                     {"kind", git::to_string(file.kind)},
                                     {"conflict_count", file.conflict_count}});
        text += shown_path(file.path) + "  " + std::string(git::to_string(file.kind)) + "  " +
                counted(static_cast<std::size_t>(std::max(file.conflict_count, 0)), "marked conflict") + "\n";
    }
    for (const auto& path : found.resolved_files) text += shown_path(path) + "  resolved\n";
    ToolOutcome out;
    out.payload = {{"operation", git::to_string(found.operation)},
                   {"ours", or_null(found.ours)},
                   {"theirs", or_null(found.theirs)},
                   {"conflicted_files", std::move(files)},
                   {"resolved_files", paths_json(found.resolved_files)}};
    const std::string operation(git::to_string(found.operation));
    out.text = found.operation == git::Operation::none
                   ? "Nothing is being merged.\n"
                   : "A " + operation + " is open.\n" + quoted("", "state of the conflicts", text);
    if (found.operation != git::Operation::none && found.conflicted_files.empty())
        out.text += "Nothing is in conflict any more: conclude it with commit.\n";
    return out;
}

}  // namespace

json::object conflict_state_begin(const json::object&) {
    return {{"operation", nullptr},
            {"ours", nullptr},
            {"theirs", nullptr},
            {"conflicted_files", nullptr},
            {"resolved_files", nullptr}};
}

Task<Result<ToolOutcome>> conflict_state_tool(ToolContext& context, const json::object& args) {
    return run_on_git(context, args, state);
}

}  // namespace docent::agent
