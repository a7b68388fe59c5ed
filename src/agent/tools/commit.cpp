#include "git/commit.hpp"
#include "agent/tools/git_output.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

/// What was merged or rebased and is resolved becomes a commit.
Result<ToolOutcome> conclude(ToolContext& context, const json::object& args) {
    const auto& workspace = context.tree.workspace;
    const auto operation = std::string(git::to_string(git::open_operation(workspace)));
    if (const auto resolved = texts_arg(args, "resolved"); !resolved.empty())
        TRY_VOID(git::blocking_mark_resolved(workspace, resolved));
    auto done = git::blocking_conclude(workspace, committer(context), committer(context),
                                       llm::text_arg(args, "message"));
    ToolOutcome out;
    if (!done) {
        auto detail = done.error().detail;
        TRY(out, refusal(std::move(done).error()));
        if (out.error_code == "conflicts_present")
            out.text +=
                "Look with conflict_state. A file without conflict markers that is right as it is "
                "(binary, or removed by one side) is named in `resolved`.\n";
        return out;
    }
    if (!done->done) {
        std::string list;
        for (const auto& path : done->conflicted_files) list += shown_path(path) + "\n";
        out.text = "The " + operation + " went on and came to the next conflicts:\n" +
                   quoted("", "files in conflict", list);
        out.payload["stdout"] = "The " + operation + " came to its next conflicts.\n";
    } else {
        out.text = "The " + operation + " is concluded: HEAD is " + done->sha.substr(0, 12) + ".\n";
        out.payload["stdout"] = out.text;
    }
    return out;
}

Result<ToolOutcome> commit(ToolContext& context, const json::object& args) {
    const auto& workspace = context.tree.workspace;
    ToolOutcome out;
    if (git::open_operation(workspace) != git::Operation::none) {
        TRY(out, conclude(context, args));
    } else {
        git::CommitRequest request;
        request.message = llm::text_arg(args, "message");
        request.author = committer(context);
        request.committer = request.author;
        for (const auto& path : texts_arg(args, "paths")) {
            TRY(auto checked, tree_path(path));
            if (checked.empty()) return invalid("a path is empty: leave paths out for everything");
            request.paths.push_back(std::move(checked));
        }
        auto done = git::blocking_commit(workspace, request);
        if (done) {
            out.text =
                "Committed " + counted(done->files.size(), "file") + " as " + done->sha.substr(0, 12) + ".\n";
            out.payload["stdout"] = "[" + context.tree.branch + " " + done->sha + "] " +
                                    counted(done->files.size(), "file") + "\n";
            out.payload["commit_sha"] = done->sha;
        } else {
            TRY(out, refusal(std::move(done).error()));
        }
    }
    const bool worked = out.error_code.empty();
    out.payload["exit_code"] = worked ? 0 : 1;
    if (!worked) out.payload["stdout"] = "";
    out.payload["stderr"] = worked ? std::string() : out.error_message + "\n";
    out.payload["timed_out"] = out.error_code == "timed_out";
    out.payload["truncated"] = false;
    return out;
}

}  // namespace

json::object commit_begin(const json::object& args) {
    const auto message = llm::text_arg(args, "message");
    return {{"name", "commit"},
            {"command", "git commit -m " + shown_path(cut_utf8(message.substr(0, message.find('\n')), 200))},
            {"working_directory", ""},
            {"exit_code", nullptr},
            {"timed_out", nullptr},
            {"stdout", nullptr},
            {"stderr", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> commit_tool(ToolContext& context, const json::object& args) {
    return run_on_git(context, args, commit);
}

}  // namespace docent::agent
