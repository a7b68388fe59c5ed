#include "agent/tools/git_output.hpp"

#include "agent/workspaces.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t most_files = 2000, most_lines = 300;

Result<ToolOutcome> blocking_call(ToolContext& context, const json::object& args, GitTool* tool) {
    auto done = tool(context, args);
    if (!done) return refusal(std::move(done).error());
    return done;
}

}  // namespace

Task<Result<ToolOutcome>> run_on_git(ToolContext& context, const json::object& args, GitTool* tool) {
    if (context.tree.workspace.git_dir.empty())
        co_return tool_error("no_repository", "the session has no repository to work on");
    co_return co_await on(context.services.pools.git, [&] { return blocking_call(context, args, tool); });
}

Task<Result<ToolOutcome>> run_on_remote(ToolContext& context, const json::object& args, GitTool* tool) {
    auto outcome = co_await run_on_git(context, args, tool);
    const auto& tree = context.tree;
    const bool refused =
        outcome && (outcome->error_code == "upstream_failed" || outcome->error_code == "push_failed");
    if (!refused || tree.remote.token.empty() || !context.services.workspaces) co_return outcome;
    auto renewed = co_await context.services.workspaces->renewed(context.session, tree.remote);
    if (!renewed || renewed->token == tree.remote.token) co_return outcome;
    Tree other = tree;
    other.remote = *std::move(renewed);
    ToolContext again{context.session,  other,           context.services,
                      context.event_id, context.goal_id, context.progress};
    co_return co_await run_on_git(again, args, tool);
}

git::Identity committer(const ToolContext& context) { return context.services.settings.committer(); }

std::string target_branch(const ToolContext& context, const json::object& args, std::string_view name) {
    auto branch = llm::text_arg(args, name);
    if (branch.empty()) branch = context.session.target_branch;
    if (branch.empty()) branch = context.tree.base_branch;
    return branch.empty() ? context.tree.default_branch : branch;
}

Status blocking_refresh(const ToolContext& context, const std::string& branch) {
    if (context.tree.remote.url.empty()) return {};
    git::FetchLimits limits;
    limits.time = std::chrono::minutes(2);
    const std::vector<std::string> branches = {branch};
    return git::blocking_refresh_mirror(context.tree.remote, context.tree.workspace.mirror, branches, limits);
}

json::array paths_json(const std::vector<std::string>& paths) {
    json::array out;
    for (const auto& path : paths) {
        if (out.size() >= most_files) break;
        out.push_back(json::string(repair_utf8(path)));
    }
    return out;
}

json::value or_null(const std::optional<std::string>& text) {
    return text ? json::value(json::string(repair_utf8(*text))) : json::value(nullptr);
}

json::array changes_json(const std::vector<git::FileChange>& files, bool uncommitted) {
    json::array out;
    for (const auto& file : files) {
        if (out.size() >= most_files) break;
        json::object one{{"path", repair_utf8(file.path)},        {"old_path", or_null(file.old_path)},
                         {"change", git::to_string(file.change)}, {"additions", file.additions},
                         {"deletions", file.deletions},           {"binary", file.binary}};
        if (uncommitted) {
            one["staged"] = file.staged;
            one["untracked"] = file.untracked;
        }
        out.push_back(std::move(one));
    }
    return out;
}

std::string changes_text(const std::vector<git::FileChange>& files) {
    std::string out;
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (i == most_lines) return out + "... and " + counted(files.size() - i, "more file") + "\n";
        const auto& file = files[i];
        out += std::string(git::to_string(file.change)) + "  " + shown_path(file.path);
        if (file.old_path) out += " (was " + shown_path(*file.old_path) + ")";
        out += file.binary ? "  binary"
                           : "  +" + std::to_string(file.additions) + " -" + std::to_string(file.deletions);
        out += file.untracked ? "  untracked\n" : "\n";
    }
    return out;
}

ToolOutcome merged_outcome(const git::Merged& merged, const std::string& what) {
    ToolOutcome out;
    if (merged.result == git::MergeResult::failed)
        out = tool_error("merge_failed", merged.reason.empty() ? "it did not work" : merged.reason);
    out.payload = {{"result", git::to_string(merged.result)},
                   {"old_sha", merged.old_sha},
                   {"new_sha", or_null(merged.new_sha)},
                   {"conflicted_files", paths_json(merged.conflicted_files)}};
    switch (merged.result) {
        case git::MergeResult::merged:
        case git::MergeResult::fast_forwarded:
            out.text = what + ": " + counted(static_cast<std::size_t>(merged.commits), "commit") +
                       " came in. HEAD is " + merged.new_sha.value_or("").substr(0, 12) + ".\n";
            break;
        case git::MergeResult::already_up_to_date:
            out.text = what + ": there is nothing new.\n";
            break;
        case git::MergeResult::conflicts: {
            std::string list;
            for (const auto& path : merged.conflicted_files) list += shown_path(path) + "\n";
            out.text = what + " came to conflicts in " + counted(merged.conflicted_files.size(), "file") +
                       ":\n" + quoted("", "files in conflict", list) +
                       "Edit each file so that no conflict marker is left, then conclude with commit, or go "
                       "back with abort_conflict_resolution.\n";
            break;
        }
        case git::MergeResult::failed:
            break;
    }
    return out;
}

}  // namespace docent::agent
