#include "agent/tools/git_output.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

Result<ToolOutcome> abort_it(ToolContext& context, const json::object&) {
    const auto open = git::open_operation(context.tree.workspace);
    auto aborted = git::blocking_abort(context.tree.workspace);
    ToolOutcome out;
    if (!aborted) {
        TRY(out, refusal(std::move(aborted).error()));
        TRY(const auto head, git::blocking_head(context.tree.workspace));
        out.payload = {{"operation", git::to_string(open)}, {"result", "failed"}, {"head_sha", head.sha}};
        return out;
    }
    const bool none = aborted->operation == git::Operation::none;
    out.payload = {{"operation", git::to_string(aborted->operation)},
                   {"result", none ? "nothing_to_abort" : "aborted"},
                   {"head_sha", aborted->head_sha}};
    out.text = none ? "There was nothing to abort.\n"
                    : "The " + std::string(git::to_string(aborted->operation)) +
                          " was aborted: everything is as before it.\n";
    return out;
}

}  // namespace

json::object abort_conflict_resolution_begin(const json::object&) {
    return {{"operation", nullptr}, {"result", nullptr}, {"head_sha", nullptr}};
}

Task<Result<ToolOutcome>> abort_conflict_resolution_tool(ToolContext& context, const json::object& args) {
    return run_on_git(context, args, abort_it);
}

}  // namespace docent::agent
