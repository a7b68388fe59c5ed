#include "store/question_fixes.hpp"

namespace docent::store {

Task<Status> QuestionFixes::add(std::vector<QuestionFix> fixes) {
    co_return co_await store_.write([&](Db& db) -> Status {
        for (const auto& f : fixes) {
            TRY(auto rows,
                db.query(
                    "INSERT INTO question_fixes (turn_id, job_id, project_id, cluster, question, created, "
                    "merged, asked, answered) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0) "
                    "ON CONFLICT (turn_id) DO UPDATE SET job_id = excluded.job_id, cluster = "
                    "excluded.cluster, created = excluded.created, merged = 0, asked = 0, answered = 0",
                    {f.turn_id, f.job_id, f.project_id, f.cluster, f.question, f.created}));
        }
        return {};
    });
}

Task<Result<std::vector<QuestionFix>>> QuestionFixes::list(std::string project_id) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<QuestionFix>> {
        TRY(auto rows,
            db.query("SELECT turn_id, job_id, project_id, cluster, question, created, merged, asked, "
                     "answered FROM question_fixes WHERE project_id = $1 "
                     "ORDER BY created, job_id, turn_id",
                     {project_id}));
        std::vector<QuestionFix> out;
        for (const auto& row : rows) {
            QuestionFix f;
            f.turn_id = text(row, 0);
            f.job_id = text(row, 1);
            f.project_id = text(row, 2);
            f.cluster = text(row, 3);
            f.question = text(row, 4);
            f.created = integer(row, 5);
            f.merged = integer(row, 6);
            f.asked = integer(row, 7);
            f.answered = integer(row, 8) != 0;
            out.push_back(std::move(f));
        }
        return out;
    });
}

Task<Status> QuestionFixes::asked_again(std::string turn_id, bool answered, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto rows, db.query("UPDATE question_fixes SET asked = $2, answered = $3 WHERE turn_id = $1",
                                {turn_id, now, std::int64_t(answered)}));
        return {};
    });
}

Status settle_questions(Db& db, const std::string& session_id, Millis now) {
    TRY(auto rows, db.query("UPDATE question_fixes SET merged = $2 WHERE job_id = $1 AND merged = 0",
                            {session_id, now}));
    return {};
}

}  // namespace docent::store
