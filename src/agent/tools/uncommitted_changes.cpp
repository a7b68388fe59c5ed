#include "agent/diff_payload.hpp"
#include "agent/tools/git_output.hpp"
#include "base/text.hpp"
#include "git/diff.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

Result<ToolOutcome> changes(ToolContext& context, const json::object&) {
    TRY(const auto made, git::blocking_uncommitted_changes(context.tree.workspace));
    ToolOutcome out;
    out.payload = uncommitted_changes_payload(made);
    out.text = made.clean ? "Everything is committed.\n"
                          : quoted("", counted(made.diff.files.size(), "file") + " not committed",
                                   changes_text(made.diff.files) + "\n" + made.diff.text);
    if (!made.nested_repositories.empty())
        out.text += counted(made.nested_repositories.size(), "folder") +
                    " in the tree are repositories of their own: nothing of them is kept.\n";
    return out;
}

}  // namespace

json::object uncommitted_changes_begin(const json::object&) {
    return {{"branch", nullptr}, {"head_sha", nullptr}, {"clean", nullptr},
            {"files", nullptr},  {"diff", nullptr},     {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> uncommitted_changes_tool(ToolContext& context, const json::object& args) {
    return run_on_git(context, args, changes);
}

}  // namespace docent::agent
