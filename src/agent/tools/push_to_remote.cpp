#include "agent/tools/git_output.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "git/push.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

Result<ToolOutcome> push(ToolContext& context, const json::object&) {
    const auto& tree = context.tree;
    if (!llm::flag_arg(tree.settings, "allow_push", false))
        return tool_error("not_allowed",
                          "pushing is off for this repository: a person may allow it in its "
                          "settings, or fetch the branch");
    if (tree.remote.url.empty()) return tool_error("no_remote", "the repository has no remote");
    TRY(const auto head, git::blocking_head(tree.workspace));
    if (head.branch != tree.branch)
        return tool_error("not_allowed",
                          "only the session's own branch is pushed, and it is not checked out");
    auto standard = tree.default_branch;
    if (standard.empty()) {
        if (auto asked = git::blocking_default_branch(tree.remote)) standard = *asked;
    }
    if (tree.branch.empty() || tree.branch == standard || tree.branch == tree.base_branch)
        return tool_error("not_allowed", "the branch that others build on is never pushed to");
    git::PushRequest request;
    request.branch = tree.branch;
    TRY(const auto pushed, git::blocking_push(tree.workspace, tree.remote, request, std::chrono::minutes(2)));
    ToolOutcome out;
    if (pushed.result == git::PushResult::rejected || pushed.result == git::PushResult::failed) {
        log::info("a push: " + pushed.reason + " " + pushed.detail);
        out = tool_error(pushed.result == git::PushResult::rejected ? "push_rejected" : "push_failed",
                         pushed.reason);
        if (pushed.result == git::PushResult::rejected)
            out.text += "If the remote has other commits, bring them in with pull_from_remote first.\n";
    } else {
        out.text = pushed.result == git::PushResult::pushed
                       ? "Pushed " + counted(static_cast<std::size_t>(pushed.commits_pushed), "commit") +
                             " to " + shown_path(tree.branch) + ".\n"
                       : "The remote has everything already.\n";
    }
    out.payload = {{"branch", tree.branch},
                   {"result", git::to_string(pushed.result)},
                   {"old_sha", or_null(pushed.old_sha)},
                   {"new_sha", or_null(pushed.new_sha)},
                   {"commits_pushed", pushed.commits_pushed}};
    return out;
}

}  // namespace

json::object push_to_remote_begin(const json::object&) {
    return {{"remote", "origin"}, {"branch", nullptr},         {"result", nullptr}, {"old_sha", nullptr},
            {"new_sha", nullptr}, {"commits_pushed", nullptr}, {"force", false}};
}

Task<Result<ToolOutcome>> push_to_remote_tool(ToolContext& context, const json::object& args) {
    return run_on_remote(context, args, push);
}

}  // namespace docent::agent
