#include "store/feedback.hpp"

#include <algorithm>

#include "base/ids.hpp"
#include "store/where.hpp"

namespace docent::store {
namespace {

constexpr std::string_view sources[] = {"code_snippet", "contextual", "agent", "thumbs_only"};
constexpr std::string_view statuses[] = {"pending", "in_progress", "resolved", "dismissed"};

#define FEEDBACK_COLUMNS                                                                                 \
    "id, project_id, source, status, path, helpful, comment, contact, code, filename, lang, thread_id, " \
    "turn_id, fp, user_agent, created, updated"

Feedback feedback_of(const Row& row) {
    Feedback f;
    f.id = text(row, 0);
    f.project_id = text(row, 1);
    f.source = text(row, 2);
    f.status = text(row, 3);
    f.path = text(row, 4);
    if (!is_null(row, 5)) f.helpful = integer(row, 5) != 0;
    f.comment = text(row, 6);
    f.contact = text(row, 7);
    f.code = text(row, 8);
    f.filename = text(row, 9);
    f.lang = text(row, 10);
    f.thread_id = text(row, 11);
    f.turn_id = text(row, 12);
    f.fp = text(row, 13);
    f.user_agent = text(row, 14);
    f.created = integer(row, 15);
    f.updated = integer(row, 16);
    return f;
}

Where conditions(const FeedbackQuery& query) {
    Where where;
    where.equals("project_id", query.project_id);
    where.between("created", query.from, query.to);
    where.one_of("source", query.sources);
    where.one_of("status", query.statuses);
    return where;
}

}  // namespace

bool is_feedback_source(std::string_view word) {
    return std::ranges::find(sources, word) != std::end(sources);
}
bool is_feedback_status(std::string_view word) {
    return std::ranges::find(statuses, word) != std::end(statuses);
}

Task<Result<Feedback>> FeedbackItems::add(Feedback feedback) {
    if (feedback.created == 0) feedback.created = system_clock().now();
    if (feedback.updated == 0) feedback.updated = feedback.created;
    if (feedback.id.empty()) feedback.id = new_ulid(feedback.created);
    if (feedback.status.empty()) feedback.status = "pending";
    co_return co_await store_.write([&](Db& db) -> Result<Feedback> {
        const Feedback& f = feedback;
        TRY(auto project, db.query("SELECT id FROM projects WHERE id = $1", {f.project_id}));
        if (project.empty()) return not_found("there is no such project");
        const Value helpful = f.helpful ? Value(std::int64_t{*f.helpful}) : Value(nullptr);
        TRY(auto rows,
            db.query("INSERT INTO feedback (" FEEDBACK_COLUMNS ") "
                     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) "
                     "ON CONFLICT (turn_id, fp) WHERE turn_id <> '' DO UPDATE SET "
                     "source = CASE WHEN excluded.source = 'thumbs_only' THEN feedback.source "
                     "ELSE excluded.source END, "
                     "status = excluded.status, updated = excluded.updated, "
                     "helpful = COALESCE(excluded.helpful, feedback.helpful), "
                     "comment = CASE WHEN excluded.comment = '' THEN feedback.comment "
                     "ELSE excluded.comment END, "
                     "contact = CASE WHEN excluded.contact = '' THEN feedback.contact "
                     "ELSE excluded.contact END "
                     "RETURNING " FEEDBACK_COLUMNS,
                     {f.id, f.project_id, f.source, f.status, f.path, helpful, f.comment, f.contact, f.code,
                      f.filename, f.lang, f.thread_id, f.turn_id, f.fp, f.user_agent, f.created, f.updated}));
        if (rows.empty()) return internal("feedback was not stored");
        return feedback_of(rows[0]);
    });
}

Task<Result<Feedback>> FeedbackItems::set_status(std::string project_id, std::string id, std::string status,
                                                 Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<Feedback> {
        TRY(auto rows, db.query("UPDATE feedback SET status = $3, updated = $4 WHERE id = $1 AND project_id "
                                "= $2 RETURNING " FEEDBACK_COLUMNS,
                                {id, project_id, status, now}));
        if (rows.empty()) return not_found("there is no such feedback");
        return feedback_of(rows[0]);
    });
}

Task<Result<std::vector<Feedback>>> FeedbackItems::list(FeedbackQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Feedback>> {
        auto where = conditions(query);
        where.after("feedback", query.after);
        const auto limit = where.arg(query.limit);
        TRY(auto rows, db.query("SELECT " FEEDBACK_COLUMNS " FROM feedback" + where.text() +
                                    " ORDER BY created DESC, id DESC LIMIT " + limit,
                                where.args()));
        std::vector<Feedback> out;
        for (const auto& row : rows) out.push_back(feedback_of(row));
        return out;
    });
}

Task<Result<std::vector<FeedbackOfPage>>> FeedbackItems::by_page(FeedbackQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<FeedbackOfPage>> {
        auto where = conditions(query);
        where.add("path <> ''");
        const auto limit = where.arg(query.limit);
        TRY(auto rows,
            db.query("SELECT path, SUM(CASE WHEN helpful = 1 THEN 1 ELSE 0 END), "
                     "SUM(CASE WHEN helpful = 0 THEN 1 ELSE 0 END), "
                     "SUM(CASE WHEN source = 'code_snippet' THEN 1 ELSE 0 END), COUNT(*) FROM feedback" +
                         where.text() + " GROUP BY path ORDER BY COUNT(*) DESC, path LIMIT " + limit,
                     where.args()));
        std::vector<FeedbackOfPage> out;
        for (const auto& row : rows) {
            FeedbackOfPage page;
            page.path = text(row, 0);
            page.thumbs_up = integer(row, 1);
            page.thumbs_down = integer(row, 2);
            page.code = integer(row, 3);
            page.total = integer(row, 4);
            out.push_back(std::move(page));
        }
        return out;
    });
}

Task<Result<std::int64_t>> FeedbackItems::remove_before(std::string project_id, Millis time) {
    co_return co_await store_.write([&](Db& db) -> Result<std::int64_t> {
        TRY(auto rows, db.query("DELETE FROM feedback WHERE project_id = $1 AND created < $2 RETURNING id",
                                {project_id, time}));
        return static_cast<std::int64_t>(rows.size());
    });
}

}  // namespace docent::store
