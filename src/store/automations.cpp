#include "store/automations.hpp"

namespace docent::store {
namespace {

#define AUTOMATION_COLUMNS                                                                    \
    "id, project_id, user_id, name, schedule, prompt, repository, model, enabled, next_run, " \
    "last_run, last_job, note, created, updated"

Automation automation_of(const Row& row) {
    Automation a;
    a.id = text(row, 0);
    a.project_id = text(row, 1);
    a.user_id = text(row, 2);
    a.name = text(row, 3);
    a.schedule = text(row, 4);
    a.prompt = text(row, 5);
    a.repository = text(row, 6);
    a.model = text(row, 7);
    a.enabled = integer(row, 8) != 0;
    a.next_run = integer(row, 9);
    a.last_run = integer(row, 10);
    a.last_job = text(row, 11);
    a.note = text(row, 12);
    a.created = integer(row, 13);
    a.updated = integer(row, 14);
    return a;
}

Result<Automation> one_automation(Result<Rows> found) {
    TRY(auto rows, std::move(found));
    if (rows.empty()) return not_found("there is no such automation");
    return automation_of(rows[0]);
}

Result<std::vector<Automation>> automations_of(Result<Rows> found) {
    TRY(auto rows, std::move(found));
    std::vector<Automation> out;
    for (const auto& row : rows) out.push_back(automation_of(row));
    return out;
}

}  // namespace

Task<Result<Automation>> Automations::add(Automation automation) {
    co_return co_await store_.write([&](Db& db) -> Result<Automation> {
        const Automation& a = automation;
        // The lock on the project's row puts those who add in order.
        TRY(auto project, db.query("UPDATE projects SET id = id WHERE id = $1 RETURNING id", {a.project_id}));
        if (project.empty()) return not_found("there is no such project");
        TRY(auto others, db.query("SELECT COUNT(*) FROM automations WHERE project_id = $1", {a.project_id}));
        if (integer(others[0], 0) >= most)
            return conflict("the project has " + std::to_string(most) + " automations; remove one first")
                .because("too_many");
        TRY(auto rows, db.query("INSERT INTO automations (" AUTOMATION_COLUMNS ", claimed_until) VALUES "
                                "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, '', '', $11, $11, 0)",
                                {a.id, a.project_id, a.user_id, a.name, a.schedule, a.prompt, a.repository,
                                 a.model, std::int64_t(a.enabled), a.next_run, a.created}));
        return one_automation(
            db.query("SELECT " AUTOMATION_COLUMNS " FROM automations WHERE id = $1", {a.id}));
    });
}

Task<Result<Automation>> Automations::find(std::string project_id, std::string id) {
    co_return co_await store_.read([&](Db& db) -> Result<Automation> {
        return one_automation(db.query("SELECT " AUTOMATION_COLUMNS " FROM automations WHERE id = $1 "
                                       "AND ($2 = '' OR project_id = $2)",
                                       {id, project_id}));
    });
}

Task<Result<std::vector<Automation>>> Automations::list(std::string project_id) {
    co_return co_await store_.read([&](Db& db) {
        return automations_of(db.query("SELECT " AUTOMATION_COLUMNS
                                       " FROM automations WHERE project_id = $1 ORDER BY id",
                                       {project_id}));
    });
}

Task<Result<Automation>> Automations::change(Automation automation) {
    co_return co_await store_.write([&](Db& db) -> Result<Automation> {
        const Automation& a = automation;
        return one_automation(
            db.query("UPDATE automations SET name = $3, schedule = $4, prompt = $5, repository = $6, "
                     "model = $7, enabled = $8, next_run = $9, updated = $10, claimed_until = 0 "
                     "WHERE id = $1 AND project_id = $2 RETURNING " AUTOMATION_COLUMNS,
                     {a.id, a.project_id, a.name, a.schedule, a.prompt, a.repository, a.model,
                      std::int64_t(a.enabled), a.next_run, a.updated}));
    });
}

Task<Status> Automations::remove(std::string project_id, std::string id) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto gone, db.query("DELETE FROM automations WHERE id = $1 AND project_id = $2 RETURNING id",
                                {id, project_id}));
        if (gone.empty()) return not_found("there is no such automation");
        return {};
    });
}

Task<Result<std::vector<Automation>>> Automations::due(Millis now, std::int64_t limit) {
    co_return co_await store_.read([&](Db& db) {
        return automations_of(
            db.query("SELECT " AUTOMATION_COLUMNS " FROM automations WHERE next_run > 0 AND next_run <= $1 "
                     "AND enabled = 1 AND claimed_until <= $1 ORDER BY next_run, id LIMIT $2",
                     {now, limit}));
    });
}

Task<Result<bool>> Automations::claim(std::string id, Millis due, Millis now, Millis until) {
    co_return co_await store_.write([&](Db& db) -> Result<bool> {
        TRY(auto rows, db.query("UPDATE automations SET claimed_until = $4 WHERE id = $1 AND next_run = $2 "
                                "AND enabled = 1 AND claimed_until <= $3 RETURNING id",
                                {id, due, now, until}));
        return !rows.empty();
    });
}

Task<Status> Automations::finish(RunEnd end) {
    co_return co_await store_.write([&](Db& db) -> Status {
        const RunEnd& e = end;
        // A claim that is to be tried again runs out by itself.
        TRY(auto rows, db.query("UPDATE automations SET next_run = $3, note = $4, claimed_until = CASE WHEN "
                                "$3 = $2 THEN claimed_until ELSE 0 END WHERE id = $1 AND next_run = $2",
                                {e.id, e.due, e.next_run, e.note}));
        if (e.job_id.empty()) return {};
        TRY(auto made, db.query("UPDATE automations SET last_job = $2, last_run = $3 WHERE id = $1",
                                {e.id, e.job_id, e.now}));
        return {};
    });
}

Task<Result<Automation>> Automations::ran(std::string id, std::string job_id, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<Automation> {
        return one_automation(
            db.query("UPDATE automations SET last_job = $2, last_run = $3, note = '' "
                     "WHERE id = $1 RETURNING " AUTOMATION_COLUMNS,
                     {id, job_id, now}));
    });
}

}  // namespace docent::store
