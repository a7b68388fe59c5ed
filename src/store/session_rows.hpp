#pragma once
#include "store/timeline.hpp"

// How sessions and their changes lie in tables, for the files whose queries read them.
#define SESSION_COLUMNS                                                                                  \
    "id, project_id, user_id, repository_id, title, titled, branch_name, target_branch, auto_commit, "   \
    "model, recovery, limits, origin, status, agent_status, base_commit, sandbox_id, created, updated, " \
    "merged, last_change, queued, turn, turn_event, owner, stopping"
#define CHANGE_COLUMNS                                                                             \
    "session_id, change, event_id, position, type, status, payload, client_id, goal_id, task_id, " \
    "created, updated, engine"

namespace docent::store {

Session session_of(const Row& row);
/// Takes the texts out of the row.
Event event_of(Row&& row);

/// Everything of `session` that changes goes to its row.
Status save_session(Db& db, const Session& session);
/// As the next change of the session: numbers the event, or the new state of it.
Status append_change(Db& db, Session& session, Event& event, Millis now);
void apply(const SessionPatch& patch, Session& session);
/// Timeline::append() within a transaction that writes more.
Result<Appended> append_events(Db& db, const std::string& session_id, std::int64_t turn,
                               const std::vector<Event>& events, const SessionPatch& patch, Millis now);

}  // namespace docent::store
