#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agent/feeds.hpp"
#include "agent/services.hpp"
#include "agent/tools/tool.hpp"
#include "base/task_group.hpp"
#include "store/timeline.hpp"

namespace docent::agent {

/// What a session is created with. Empty is the default of everything that has one.
struct NewSession {
    std::string project_id, user_id, title, repository_id, branch_name, target_branch, model, origin = "api";
    bool auto_commit = false;
    std::string recovery = "resume";  // or "hold"
    boost::json::object limits;       // {steps, tokens, cost, seconds}: instead of the server's
};

struct MessageToSend {
    std::string text;
    std::optional<std::string> client_id;
    bool steer = false;
    std::string expected_turn;  // "": any
};

/// An answer to an agent_ask_user event.
struct AskedAnswer {
    std::string event_id;
    boost::json::array answers;  // [{question_id, option_ids, text}]
    bool dismissed = false;
    std::optional<std::string> client_id;
};

struct SessionChanges {
    std::optional<std::string> title, model, branch_name, status;
    std::optional<bool> auto_commit;
    boost::json::object limits;  // merged into the session's
};

class Turn;

/// The coding sessions: what callers ask of them, and the turns that run. Everything acknowledged is in the
/// store; a restart goes on from there. On the event loop.
class Sessions {
public:
    Sessions(boost::asio::any_io_executor loop, Services& services);
    ~Sessions();

    /// Closes what the last process left open and goes on with what waits. Before the first request.
    Task<Status> start();
    /// Ends the running turns: they count as interrupted by a restart. Nothing is lost.
    Task<> stop();

    /// invalid_argument names the field: an unknown model, repository or branch name. conflict
    /// "branch_in_use"; rate_limited: too many sessions are open.
    Task<Result<store::Session>> create(NewSession wanted);
    /// Durable when it returns. The errors of Timeline::add_message().
    Task<Result<store::Event>> send(std::string session_id, MessageToSend message);
    /// conflict "already_answered", "client_id_conflict"; not_found; invalid_argument names the answer.
    Task<Result<store::Event>> answer(std::string session_id, AskedAnswer answer);
    /// A message that waits is withdrawn. conflict "not_cancelable".
    Task<Result<store::Event>> cancel_message(std::string session_id, std::string event_id);
    /// Stops the running turn; returns once that is decided. No turn: no change.
    Task<Result<store::Session>> stop_turn(std::string session_id, bool cancel_queued);
    /// conflict "session_closed", or a branch after the tree exists.
    Task<Result<store::Session>> update(std::string session_id, SessionChanges changes);
    /// Closes it, and removes its tree and all its data.
    Task<Status> remove(std::string session_id);

    /// The tree of a session, as it is now: made if there is none yet.
    Task<Result<Tree>> tree(const store::Session& session);

    /// As readers are to see it: agent_status is what runs, not only what was written last.
    void correct(store::Session& session) const;

    Feeds& feeds() { return feeds_; }
    std::size_t running() const { return running_.size(); }

private:
    friend class Turn;
    void run_turn(const store::Session& session);
    Task<> drive(std::string session_id);
    Task<> watch_deadlines();

    boost::asio::any_io_executor loop_;
    Services& services_;
    Feeds feeds_;
    std::map<std::string, std::unique_ptr<Turn>> running_;  // by session
    TaskGroup group_;
};

}  // namespace docent::agent
