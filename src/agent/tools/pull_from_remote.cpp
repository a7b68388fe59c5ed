#include "agent/tools/git_output.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

std::string strategy_arg(const json::object& args) {
    const auto strategy = llm::text_arg(args, "strategy");
    return strategy == "fast_forward" || strategy == "rebase" ? strategy : "merge";
}

Result<ToolOutcome> pull(ToolContext& context, const json::object& args) {
    if (context.tree.remote.url.empty()) return tool_error("no_remote", "the repository has no remote");
    const auto strategy = strategy_arg(args);
    const auto how = strategy == "rebase"         ? git::PullStrategy::rebase
                     : strategy == "fast_forward" ? git::PullStrategy::fast_forward
                                                  : git::PullStrategy::merge;
    const auto& branch = context.tree.branch;
    TRY(const auto merged, git::blocking_pull(context.tree.workspace, context.tree.remote, branch, how,
                                              committer(context), std::chrono::minutes(2)));
    auto out = merged_outcome(merged, "Pulling " + shown_path(branch));
    out.payload["branch"] = branch;
    out.payload["commits_pulled"] = merged.commits;
    return out;
}

}  // namespace

json::object pull_from_remote_begin(const json::object& args) {
    return {{"remote", "origin"},        {"branch", nullptr},          {"strategy", strategy_arg(args)},
            {"result", nullptr},         {"old_sha", nullptr},         {"new_sha", nullptr},
            {"commits_pulled", nullptr}, {"conflicted_files", nullptr}};
}

Task<Result<ToolOutcome>> pull_from_remote_tool(ToolContext& context, const json::object& args) {
    return run_on_remote(context, args, pull);
}

}  // namespace docent::agent
