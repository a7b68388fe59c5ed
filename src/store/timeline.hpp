#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/sessions.hpp"

namespace docent::store {

/// One thing that happened in a session, as its latest change left it.
struct Event {
    std::string id;  // UUID v7
    std::string session_id;
    std::string type;                  // one of the 34 of agent/event_types.hpp
    std::string status = "completed";  // "completed", "queued", "processing", "canceled"
    std::string payload;               // JSON object, with its own "type"
    std::optional<std::string> client_id;
    std::string goal_id, task_id;  // "": none
    Millis created = 0;
    Millis updated = 0;
    std::string engine = "{}";  // JSON object for the engine: calls and results as the model saw them; of a
                                // message that waited, the change with which its turn began: {"began"}
    std::int64_t position = 0;  // the change that made it: its place in the timeline. 0: not yet stored
    std::int64_t change = 0;    // its latest change
};

/// A message for a session.
struct NewMessage {
    std::string id;  // of the event to be
    std::string payload;
    std::optional<std::string> client_id;  // idempotency key, unless empty
    std::string title;                     // of the session, when it has none yet
    bool steer = false;                    // joins the running turn instead of waiting for its end
    std::string expected_turn;             // steer: only if this event began the running turn; "": any
    std::int64_t max_queued = 100;
    Millis now = 0;
};

/// A person's answer to a question of the agent, or what stands for it when its time is over.
struct NewAnswer {
    std::string id;        // of the event to be
    std::string question;  // the agent_ask_user event
    std::string type = "user_ask_user_response";
    std::string payload;
    std::string engine = "{}";
    std::optional<std::string> client_id;
    Millis now = 0;
};

/// What became of a message.
struct Accepted {
    Event event;
    Session session;             // after it
    bool repeated = false;       // the same client_id and message came before: `event` is as it is now
    bool steers = false;         // it is part of the running turn, or the answer to its question
    std::vector<Event> changed;  // others that changed with it: the question that it answers
    std::optional<Event> next;   // the message whose turn begins now, in this process; most often `event`
};

/// What a write of the engine left behind.
struct Appended {
    std::vector<Event> events;  // as given, with their numbers
    Session session;            // after it
    std::optional<Event> next;  // the event whose turn begins now, in this process
};

/// How a turn ends.
struct TurnEnd {
    std::vector<Event> events;  // the last of it
    SessionPatch patch;
    std::string goal_status = "completed";  // or "failed", "canceled", "pending", "in_progress"
    std::int64_t seen = 0;                  // the last event that the answer knew of; 0: it does not matter
    bool hold = false;                      // waiting messages stay, and no turn begins
    std::optional<Event> continues;         // position 0: begins the next turn, before all that wait
};

struct EventQuery {
    std::int64_t after_position = 0;
    Millis updated_since = 0;
    std::vector<std::string> types;  // empty: all
    std::int64_t limit = 0;          // 0: all
};

/// What happened in sessions: append-only changes, numbered 1, 2, 3, ... in each session without a gap. Every
/// function is one transaction, durable when it returns.
///
/// A turn is fenced: a write that names a turn is refused (conflict, reason "turn_lost") unless that turn
/// runs and this process owns it. So what a process that was taken for gone still writes is not stored.
class Timeline {
public:
    explicit Timeline(Store& store) : store_(store) {}

    /// Stores a user message and decides what becomes of it: it begins a turn when none runs, else it
    /// waits. conflict with reason "session_closed", "client_id_conflict" (the same client_id came with
    /// another message) or "turn_changed"; rate_limited "queue_full"; not_found.
    Task<Result<Accepted>> add_message(std::string session_id, NewMessage message);

    /// Stores an answer and completes its question; the turn that waits for it belongs to this process now
    /// and must be run. conflict "already_answered" (also when the turn has ended), "client_id_conflict";
    /// not_found.
    Task<Result<Accepted>> add_answer(std::string session_id, NewAnswer answer);

    /// Appends events (position 0) and changes events (with their position), and changes the session with
    /// them. `turn` 0: no turn is meant.
    Task<Result<Appended>> append(std::string session_id, std::int64_t turn, std::vector<Event> events,
                                  SessionPatch patch, Millis now);

    /// The turn ends: the user message that began it is completed, and the next one that waits begins a turn
    /// of this process, unless the session has ended: then what waits is canceled. conflict "turn_goes_on",
    /// and nothing is written, when a message joined the turn after `seen`: it is part of this turn.
    Task<Result<Appended>> end_turn(std::string session_id, std::int64_t turn, TurnEnd end, Millis now);

    /// The running turn is to end: its owner, which may be another process, ends it soon after, and a turn
    /// that was taken over ends instead of going on. No turn: no change. not_found.
    Task<Result<Session>> request_stop(std::string session_id, Millis now);

    /// A message that waits is withdrawn. conflict "not_cancelable"; not_found.
    Task<Result<Event>> cancel_message(std::string session_id, std::string event_id, Millis now);
    /// All that wait.
    Task<Result<Appended>> cancel_queued(std::string session_id, Millis now);

    /// Oldest first.
    Task<Result<std::vector<Event>>> events(std::string session_id, EventQuery query);
    /// Every change after the number `change`, each event as that change left it; at most `limit`.
    Task<Result<std::vector<Event>>> changes(std::string session_id, std::int64_t change, std::int64_t limit);
    /// not_found.
    Task<Result<Event>> find(std::string session_id, std::string event_id);

    /// Sessions whose turn runs in a process that is gone: this process owns them now, and their turn's
    /// number has grown, so that the old owner can write no more.
    Task<Result<std::vector<Session>>> take_over(Millis now);

private:
    Store& store_;
};

}  // namespace docent::store
