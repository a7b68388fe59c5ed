#include "store/conversations.hpp"

#include "store/turn_rows.hpp"
#include "store/where.hpp"

namespace docent::store {
namespace {

std::int64_t count(const Rows& rows) { return static_cast<std::int64_t>(rows.size()); }

}  // namespace

Task<Result<std::vector<Turn>>> Conversations::list(TurnQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Turn>> {
        Where where;
        where.equals("project_id", query.project_id);
        where.between("created", query.from, query.to);
        if (!query.resolution.empty()) {
            // In the text and not as an argument: there is an index of the unanswered ones alone.
            where.add(query.resolution == "unanswered" ? "resolution = 'unanswered'"
                                                       : "resolution = 'answered'");
        }
        if (!query.fp.empty()) where.equals("fp", query.fp);
        where.add("state <> 'running'");
        where.after("turns", query.after);
        const auto limit = where.arg(query.limit);
        TRY(auto rows, db.query("SELECT " TURN_COLUMNS " FROM turns" + where.text() +
                                    " ORDER BY created DESC, id DESC LIMIT " + limit,
                                where.args()));
        std::vector<Turn> out;
        for (const auto& row : rows) out.push_back(turn_of(row));
        return out;
    });
}

Task<Result<Turn>> Conversations::find(std::string project_id, std::string turn_id) {
    co_return co_await store_.read([&](Db& db) -> Result<Turn> {
        TRY(auto rows, db.query("SELECT " TURN_COLUMNS " FROM turns WHERE id = $1 AND project_id = $2",
                                {turn_id, project_id}));
        if (rows.empty()) return not_found("there is no such answer");
        return turn_of(rows[0]);
    });
}

Task<Result<CallerStats>> Conversations::callers(TurnQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<CallerStats> {
        Where where;
        where.equals("project_id", query.project_id);
        where.between("created", query.from, query.to);
        TRY(auto rows,
            db.query("SELECT caller, COUNT(*) FROM turns" + where.text() + " GROUP BY caller", where.args()));
        CallerStats out;
        for (const auto& row : rows) {
            const auto& caller = text(row, 0);
            (caller == "web" ? out.web : caller == "api" ? out.api : out.other) += integer(row, 1);
        }
        return out;
    });
}

Task<Result<Removed>> Conversations::remove_reader(std::string project_id, std::string fp) {
    if (fp.empty() || fp == "anonymous")
        co_return invalid("fp: \"anonymous\" is nobody; name a reader").because("invalid_fp");
    co_return co_await store_.write([&](Db& db) -> Result<Removed> {
        const std::vector<Value> args = {project_id, fp};
        Removed out;
        TRY(auto feedback,
            db.query("DELETE FROM feedback WHERE project_id = $1 AND (fp = $2 OR turn_id IN (SELECT id FROM "
                     "turns WHERE project_id = $1 AND fp = $2)) RETURNING id",
                     args));
        TRY(auto turns, db.query("DELETE FROM turns WHERE project_id = $1 AND fp = $2 RETURNING id", args));
        TRY(auto threads, db.query("DELETE FROM threads WHERE project_id = $1 AND fp = $2 AND NOT EXISTS "
                                   "(SELECT 1 FROM turns WHERE turns.thread_id = threads.id) RETURNING id",
                                   args));
        // A thread that others went on with is theirs now.
        TRY(auto left,
            db.query("UPDATE threads SET fp = 'anonymous' WHERE project_id = $1 AND fp = $2", args));
        out.feedback = count(feedback);
        out.turns = count(turns);
        out.threads = count(threads);
        return out;
    });
}

Task<Result<Removed>> Conversations::remove_before(std::string project_id, Millis time) {
    co_return co_await store_.write([&](Db& db) -> Result<Removed> {
        const std::vector<Value> args = {project_id, time};
        Removed out;
        TRY(auto turns, db.query("DELETE FROM turns WHERE id IN (SELECT id FROM turns WHERE project_id = $1 "
                                 "AND created < $2 LIMIT 1000) RETURNING id",
                                 args));
        TRY(auto threads,
            db.query("DELETE FROM threads WHERE project_id = $1 AND updated < $2 AND NOT EXISTS "
                     "(SELECT 1 FROM turns WHERE turns.thread_id = threads.id) RETURNING id",
                     args));
        out.turns = count(turns);
        out.threads = count(threads);
        return out;
    });
}

}  // namespace docent::store
