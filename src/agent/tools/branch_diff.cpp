#include "agent/diff_payload.hpp"
#include "agent/tools/git_output.hpp"
#include "base/text.hpp"
#include "git/diff.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

Result<ToolOutcome> diff(ToolContext& context, const json::object& args) {
    const auto uncommitted = llm::flag_arg(args, "include_uncommitted", false) ? git::Uncommitted::included
                                                                               : git::Uncommitted::left_out;
    TRY(const auto made, git::blocking_branch_diff(context.tree.workspace,
                                                   target_branch(context, args, "base_branch"), uncommitted));
    ToolOutcome out;
    out.payload = branch_diff_payload(made);
    out.text = made.diff.files.empty()
                   ? "The branch changes nothing against " + shown_path(made.base_branch) + ".\n"
                   : quoted("", counted(made.diff.files.size(), "file") + " changed",
                            changes_text(made.diff.files) + "\n" + made.diff.text);
    return out;
}

}  // namespace

json::object branch_diff_begin(const json::object& args) {
    return {{"base_branch", asked(args, "base_branch")},
            {"head_branch", nullptr},
            {"base_sha", nullptr},
            {"head_sha", nullptr},
            {"files", nullptr},
            {"additions", nullptr},
            {"deletions", nullptr},
            {"diff", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> branch_diff_tool(ToolContext& context, const json::object& args) {
    return run_on_git(context, args, diff);
}

}  // namespace docent::agent
