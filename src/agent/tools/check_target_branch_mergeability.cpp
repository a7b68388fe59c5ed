#include "agent/tools/git_output.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

Result<ToolOutcome> check(ToolContext& context, const json::object& args) {
    const auto target = target_branch(context, args, "target_branch");
    TRY_VOID(blocking_refresh(context, target));
    TRY(const auto found, git::blocking_mergeability(context.tree.workspace, target));
    ToolOutcome out;
    out.payload = {{"source_branch", found.source_branch},
                   {"target_branch", found.target_branch},
                   {"source_sha", found.source_sha},
                   {"target_sha", found.target_sha},
                   {"merge_base_sha", found.merge_base_sha},
                   {"ahead_by", found.ahead_by},
                   {"behind_by", found.behind_by},
                   {"mergeable", found.mergeable},
                   {"conflicting_files", paths_json(found.conflicting_files)}};
    out.text = "The branch is " + std::to_string(found.ahead_by) + " ahead of " + shown_path(target) +
               " and " + std::to_string(found.behind_by) + " behind it. ";
    if (found.mergeable) {
        out.text += "It can be merged.\n";
    } else {
        std::string list;
        for (const auto& path : found.conflicting_files) list += shown_path(path) + "\n";
        out.text += found.merge_base_sha.empty() ? "They share no history.\n"
                                                 : "It cannot be merged without conflicts:\n" +
                                                       quoted("", "files that would conflict", list);
    }
    return out;
}

}  // namespace

json::object check_target_branch_mergeability_begin(const json::object& args) {
    return {{"source_branch", nullptr},    {"target_branch", asked(args, "target_branch")},
            {"source_sha", nullptr},       {"target_sha", nullptr},
            {"merge_base_sha", nullptr},   {"ahead_by", nullptr},
            {"behind_by", nullptr},        {"mergeable", nullptr},
            {"conflicting_files", nullptr}};
}

Task<Result<ToolOutcome>> check_target_branch_mergeability_tool(ToolContext& context,
                                                                const json::object& args) {
    return run_on_remote(context, args, check);
}

}  // namespace docent::agent
