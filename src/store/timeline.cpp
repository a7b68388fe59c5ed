#include "store/timeline.hpp"

#include "store/notices.hpp"
#include "store/processes.hpp"
#include "store/session_rows.hpp"
#include "store/where.hpp"

namespace docent::store {
namespace {

/// No later change of the same event exists.
constexpr std::string_view is_latest =
    "NOT EXISTS (SELECT 1 FROM session_changes later WHERE later.session_id = c.session_id "
    "AND later.position = c.position AND later.change > c.change)";

/// Holds the session's row until the transaction ends.
Result<Session> lock_session(Db& db, const std::string& id) {
    TRY(auto rows,
        db.query("UPDATE sessions SET owner = owner WHERE id = $1 RETURNING " SESSION_COLUMNS, {id}));
    if (rows.empty()) return not_found("there is no such session");
    return session_of(rows[0]);
}

Result<Session> lock_turn(Db& db, const std::string& id, std::int64_t turn) {
    TRY(auto session, lock_session(db, id));
    if (turn != 0 && (session.turn != turn || session.owner != process_id() || session.turn_event.empty()))
        return conflict("another process has taken over the session").because("turn_lost");
    return session;
}

Result<Event> latest(Db& db, const std::string& session, const std::string& event) {
    TRY(auto rows, db.query("SELECT " CHANGE_COLUMNS " FROM session_changes WHERE session_id = $1 "
                            "AND event_id = $2 ORDER BY change DESC LIMIT 1",
                            {session, event}));
    if (rows.empty()) return not_found("there is no such event");
    return event_of(std::move(rows[0]));
}

/// The messages that wait, the first of them first.
Result<std::vector<Event>> queue_of(Db& db, const std::string& session, std::int64_t limit) {
    TRY(auto rows, db.query("SELECT " CHANGE_COLUMNS " FROM session_changes c WHERE session_id = $1 "
                            "AND status = 'queued' AND " +
                                std::string(is_latest) + " ORDER BY position LIMIT $2",
                            {session, limit}));
    std::vector<Event> out;
    for (auto& row : rows) out.push_back(event_of(std::move(row)));
    return out;
}

Status set_goal_status(Db& db, const std::string& goal, const std::string& status, Millis now) {
    TRY(auto rows, db.query("UPDATE session_goals SET status = $2, updated = $3 WHERE id = $1 "
                            "AND status NOT IN ('completed', 'failed', 'canceled')",
                            {goal, status, now}));
    if (status == "pending" || status == "in_progress") return {};
    // Nobody works on its steps any more.
    TRY(auto left, db.query("UPDATE session_tasks SET status = 'canceled', updated = $2 WHERE goal_id = $1 "
                            "AND status IN ('pending', 'in_progress')",
                            {goal, now}));
    return {};
}

/// What the running turn is for: the message that began it, or the one that was interrupted before it.
Result<std::string> goal_of_turn(Db& db, const Session& session) {
    TRY(auto began, latest(db, session.id, session.turn_event));
    return began.goal_id;
}

/// True if a message has joined the running turn after this event.
Result<bool> joined_after(Db& db, const std::string& session, std::int64_t seen) {
    TRY(auto rows, db.query("SELECT 1 FROM session_changes WHERE session_id = $1 AND position > $2 "
                            "AND type = 'user_message' AND status = 'completed' LIMIT 1",
                            {session, seen}));
    return !rows.empty();
}

/// `event` begins a turn of this process.
void own_turn(Session& session, const Event& event) {
    ++session.turn;
    session.turn_event = event.id;
    session.owner = process_id();
    session.stopping = false;
    session.agent_status = session.sandbox_id.empty() ? "starting" : "running";
    if (session.status == "finished") session.status = "active";
}

/// The turn that waited for a person goes on, in this process; what another one wrote in it is refused.
void go_on(Session& session) {
    if (session.owner != process_id()) ++session.turn;
    session.owner = process_id();
    session.agent_status = "running";
}

/// The first waiting message begins a turn; nothing when none waits.
Result<std::optional<Event>> begin_next(Db& db, Session& session, Millis now) {
    if (session.queued == 0) return std::optional<Event>();
    TRY(auto queue, queue_of(db, session.id, 1));
    if (queue.empty()) return std::optional<Event>();
    Event next = std::move(queue.front());
    next.status = "processing";
    next.goal_id = next.id;
    // It is heard now, not when it was sent.
    next.engine = R"({"began":)" + std::to_string(session.last_change + 1) + "}";
    --session.queued;
    own_turn(session, next);
    TRY_VOID(append_change(db, session, next, now));
    TRY_VOID(set_goal_status(db, next.id, "in_progress", now));
    return std::optional<Event>(std::move(next));
}

Result<std::vector<Event>> cancel_queue(Db& db, Session& session, Millis now) {
    if (session.queued == 0) return std::vector<Event>();
    TRY(auto queue, queue_of(db, session.id, 1'000'000));
    for (auto& event : queue) {
        event.status = "canceled";
        TRY_VOID(append_change(db, session, event, now));
        TRY_VOID(set_goal_status(db, event.id, "canceled", now));
    }
    session.queued = 0;
    return queue;
}

Result<std::vector<Event>> all(Result<Rows> rows) {
    TRY(auto found, std::move(rows));
    std::vector<Event> out;
    out.reserve(found.size());
    for (auto& row : found) out.push_back(event_of(std::move(row)));
    return out;
}

/// The open question of a turn that waits for its answer.
Result<std::optional<Event>> open_question(Db& db, const std::string& session) {
    TRY(auto found, all(db.query("SELECT " CHANGE_COLUMNS " FROM session_changes c WHERE session_id = $1 "
                                 "AND type = 'agent_ask_user' AND status = 'processing' AND " +
                                     std::string(is_latest) + " ORDER BY position DESC LIMIT 1",
                                 {session})));
    if (found.empty()) return std::optional<Event>();
    return std::optional<Event>(std::move(found.front()));
}

/// What a client sent before under the same name.
Result<std::optional<Event>> with_client_id(Db& db, const std::string& session,
                                            const std::optional<std::string>& client_id) {
    if (!client_id || client_id->empty()) return std::optional<Event>();
    TRY(auto before, all(db.query("SELECT " CHANGE_COLUMNS " FROM session_changes WHERE session_id = $1 "
                                  "AND client_id = $2 ORDER BY change DESC LIMIT 1",
                                  {session, *client_id})));
    if (before.empty()) return std::optional<Event>();
    return std::optional<Event>(std::move(before.front()));
}

Error client_id_conflict() {
    return conflict("client_id was used for another message; take a new one").because("client_id_conflict");
}

}  // namespace

Task<Result<Accepted>> Timeline::add_message(std::string session_id, NewMessage message) {
    co_return co_await store_.write([&](Db& db) -> Result<Accepted> {
        const NewMessage& m = message;
        Accepted out;
        TRY(out.session, lock_session(db, session_id));
        Session& session = out.session;
        TRY(auto before, with_client_id(db, session_id, m.client_id));
        if (before) {
            if (before->payload != m.payload) return client_id_conflict();
            out.event = *std::move(before);
            out.repeated = true;
            return out;
        }
        if (session.ended())
            return conflict("the session is " + session.status + "; start a new one")
                .because("session_closed");
        const bool runs = !session.turn_event.empty();
        // One that was asked to end takes nothing in any more: what comes is for the next one.
        const bool listens = runs && !session.stopping;
        if (m.steer && !m.expected_turn.empty() && (m.expected_turn != session.turn_event || !listens))
            return conflict("expected_turn_id is not the running turn").because("turn_changed");
        if (!m.title.empty() && !session.titled) {
            session.title = m.title;
            session.titled = true;
        }
        Event& event = out.event;
        event.id = m.id;
        event.type = "user_message";
        event.payload = m.payload;
        event.client_id = m.client_id;
        std::optional<Event> question;
        if (listens && session.agent_status == "waiting_for_user") {
            TRY(question, open_question(db, session_id));
        }
        const bool answers = question.has_value();
        if (listens && (m.steer || answers)) {
            out.steers = true;
            TRY(event.goal_id, goal_of_turn(db, session));
            TRY_VOID(append_change(db, session, event, m.now));
            if (answers) {
                question->status = "completed";
                TRY_VOID(append_change(db, session, *question, m.now));
                go_on(session);
                out.changed = {*std::move(question)};
            }
            TRY_VOID(save_session(db, session));
            return out;
        }
        // Of a session that rests, this message begins the oldest one that waits.
        if (runs && session.queued >= m.max_queued)
            return Error(ErrorCode::rate_limited, "too many messages wait in this session; try again later")
                .because("queue_full");
        TRY(auto goal, db.query("INSERT INTO session_goals (id, session_id, title, description, status, "
                                "created, updated) VALUES ($1, $2, $3, '', 'pending', $4, $4)",
                                {m.id, session_id, m.title, m.now}));
        const bool now_first = !runs && session.queued == 0;
        event.status = "queued";
        if (now_first) {
            event.status = "processing";
            event.goal_id = event.id;
            own_turn(session, event);
            TRY_VOID(set_goal_status(db, event.id, "in_progress", m.now));
        }
        TRY_VOID(append_change(db, session, event, m.now));
        if (now_first)
            out.next = event;
        else
            ++session.queued;
        if (!runs && !now_first) {
            TRY(out.next, begin_next(db, session, m.now));
        }
        TRY_VOID(save_session(db, session));
        return out;
    });
}

Task<Result<Accepted>> Timeline::add_answer(std::string session_id, NewAnswer answer) {
    co_return co_await store_.write([&](Db& db) -> Result<Accepted> {
        Accepted out;
        TRY(out.session, lock_session(db, session_id));
        TRY(auto before, with_client_id(db, session_id, answer.client_id));
        if (before) {
            if (before->payload != answer.payload) return client_id_conflict();
            out.event = *std::move(before);
            out.repeated = true;
            return out;
        }
        TRY(auto question, latest(db, session_id, answer.question));
        if (question.type != "agent_ask_user") return not_found("there is no such question");
        if (question.status != "processing" || out.session.agent_status != "waiting_for_user" ||
            out.session.stopping)
            return conflict("the question is answered, or no longer asked").because("already_answered");
        question.status = "completed";
        TRY_VOID(append_change(db, out.session, question, answer.now));
        Event& event = out.event;
        event.id = answer.id;
        event.type = answer.type;
        event.payload = answer.payload;
        event.engine = answer.engine;
        event.client_id = answer.client_id;
        event.goal_id = question.goal_id;
        event.task_id = question.task_id;
        TRY_VOID(append_change(db, out.session, event, answer.now));
        go_on(out.session);
        TRY_VOID(save_session(db, out.session));
        out.changed = {std::move(question)};
        return out;
    });
}

Task<Result<Appended>> Timeline::append(std::string session_id, std::int64_t turn, std::vector<Event> events,
                                        SessionPatch patch, Millis now) {
    co_return co_await store_.write(
        [&](Db& db) { return append_events(db, session_id, turn, events, patch, now); });
}

Result<Appended> append_events(Db& db, const std::string& session_id, std::int64_t turn,
                               const std::vector<Event>& events, const SessionPatch& patch, Millis now) {
    Appended out;
    TRY(out.session, lock_turn(db, session_id, turn));
    out.events = events;
    apply(patch, out.session);
    out.session.updated = now;
    for (auto& event : out.events) TRY_VOID(append_change(db, out.session, event, now));
    if (out.session.ended() && out.session.turn_event.empty()) {
        out.session.sandbox_id.clear();
        TRY(auto canceled, cancel_queue(db, out.session, now));
        for (auto& event : canceled) out.events.push_back(std::move(event));
    }
    TRY_VOID(save_session(db, out.session));
    return out;
}

namespace {

Status tell_finished(Db& db, const Session& session, Millis now) {
    Notice notice;
    notice.project_id = session.project_id;
    notice.type = "session.finished";
    notice.data = notice_data({{"sessionId", session.id}, {"status", session.status}});
    notice.now = now;
    return add_notice(db, notice);
}

}  // namespace

Task<Result<Appended>> Timeline::end_turn(std::string session_id, std::int64_t turn, TurnEnd end,
                                          Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<Appended> {
        Appended out;
        TRY(out.session, lock_turn(db, session_id, turn));
        Session& session = out.session;
        if (end.seen != 0 && !session.ended()) {
            TRY(const bool joined, joined_after(db, session_id, end.seen));
            if (joined) return conflict("a message has joined the turn").because("turn_goes_on");
        }
        out.events = end.events;
        for (auto& event : out.events) TRY_VOID(append_change(db, session, event, now));
        if (!session.turn_event.empty()) {
            TRY(auto began, latest(db, session_id, session.turn_event));
            if (began.status == "processing") {
                began.status = end.goal_status == "canceled" ? "canceled" : "completed";
                TRY_VOID(append_change(db, session, began, now));
                out.events.push_back(began);
            }
            TRY_VOID(set_goal_status(db, began.goal_id, end.goal_status, now));
        }
        session.turn_event.clear();
        session.owner.clear();
        session.stopping = false;
        session.agent_status = "idle";
        const bool was_finished = session.status == "finished";
        apply(end.patch, session);
        if (session.status == "finished" && !was_finished) TRY_VOID(tell_finished(db, session, now));
        if (session.ended()) {
            session.sandbox_id.clear();
            TRY(auto canceled, cancel_queue(db, session, now));
            for (auto& event : canceled) out.events.push_back(std::move(event));
        } else if (end.continues) {
            Event event = *end.continues;
            own_turn(session, event);
            TRY_VOID(append_change(db, session, event, now));
            out.next = std::move(event);
        } else if (!end.hold) {
            TRY(out.next, begin_next(db, session, now));
        }
        TRY_VOID(save_session(db, session));
        return out;
    });
}

Task<Result<Session>> Timeline::request_stop(std::string session_id, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<Session> {
        TRY(auto session, lock_session(db, session_id));
        if (session.turn_event.empty() || session.stopping) return session;
        session.stopping = true;
        session.updated = now;
        TRY_VOID(save_session(db, session));
        return session;
    });
}

Task<Result<Event>> Timeline::cancel_message(std::string session_id, std::string event_id, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<Event> {
        TRY(auto session, lock_session(db, session_id));
        TRY(auto event, latest(db, session_id, event_id));
        if (event.type != "user_message") return not_found("there is no such message");
        if (event.status != "queued")
            return conflict("only a message that waits can be withdrawn").because("not_cancelable");
        event.status = "canceled";
        --session.queued;
        TRY_VOID(append_change(db, session, event, now));
        TRY_VOID(set_goal_status(db, event.id, "canceled", now));
        TRY_VOID(save_session(db, session));
        return event;
    });
}

Task<Result<Appended>> Timeline::cancel_queued(std::string session_id, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<Appended> {
        Appended out;
        TRY(out.session, lock_session(db, session_id));
        TRY(out.events, cancel_queue(db, out.session, now));
        if (!out.events.empty()) TRY_VOID(save_session(db, out.session));
        return out;
    });
}

Task<Result<std::vector<Event>>> Timeline::events(std::string session_id, EventQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Event>> {
        Where where;
        where.equals("session_id", session_id);
        if (query.after_position != 0) where.add("position > " + where.arg(query.after_position));
        if (query.updated_since != 0) where.add("updated >= " + where.arg(query.updated_since));
        where.one_of("type", query.types);
        where.add(std::string(is_latest));
        std::string sql =
            "SELECT " CHANGE_COLUMNS " FROM session_changes c" + where.text() + " ORDER BY position";
        if (query.limit > 0) sql += " LIMIT " + where.arg(query.limit);
        return all(db.query(sql, where.args()));
    });
}

Task<Result<std::vector<Event>>> Timeline::changes(std::string session_id, std::int64_t change,
                                                   std::int64_t limit) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Event>> {
        return all(db.query("SELECT " CHANGE_COLUMNS " FROM session_changes WHERE session_id = $1 "
                            "AND change > $2 ORDER BY change LIMIT $3",
                            {session_id, change, limit}));
    });
}

Task<Result<Event>> Timeline::find(std::string session_id, std::string event_id) {
    co_return co_await store_.read([&](Db& db) -> Result<Event> { return latest(db, session_id, event_id); });
}

Task<Result<std::vector<Session>>> Timeline::take_over(Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<std::vector<Session>> {
        TRY(auto rows,
            db.query("UPDATE sessions SET owner = $1, turn = turn + 1, updated = $2 WHERE turn_event <> '' "
                     "AND owner <> $1 AND NOT EXISTS (SELECT 1 FROM processes WHERE id = sessions.owner) "
                     "RETURNING " SESSION_COLUMNS,
                     {process_id(), now}));
        std::vector<Session> out;
        for (const auto& row : rows) out.push_back(session_of(row));
        return out;
    });
}

}  // namespace docent::store
