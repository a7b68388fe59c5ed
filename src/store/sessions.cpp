#include "store/sessions.hpp"

#include "base/ids.hpp"
#include "store/session_rows.hpp"
#include "store/where.hpp"

namespace docent::store {

Task<Result<Session>> Sessions::add(Session session) {
    co_return co_await store_.write([&](Db& db) -> Result<Session> {
        const Session& s = session;
        TRY(auto project, db.query("SELECT id FROM projects WHERE id = $1", {s.project_id}));
        if (project.empty()) return not_found("there is no such project");
        TRY(auto rows,
            db.query("INSERT INTO sessions (" SESSION_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
                     "$10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)",
                     {s.id,
                      s.project_id,
                      s.user_id,
                      s.repository_id,
                      s.title,
                      std::int64_t(s.titled),
                      s.branch_name,
                      s.target_branch,
                      std::int64_t(s.auto_commit),
                      s.model,
                      s.recovery,
                      s.limits,
                      s.origin,
                      s.status,
                      s.agent_status,
                      s.base_commit,
                      s.sandbox_id,
                      s.created,
                      s.updated,
                      s.merged,
                      s.last_change,
                      s.queued,
                      s.turn,
                      s.turn_event,
                      s.owner,
                      std::int64_t(s.stopping)}));
        return session;
    });
}

Task<Result<Session>> Sessions::find(std::string project_id, std::string id) {
    co_return co_await store_.read([&](Db& db) -> Result<Session> {
        TRY(auto rows, db.query("SELECT " SESSION_COLUMNS " FROM sessions WHERE id = $1", {id}));
        if (rows.empty()) return not_found("there is no such session");
        auto session = session_of(rows[0]);
        if (!project_id.empty() && session.project_id != project_id)
            return not_found("there is no such session");
        return session;
    });
}

Task<Result<std::vector<Session>>> Sessions::find_all(std::vector<std::string> ids) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Session>> {
        Where where;
        where.one_of("id", ids);
        TRY(auto rows, db.query("SELECT " SESSION_COLUMNS " FROM sessions" + where.text(), where.args()));
        std::vector<Session> out;
        for (const auto& row : rows) out.push_back(session_of(row));
        return out;
    });
}

Task<Result<std::vector<Session>>> Sessions::list(SessionQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Session>> {
        Where where;
        where.equals("project_id", query.project_id);
        if (!query.status.empty()) where.equals("status", query.status);
        if (!query.user_id.empty()) where.equals("user_id", query.user_id);
        // A version 7 UUID begins with its time: the order of ids is the order of creation.
        if (!query.after.empty()) where.add("id < " + where.arg(query.after));
        const auto limit = where.arg(query.limit);
        TRY(auto rows, db.query("SELECT " SESSION_COLUMNS " FROM sessions" + where.text() +
                                    " ORDER BY id DESC LIMIT " + limit,
                                where.args()));
        std::vector<Session> out;
        for (const auto& row : rows) out.push_back(session_of(row));
        return out;
    });
}

Task<Result<std::int64_t>> Sessions::count_open(std::string project_id) {
    co_return co_await store_.read([&](Db& db) -> Result<std::int64_t> {
        TRY(auto rows, db.query("SELECT COUNT(*) FROM sessions WHERE project_id = $1 "
                                "AND status IN ('active', 'finished')",
                                {project_id}));
        return integer(rows.at(0), 0);
    });
}

Task<Status> Sessions::remove(std::string project_id, std::string id) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto gone, db.query("DELETE FROM sessions WHERE id = $1 AND project_id = $2 RETURNING id",
                                {id, project_id}));
        if (gone.empty()) return not_found("there is no such session");
        TRY(auto noted,
            db.query("INSERT INTO removed_sessions (id) VALUES ($1) ON CONFLICT DO NOTHING", {id}));
        return {};
    });
}

Task<Result<std::vector<std::string>>> Sessions::removed_of(std::vector<std::string> ids) {
    if (ids.empty()) co_return std::vector<std::string>();
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<std::string>> {
        Where where;
        where.one_of("id", ids);
        TRY(auto rows, db.query("SELECT id FROM removed_sessions" + where.text(), where.args()));
        std::vector<std::string> out;
        for (const auto& row : rows) out.push_back(text(row, 0));
        return out;
    });
}

Task<Result<Session>> Sessions::of_branch(std::string repository_id, std::string branch) {
    co_return co_await store_.read([&](Db& db) -> Result<Session> {
        TRY(auto rows, db.query("SELECT " SESSION_COLUMNS " FROM sessions WHERE repository_id = $1 AND "
                                "branch_name = $2 AND status IN ('active', 'finished') LIMIT 1",
                                {repository_id, branch}));
        if (rows.empty()) return not_found("no open session has this branch");
        return session_of(rows[0]);
    });
}

Task<Result<bool>> Sessions::branch_in_use(std::string repository_id, std::string branch, std::string but) {
    co_return co_await store_.read([&](Db& db) -> Result<bool> {
        TRY(auto rows, db.query("SELECT id FROM sessions WHERE repository_id = $1 AND branch_name = $2 "
                                "AND id <> $3 AND status IN ('active', 'finished') LIMIT 1",
                                {repository_id, branch, but}));
        return !rows.empty();
    });
}

}  // namespace docent::store
