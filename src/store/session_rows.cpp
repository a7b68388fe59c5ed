#include "store/session_rows.hpp"

namespace docent::store {

Session session_of(const Row& row) {
    Session s;
    s.id = text(row, 0);
    s.project_id = text(row, 1);
    s.user_id = text(row, 2);
    s.repository_id = text(row, 3);
    s.title = text(row, 4);
    s.titled = integer(row, 5) != 0;
    s.branch_name = text(row, 6);
    s.target_branch = text(row, 7);
    s.auto_commit = integer(row, 8) != 0;
    s.model = text(row, 9);
    s.recovery = text(row, 10);
    s.limits = text(row, 11);
    s.origin = text(row, 12);
    s.status = text(row, 13);
    s.agent_status = text(row, 14);
    s.base_commit = text(row, 15);
    s.sandbox_id = text(row, 16);
    s.created = integer(row, 17);
    s.updated = integer(row, 18);
    s.merged = integer(row, 19);
    s.last_change = integer(row, 20);
    s.queued = integer(row, 21);
    s.turn = integer(row, 22);
    s.turn_event = text(row, 23);
    s.owner = text(row, 24);
    s.stopping = integer(row, 25) != 0;
    return s;
}

Event event_of(Row&& row) {
    const auto taken = [&](std::size_t i) { return std::move(std::get<std::string>(row.at(i))); };
    Event e;
    e.session_id = taken(0);
    e.change = integer(row, 1);
    e.id = taken(2);
    e.position = integer(row, 3);
    e.type = taken(4);
    e.status = taken(5);
    e.payload = taken(6);
    if (!is_null(row, 7)) e.client_id = taken(7);
    e.goal_id = taken(8);
    e.task_id = taken(9);
    e.created = integer(row, 10);
    e.updated = integer(row, 11);
    e.engine = taken(12);
    return e;
}

Status save_session(Db& db, const Session& s) {
    TRY(auto rows,
        db.query("UPDATE sessions SET title = $2, titled = $3, branch_name = $4, target_branch = $5, "
                 "auto_commit = $6, model = $7, limits = $8, status = $9, agent_status = $10, "
                 "base_commit = $11, sandbox_id = $12, updated = $13, merged = $14, last_change = $15, "
                 "queued = $16, turn = $17, turn_event = $18, owner = $19, stopping = $20 WHERE id = $1",
                 {s.id,
                  s.title,
                  std::int64_t(s.titled),
                  s.branch_name,
                  s.target_branch,
                  std::int64_t(s.auto_commit),
                  s.model,
                  s.limits,
                  s.status,
                  s.agent_status,
                  s.base_commit,
                  s.sandbox_id,
                  s.updated,
                  s.merged,
                  s.last_change,
                  s.queued,
                  s.turn,
                  s.turn_event,
                  s.owner,
                  std::int64_t(s.stopping)}));
    return {};
}

Status append_change(Db& db, Session& session, Event& e, Millis now) {
    e.session_id = session.id;
    e.change = ++session.last_change;
    if (e.position == 0) {
        e.position = e.change;
        e.created = now;
    }
    e.updated = now;
    session.updated = now;
    Value client = nullptr;
    if (e.client_id) client = *e.client_id;
    TRY(auto rows, db.query("INSERT INTO session_changes (" CHANGE_COLUMNS ") "
                            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                            {e.session_id, e.change, e.id, e.position, e.type, e.status, e.payload, client,
                             e.goal_id, e.task_id, e.created, e.updated, e.engine}));
    return {};
}

void apply(const SessionPatch& patch, Session& s) {
    if (patch.title) {
        s.title = *patch.title;
        s.titled = true;
    }
    if (patch.branch_name) s.branch_name = *patch.branch_name;
    if (patch.target_branch) s.target_branch = *patch.target_branch;
    if (patch.model) s.model = *patch.model;
    if (patch.status) s.status = *patch.status;
    if (patch.agent_status) s.agent_status = *patch.agent_status;
    if (patch.base_commit) s.base_commit = *patch.base_commit;
    if (patch.sandbox_id) s.sandbox_id = *patch.sandbox_id;
    if (patch.limits) s.limits = *patch.limits;
    if (patch.auto_commit) s.auto_commit = *patch.auto_commit;
    if (patch.merged) s.merged = *patch.merged;
}

}  // namespace docent::store
