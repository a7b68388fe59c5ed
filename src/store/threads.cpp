#include "store/threads.hpp"

#include <algorithm>
#include "store/notices.hpp"

#include "store/processes.hpp"
#include "store/turn_rows.hpp"

namespace docent::store {

Turn turn_of(const Row& row) {
    Turn t;
    t.id = text(row, 0);
    t.thread_id = text(row, 1);
    t.project_id = text(row, 2);
    t.fp = text(row, 3);
    t.question = text(row, 4);
    t.answer = text(row, 5);
    t.sources = text(row, 6);
    t.state = text(row, 7);
    t.resolution = text(row, 8);
    t.language = text(row, 9);
    t.page = text(row, 10);
    t.caller = text(row, 11);
    t.created = integer(row, 12);
    t.finished = integer(row, 13);
    t.response_type = text(row, 14);
    t.gap = text(row, 15);
    return t;
}

Task<Result<Thread>> Threads::find(std::string project_id, std::string thread_id) {
    co_return co_await store_.read([&](Db& db) -> Result<Thread> {
        TRY(auto rows, db.query("SELECT id, project_id, key_hash, fp, created, updated FROM threads "
                                "WHERE id = $1 AND project_id = $2",
                                {thread_id, project_id}));
        if (rows.empty()) return not_found("there is no such thread");
        const auto& row = rows[0];
        Thread t;
        t.id = text(row, 0);
        t.project_id = text(row, 1);
        t.key_hash = text(row, 2);
        t.fp = text(row, 3);
        t.created = integer(row, 4);
        t.updated = integer(row, 5);
        return t;
    });
}

Task<Status> Threads::begin_turn(std::optional<Thread> new_thread, Turn turn) {
    co_return co_await store_.write([&](Db& db) -> Status {
        if (new_thread) {
            const Thread& n = *new_thread;
            TRY(auto project, db.query("SELECT id FROM projects WHERE id = $1", {n.project_id}));
            if (project.empty()) return not_found("there is no such project");
            TRY(auto added, db.query("INSERT INTO threads (id, project_id, key_hash, fp, created, updated) "
                                     "VALUES ($1, $2, $3, $4, $5, $6)",
                                     {n.id, n.project_id, n.key_hash, n.fp, n.created, n.updated}));
        } else {
            TRY(auto thread,
                db.query("UPDATE threads SET updated = $3 WHERE id = $1 AND project_id = $2 RETURNING id",
                         {turn.thread_id, turn.project_id, turn.created}));
            if (thread.empty()) return not_found("there is no such thread");
        }
        const Turn& t = turn;
        TRY(auto rows,
            db.query("INSERT INTO turns (" TURN_COLUMNS ", owner) "
                     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
                     {t.id, t.thread_id, t.project_id, t.fp, t.question, t.answer, t.sources, t.state,
                      t.resolution, t.language, t.page, t.caller, t.created, t.finished, t.response_type,
                      t.gap, process_id()}));
        return {};
    });
}

Task<Status> Threads::end_turn(Turn turn) {
    co_return co_await store_.write([&](Db& db) -> Status {
        const Turn& t = turn;
        TRY(auto rows, db.query("UPDATE turns SET answer = $2, sources = $3, state = $4, resolution = $5, "
                                "language = $6, finished = $7, response_type = $8, gap = $9 "
                                "WHERE id = $1 RETURNING project_id",
                                {t.id, t.answer, t.sources, t.state, t.resolution, t.language, t.finished,
                                 t.response_type, t.gap}));
        if (rows.empty()) return not_found("there is no such turn");
        TRY(auto thread,
            db.query("UPDATE threads SET updated = $2 WHERE id = $1", {t.thread_id, t.finished}));
        if (t.resolution != "unanswered") return {};
        Notice notice;
        notice.project_id = text(rows[0], 0);
        notice.type = "question.unanswered";
        notice.data = notice_data({{"id", t.id}, {"threadId", t.thread_id}, {"gap", t.gap}});
        notice.now = t.finished;
        return add_notice(db, notice);
    });
}

Task<Result<std::vector<Turn>>> Threads::turns(std::string thread_id, std::int64_t limit) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Turn>> {
        TRY(auto rows, db.query("SELECT " TURN_COLUMNS " FROM turns WHERE thread_id = $1 "
                                "ORDER BY created DESC, id DESC LIMIT $2",
                                {thread_id, limit}));
        std::vector<Turn> turns;
        for (const auto& row : rows) turns.push_back(turn_of(row));
        std::reverse(turns.begin(), turns.end());
        return turns;
    });
}

Task<Status> Threads::remove(std::string project_id, std::string thread_id) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto gone, db.query("DELETE FROM threads WHERE id = $1 AND project_id = $2 RETURNING id",
                                {thread_id, project_id}));
        if (gone.empty()) return not_found("there is no such thread");
        TRY(auto feedback,
            db.query("DELETE FROM feedback WHERE thread_id = $1 AND thread_id <> ''", {thread_id}));
        return {};
    });
}

Task<Result<std::int64_t>> Threads::interrupt_running(Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<std::int64_t> {
        TRY(auto rows,
            db.query("UPDATE turns SET state = 'interrupted', finished = $1 WHERE state = 'running' "
                     "AND owner <> $2 AND NOT EXISTS (SELECT 1 FROM processes WHERE id = turns.owner) "
                     "RETURNING id",
                     {now, process_id()}));
        return static_cast<std::int64_t>(rows.size());
    });
}

}  // namespace docent::store
