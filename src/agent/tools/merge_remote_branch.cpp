#include "agent/tools/git_output.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

Result<ToolOutcome> merge(ToolContext& context, const json::object& args) {
    const auto branch = target_branch(context, args, "branch");
    TRY_VOID(blocking_refresh(context, branch));
    TRY(const auto merged, git::blocking_merge(context.tree.workspace, branch, committer(context)));
    auto out = merged_outcome(merged, "Merging " + shown_path(branch));
    out.payload["branch"] = branch;
    return out;
}

}  // namespace

json::object merge_remote_branch_begin(const json::object& args) {
    return {{"remote", "origin"}, {"branch", asked(args, "branch")},
            {"result", nullptr},  {"old_sha", nullptr},
            {"new_sha", nullptr}, {"conflicted_files", nullptr}};
}

Task<Result<ToolOutcome>> merge_remote_branch_tool(ToolContext& context, const json::object& args) {
    return run_on_remote(context, args, merge);
}

}  // namespace docent::agent
