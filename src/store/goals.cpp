#include "store/goals.hpp"

#include "base/ids.hpp"
#include "store/where.hpp"

namespace docent::store {
namespace {

#define GOAL_COLUMNS "id, session_id, title, description, status, created, updated"
#define TASK_COLUMNS "id, session_id, goal_id, position, step, title, description, status, created, updated"

Goal goal_of(const Row& row) {
    Goal g;
    g.id = text(row, 0);
    g.session_id = text(row, 1);
    g.title = text(row, 2);
    g.description = text(row, 3);
    g.status = text(row, 4);
    g.created = integer(row, 5);
    g.updated = integer(row, 6);
    return g;
}

SessionTask task_of(const Row& row) {
    SessionTask t;
    t.id = text(row, 0);
    t.session_id = text(row, 1);
    t.goal_id = text(row, 2);
    t.position = integer(row, 3);
    t.step = text(row, 4);
    t.title = text(row, 5);
    t.description = text(row, 6);
    t.status = text(row, 7);
    t.created = integer(row, 8);
    t.updated = integer(row, 9);
    return t;
}

}  // namespace

Task<Result<std::vector<Goal>>> Goals::list(std::string session_id, Page page) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Goal>> {
        Where where;
        where.equals("session_id", session_id);
        if (!page.after.empty()) where.add("id < " + where.arg(page.after));
        const auto limit = where.arg(page.limit);
        TRY(auto rows, db.query("SELECT " GOAL_COLUMNS " FROM session_goals" + where.text() +
                                    " ORDER BY id DESC LIMIT " + limit,
                                where.args()));
        std::vector<Goal> out;
        for (const auto& row : rows) out.push_back(goal_of(row));
        return out;
    });
}

Task<Status> Goals::describe(std::string session_id, std::string goal_id, std::string title,
                             std::string description, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto rows, db.query("UPDATE session_goals SET title = $3, description = $4, updated = $5 "
                                "WHERE id = $1 AND session_id = $2 RETURNING id",
                                {goal_id, session_id, title, description, now}));
        if (rows.empty()) return not_found("there is no such goal");
        return {};
    });
}

Task<Result<std::vector<std::string>>> Goals::set_plan(std::string session_id, std::string goal_id,
                                                       std::vector<PlanStep> steps, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<std::vector<std::string>> {
        // Holds the goal's row, so that two plans at once are one after the other.
        TRY(auto goal, db.query("UPDATE session_goals SET updated = $3 WHERE id = $1 AND session_id = $2 "
                                "RETURNING id",
                                {goal_id, session_id, now}));
        if (goal.empty()) return not_found("there is no such goal");
        // Position 0: not in the plan any more.
        TRY(auto past, db.query("UPDATE session_tasks SET position = 0 WHERE goal_id = $1", {goal_id}));
        std::vector<std::string> ids;
        for (const auto& step : steps) {
            const auto position = static_cast<std::int64_t>(ids.size() + 1);
            const std::string status = step.status == "skipped" ? "canceled" : step.status;
            TRY(auto rows, db.query("INSERT INTO session_tasks (" TASK_COLUMNS ") "
                                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) "
                                    "ON CONFLICT (goal_id, step) DO UPDATE SET position = excluded.position, "
                                    "title = excluded.title, description = excluded.description, "
                                    "status = excluded.status, updated = excluded.updated RETURNING id",
                                    {new_uuid(now), session_id, goal_id, position, step.id, step.title,
                                     step.description, status, now}));
            ids.push_back(text(rows.at(0), 0));
        }
        TRY(auto left, db.query("UPDATE session_tasks SET status = 'canceled', updated = $2 "
                                "WHERE goal_id = $1 AND position = 0 "
                                "AND status IN ('pending', 'in_progress')",
                                {goal_id, now}));
        return ids;
    });
}

Task<Result<std::vector<SessionTask>>> Goals::tasks(std::string session_id, std::string goal_id, Page page) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<SessionTask>> {
        Where where;
        where.equals("session_id", session_id);
        if (!goal_id.empty()) where.equals("goal_id", goal_id);
        if (!page.after.empty()) where.add("id < " + where.arg(page.after));
        const auto limit = where.arg(page.limit);
        TRY(auto rows, db.query("SELECT " TASK_COLUMNS " FROM session_tasks" + where.text() +
                                    " ORDER BY id DESC LIMIT " + limit,
                                where.args()));
        std::vector<SessionTask> out;
        for (const auto& row : rows) out.push_back(task_of(row));
        return out;
    });
}

}  // namespace docent::store
