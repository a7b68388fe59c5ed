#include "agent/tools/git_output.hpp"
#include "git/diff.hpp"
#include "git/history.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

std::string outcome_arg(const json::object& args) {
    const auto outcome = llm::text_arg(args, "outcome");
    return outcome == "partial" || outcome == "failed" ? outcome : "success";
}

/// What the session brought: its commits, and its changes against where it began, committed or not.
Result<ToolOutcome> add_up(ToolContext& context, const json::object&) {
    const auto& tree = context.tree;
    ToolOutcome out;
    TRY(const auto commits, git::blocking_commits_since(tree.workspace, tree.base_commit));
    TRY(const auto diff,
        git::blocking_branch_diff(tree.workspace, tree.base_branch, git::Uncommitted::included));
    out.payload = {{"commit_shas", paths_json(commits)},
                   {"files_changed", diff.diff.files.size()},
                   {"additions", diff.diff.additions},
                   {"deletions", diff.diff.deletions}};
    return out;
}

}  // namespace

json::object finish_begin(const json::object& args) {
    return {{"summary", cut_text(llm::text_arg(args, "summary")).text},
            {"outcome", outcome_arg(args)},
            {"commit_shas", json::array()},
            {"files_changed", 0},
            {"additions", 0},
            {"deletions", 0}};
}

Task<Result<ToolOutcome>> finish_tool(ToolContext& context, const json::object& args) {
    ToolOutcome out;
    if (!context.tree.workspace.git_dir.empty()) {
        auto counted_up = co_await run_on_git(context, args, add_up);
        if (!counted_up) co_return std::move(counted_up).error();
        // That the figures cannot be had keeps nothing from being finished.
        if (counted_up->error_code.empty()) out.payload = std::move(counted_up->payload);
    }
    out.text = "The session is finished.\n";
    out.ends_turn = true;
    co_return out;
}

}  // namespace docent::agent
