#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
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
/// store; a restart goes on from there. A session is named by its id: that it belongs to the caller's project
/// is the caller's business. On the event loop.
class Sessions {
public:
    Sessions(boost::asio::any_io_executor loop, Services& services);
    ~Sessions();

    /// Closes what a process that is gone left open, and goes on with what waits. Before the first request.
    Task<Status> start();
    /// Cuts off the running turns: for them it is a restart, and the log says so when the next start closes
    /// them. Nothing that was acknowledged is lost.
    Task<> stop();

    /// invalid_argument names the field: an unknown model, or no branch name. rate_limited: too many sessions
    /// are open. conflict "branch_in_use".
    Task<Result<store::Session>> create(NewSession wanted);
    /// Durable when it returns. unavailable "model_unavailable": no model is configured. Else the errors of
    /// Timeline::add_message().
    Task<Result<store::Event>> send(std::string session_id, MessageToSend message);
    /// The event is a user_ask_user_response. conflict "already_answered", "client_id_conflict"; not_found;
    /// invalid_argument names the answer.
    Task<Result<store::Event>> answer(std::string session_id, AskedAnswer answer);
    /// A message that waits is withdrawn. conflict "not_cancelable".
    Task<Result<store::Event>> cancel_message(std::string session_id, std::string event_id);
    /// Stops the running turn, in whichever process it runs: its end is written soon after. No turn: no
    /// change.
    Task<Result<store::Session>> stop_turn(std::string session_id, bool cancel_queued);
    /// conflict "session_closed", "branch_in_use", or a branch after the tree exists.
    Task<Result<store::Session>> update(std::string session_id, SessionChanges changes);
    /// What others wrote into a session is shown to those who follow it, and a session that has ended by it
    /// stops.
    Task<Status> announce(store::Appended appended);
    /// Stops it and removes its tree and all its data.
    Task<Status> remove(std::string session_id);

    /// `told` is called with the id of each session whose turns have ended in this process and none follows.
    void when_idle(std::function<void(const std::string& session_id)> told) { idle_ = std::move(told); }

    /// agent_status is what runs, not only what was written last.
    void correct(store::Session& session) const;

    Feeds& feeds() { return feeds_; }
    std::size_t running() const { return running_.size(); }
    /// Sessions that run, or wait for their turn to run.
    std::size_t driven() const { return driven_.size(); }

private:
    Task<> drive(store::Session session);
    Task<> watch();
    Task<> watch_others();
    Task<Status> look_at(std::vector<std::string> ids);
    Task<> expire_questions();
    Task<> close_lost();
    Task<Status> recover();
    Task<Status> close_interrupted(store::Session session, std::string said);
    Task<Status> check_branch(const store::Session& session);
    void run_turn(store::Session session);
    void stop_here(const store::Session& session);
    bool is_stopped(const store::Session& session) const;

    boost::asio::any_io_executor loop_;
    Services& services_;
    Feeds feeds_;
    std::map<std::string, Turn*> running_;                 // by session: those that have begun
    std::set<std::string> driven_;                         // sessions that a task of ours drives
    std::map<std::string, Millis> questions_;              // sessions that wait for a person, until when
    std::map<std::string, std::int64_t> stop_when_begun_;  // turns that were stopped before they began
    std::set<std::string> lost_;      // whose turn ended, and nobody could write that down
    std::set<std::string> removing_;  // nothing begins in them any more
    std::size_t slots_taken_ = 0;
    boost::asio::steady_timer slot_freed_;
    std::function<void(const std::string&)> idle_;
    TaskGroup group_;
};

}  // namespace docent::agent
