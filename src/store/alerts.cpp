#include "store/alerts.hpp"

#include "store/where.hpp"

namespace docent::store {
namespace {

#define ALERT_COLUMNS                                                                                  \
    "id, project_id, session_id, severity, category, title, description, path, start_line, end_line, " \
    "status, created, updated"

Alert alert_of(const Row& row) {
    Alert a;
    a.id = text(row, 0);
    a.project_id = text(row, 1);
    a.session_id = text(row, 2);
    a.severity = text(row, 3);
    a.category = text(row, 4);
    a.title = text(row, 5);
    a.description = text(row, 6);
    a.path = text(row, 7);
    a.start_line = integer(row, 8);
    a.end_line = integer(row, 9);
    a.status = text(row, 10);
    a.created = integer(row, 11);
    a.updated = integer(row, 12);
    return a;
}

}  // namespace

Task<Result<Alert>> Alerts::add(Alert alert) {
    co_return co_await store_.write([&](Db& db) -> Result<Alert> {
        const Alert& a = alert;
        TRY(auto session, db.query("SELECT id FROM sessions WHERE id = $1 AND project_id = $2",
                                   {a.session_id, a.project_id}));
        if (session.empty()) return not_found("there is no such session");
        TRY(auto rows,
            db.query("INSERT INTO alerts (" ALERT_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
                     "$9, $10, $11, $12, $13)",
                     {a.id, a.project_id, a.session_id, a.severity, a.category, a.title, a.description,
                      a.path, a.start_line, a.end_line, a.status, a.created, a.updated}));
        return alert;
    });
}

Task<Result<std::vector<Alert>>> Alerts::list(AlertQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Alert>> {
        Where where;
        where.equals("project_id", query.project_id);
        if (!query.status.empty()) where.equals("status", query.status);
        if (!query.session_id.empty()) where.equals("session_id", query.session_id);
        if (!query.page.after.empty()) where.add("id < " + where.arg(query.page.after));
        const auto limit = where.arg(query.page.limit);
        TRY(auto rows, db.query("SELECT " ALERT_COLUMNS " FROM alerts" + where.text() +
                                    " ORDER BY id DESC LIMIT " + limit,
                                where.args()));
        std::vector<Alert> out;
        for (const auto& row : rows) out.push_back(alert_of(row));
        return out;
    });
}

Task<Result<Alert>> Alerts::find(std::string project_id, std::string id) {
    co_return co_await store_.read([&](Db& db) -> Result<Alert> {
        TRY(auto rows, db.query("SELECT " ALERT_COLUMNS " FROM alerts WHERE id = $1 AND project_id = $2",
                                {id, project_id}));
        if (rows.empty()) return not_found("there is no such alert");
        return alert_of(rows[0]);
    });
}

Task<Result<Alert>> Alerts::set_status(std::string project_id, std::string id, std::string status,
                                       Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<Alert> {
        TRY(auto rows,
            db.query("UPDATE alerts SET status = $3, updated = $4 WHERE id = $1 AND project_id = $2 "
                     "RETURNING " ALERT_COLUMNS,
                     {id, project_id, status, now}));
        if (rows.empty()) return not_found("there is no such alert");
        return alert_of(rows[0]);
    });
}

}  // namespace docent::store
