#pragma once
#include <chrono>

#include "agent/services.hpp"
#include "agent/tools/output.hpp"
#include "git/changes.hpp"
#include "git/conflicts.hpp"
#include "git/merge.hpp"

namespace docent::agent {

// What the tools over the session's repository share.

/// A tool that is one blocking function over the session's repository. Its Errors become refusals.
using GitTool = Result<ToolOutcome>(ToolContext& context, const boost::json::object& args);
Task<Result<ToolOutcome>> run_on_git(ToolContext& context, const boost::json::object& args, GitTool* tool);
/// The same for one that speaks with the remote: it is called again when the token expired and another one
/// can be had.
Task<Result<ToolOutcome>> run_on_remote(ToolContext& context, const boost::json::object& args, GitTool* tool);

/// Who commits.
git::Identity committer(const ToolContext& context);

/// The branch that an argument names, or the one that the session is to be merged into.
std::string target_branch(const ToolContext& context, const boost::json::object& args, std::string_view name);

/// Brings a branch of the remote up to date in the mirror.
Status blocking_refresh(const ToolContext& context, const std::string& branch);

boost::json::array paths_json(const std::vector<std::string>& paths);
/// At most 2,000 of them; with `uncommitted` also "staged" and "untracked".
boost::json::array changes_json(const std::vector<git::FileChange>& files, bool uncommitted);
/// A line a file, for the model.
std::string changes_text(const std::vector<git::FileChange>& files);

boost::json::value or_null(const std::optional<std::string>& text);

/// {result, old_sha, new_sha, conflicted_files}, and what the model is to do about conflicts.
ToolOutcome merged_outcome(const git::Merged& merged, const std::string& what);

}  // namespace docent::agent
