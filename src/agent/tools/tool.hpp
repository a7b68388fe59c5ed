#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/pools.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "git/transport.hpp"
#include "git/workspace.hpp"
#include "store/sessions.hpp"

namespace docent::agent {

struct Services;  // agent/services.hpp: what all of the agent may use

/// A session's working tree and what it belongs to.
struct Tree {
    git::Workspace workspace;              // git_dir is "" without a repository
    std::filesystem::path path;            // workspace.tree
    git::Remote remote;                    // what is fetched from and pushed to; url "": nothing
    std::string repository;                // full name; "" when none
    std::string branch;                    // the session's
    std::string base_branch, base_commit;  // what it began from, and goes back to
    std::string default_branch;            // of the remote, which is never pushed to; "": not known
    boost::json::object settings;          // of the repository: commands, allowed hosts, allow_push
};

/// What a tool may use while it runs.
struct ToolContext {
    const store::Session& session;
    const Tree& tree;
    Services& services;
    std::string event_id;  // of the call
    std::string goal_id;   // what it is for
    /// Shows followers what is there so far: fields of the payload. Not stored; cheap to call often.
    std::function<void(const boost::json::object& fields)> progress;
};

/// What a call came to. A failure is a result, too: `error` has a code and a sentence, and `text` tells the
/// model what to do about it.
struct ToolOutcome {
    boost::json::object payload;  // the result fields of the event's payload (contract 7.5), without "type"
    std::string text;             // for the model; what files, commands and sites say is delimited
    std::string error_code, error_message;  // "": it worked
    bool ends_turn = false;                 // the turn ends here (finish) or waits (ask_user)
    bool waits = false;                     // the event stays "processing" until a person answers
};

/// The outcome of a call that failed: {"error": {code, message}} and the same sentence for the model.
ToolOutcome tool_error(std::string code, std::string message);

/// One ability of the agent: a file of this folder and a line of tools.cpp. Each call is one event.
struct Tool {
    std::string_view name, description;
    std::string_view parameters;  // JSON Schema; what arrives fits it
    std::string_view event_type;
    /// The payload while it runs: what was asked for, with null for every field of the result.
    boost::json::object (*begin)(const boost::json::object& args);
    /// Runs it. Blocking work goes to a pool. Cancelled when the turn is stopped: then nothing it started
    /// may go on. An Error means that the engine itself is broken (disk, database), and ends the turn.
    Task<Result<ToolOutcome>> (*run)(ToolContext& context, const boost::json::object& args);
    bool changes_tree = false;  // it may change files, branches or commits
};

/// All of them: the table is in tools.cpp.
const std::vector<Tool>& tools();
const Tool* find_tool(std::string_view name);
/// As a request to a model lists them.
const boost::json::array& tool_list();

}  // namespace docent::agent
