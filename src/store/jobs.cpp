#include "store/jobs.hpp"

#include "store/notices.hpp"
#include "store/processes.hpp"

namespace docent::store {
namespace {

#define JOB_COLUMNS                                                                                        \
    "session_id, project_id, status, phase, prompt, model, cause, idempotency_key, draft, dry_run, "       \
    "follow_up, message, error_code, error, findings, rounds, tries, next_try, files_changed, additions, " \
    "deletions, open_until, created, updated, ended, archived, owner"

Job job_of(const Row& row) {
    Job j;
    j.id = text(row, 0);
    j.project_id = text(row, 1);
    j.status = text(row, 2);
    j.phase = text(row, 3);
    j.prompt = text(row, 4);
    j.model = text(row, 5);
    j.cause = text(row, 6);
    j.idempotency_key = text(row, 7);
    j.draft = integer(row, 8) != 0;
    j.dry_run = integer(row, 9) != 0;
    j.follow_up = integer(row, 10);
    j.message = text(row, 11);
    j.error_code = text(row, 12);
    j.error = text(row, 13);
    j.findings = text(row, 14);
    j.rounds = integer(row, 15);
    j.tries = integer(row, 16);
    j.next_try = integer(row, 17);
    j.files_changed = integer(row, 18);
    j.additions = integer(row, 19);
    j.deletions = integer(row, 20);
    j.open_until = integer(row, 21);
    j.created = integer(row, 22);
    j.updated = integer(row, 23);
    j.ended = integer(row, 24);
    j.archived = integer(row, 25);
    j.owner = text(row, 26);
    return j;
}

Result<Job> one_job(Result<Rows> found) {
    TRY(auto rows, std::move(found));
    if (rows.empty()) return not_found("there is no such job");
    return job_of(rows[0]);
}

constexpr Millis longest_end = 30 * 60'000;  // then whoever ended it is taken for stuck

constexpr const char* by_id = "SELECT " JOB_COLUMNS " FROM jobs WHERE session_id = $1";

void apply_to(Job& job, const JobPatch& patch, Millis now) {
    const auto take = [](auto& into, const auto& given) {
        if (given) into = *given;
    };
    const bool was_active = job.active();
    take(job.status, patch.status);
    take(job.phase, patch.phase);
    take(job.model, patch.model);
    take(job.message, patch.message);
    take(job.error_code, patch.error_code);
    take(job.error, patch.error);
    take(job.findings, patch.findings);
    take(job.rounds, patch.rounds);
    take(job.tries, patch.tries);
    take(job.next_try, patch.next_try);
    take(job.files_changed, patch.files_changed);
    take(job.additions, patch.additions);
    take(job.deletions, patch.deletions);
    take(job.open_until, patch.open_until);
    job.updated = now;
    if (was_active && !job.active()) job.ended = now;
    if (job.active()) job.ended = 0;
    if (job.status == "archived" && job.archived == 0) job.archived = now;
    if (!job.active()) job.open_until = job.next_try = 0;
    if (job.phase != "ending") job.owner.clear();
}

Status save_job(Db& db, const Job& j) {
    TRY_VOID(db.query(
        "UPDATE jobs SET status = $2, phase = $3, model = $4, message = $5, error_code = $6, error = $7, "
        "findings = $8, rounds = $9, tries = $10, next_try = $11, files_changed = $12, additions = $13, "
        "deletions = $14, open_until = $15, updated = $16, ended = $17, archived = $18, owner = $19 "
        "WHERE session_id = $1",
        {j.id, j.status, j.phase, j.model, j.message, j.error_code, j.error, j.findings, j.rounds, j.tries,
         j.next_try, j.files_changed, j.additions, j.deletions, j.open_until, j.updated, j.ended, j.archived,
         j.owner}));
    return {};
}

/// The row is locked first: of two changes at a time the second sees what the first one left.
Result<Job> locked_job(Db& db, const std::string& id) {
    return one_job(
        db.query("UPDATE jobs SET updated = updated WHERE session_id = $1 RETURNING " JOB_COLUMNS, {id}));
}

Status tell_of(Db& db, const Job& job, const char* type) {
    Notice notice;
    notice.project_id = job.project_id;
    notice.type = type;
    TRY(const auto request, db.query("SELECT web_url FROM merge_requests WHERE session_id = $1 "
                                     "ORDER BY CASE status WHEN 'open' THEN 0 ELSE 1 END, id DESC LIMIT 1",
                                     {job.id}));
    notice.data = notice_data({{"jobId", job.id},
                               {"status", job.status},
                               {"prLink", request.empty() ? std::string_view() : text(request[0], 0)}});
    notice.now = job.updated;
    return add_notice(db, notice);
}

/// Of an end once, and of a step that somebody may wait for.
Status tell_of_change(Db& db, const Job& before, const Job& after) {
    if (before.status != after.status) {
        if (after.status == "completed") return tell_of(db, after, "job.completed");
        if (after.status == "failed") return tell_of(db, after, "job.failed");
        if (after.status == "archived") return tell_of(db, after, "job.archived");
        return tell_of(db, after, "job.updated");
    }
    const bool opened = before.phase != "open" && after.phase == "open";
    return opened ? tell_of(db, after, "job.updated") : Status();
}

Error job_changed(const Job& job) {
    return conflict("the job is " + job.status + (job.active() ? ", " + job.phase : ""))
        .because("job_changed");
}

}  // namespace

Task<Result<Job>> Jobs::add(Job job) {
    co_return co_await store_.write([&](Db& db) -> Result<Job> {
        const Job& j = job;
        if (!j.idempotency_key.empty()) {
            TRY(const auto known, db.query("SELECT session_id FROM jobs WHERE project_id = $1 AND "
                                           "idempotency_key = $2",
                                           {j.project_id, j.idempotency_key}));
            if (!known.empty())
                return conflict("the project has a job of this Idempotency-Key").because("idempotency_key");
        }
        auto added = db.query(
            "INSERT INTO jobs (" JOB_COLUMNS
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, "
            "$20, $21, $22, $23, $24, $25, $26, $27)",
            {j.id,
             j.project_id,
             j.status,
             j.phase,
             j.prompt,
             j.model,
             j.cause,
             j.idempotency_key,
             static_cast<std::int64_t>(j.draft),
             static_cast<std::int64_t>(j.dry_run),
             j.follow_up,
             j.message,
             j.error_code,
             j.error,
             j.findings,
             j.rounds,
             j.tries,
             j.next_try,
             j.files_changed,
             j.additions,
             j.deletions,
             j.open_until,
             j.created,
             j.updated,
             j.ended,
             j.archived,
             j.owner});
        if (!added && added.error().code == ErrorCode::conflict && !j.idempotency_key.empty())
            return std::move(added).error().because("idempotency_key");
        TRY_VOID(std::move(added));
        TRY_VOID(tell_of(db, job, "job.created"));
        return job;
    });
}

Task<Result<Job>> Jobs::find(std::string project_id, std::string id) {
    co_return co_await store_.read([&](Db& db) -> Result<Job> {
        TRY(auto job, one_job(db.query(by_id, {id})));
        if (!project_id.empty() && job.project_id != project_id) return not_found("there is no such job");
        return job;
    });
}

Task<Result<Job>> Jobs::find_by_key(std::string project_id, std::string idempotency_key) {
    co_return co_await store_.read([&](Db& db) {
        return one_job(db.query("SELECT " JOB_COLUMNS
                                " FROM jobs WHERE project_id = $1 AND idempotency_key = $2 AND $2 <> ''",
                                {project_id, idempotency_key}));
    });
}

Task<Result<std::vector<Job>>> Jobs::list(JobQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Job>> {
        TRY(const auto rows,
            db.query("SELECT " JOB_COLUMNS " FROM jobs WHERE project_id = $1 AND ($2 = '' OR status = $2) "
                     "ORDER BY created DESC, session_id DESC LIMIT $3 OFFSET $4",
                     {query.project_id, query.status, query.limit, query.skip}));
        std::vector<Job> out;
        for (const auto& row : rows) out.push_back(job_of(row));
        return out;
    });
}

Task<Result<std::int64_t>> Jobs::count(JobQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<std::int64_t> {
        TRY(const auto rows,
            db.query("SELECT count(*) FROM jobs WHERE project_id = $1 AND ($2 = '' OR status = $2)",
                     {query.project_id, query.status}));
        return integer(rows.at(0), 0);
    });
}

Task<Result<Job>> Jobs::change(std::string id, std::string status, std::string phase, JobPatch patch,
                               Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<Job> {
        TRY(auto job, locked_job(db, id));
        if ((!status.empty() && job.status != status) || (!phase.empty() && job.phase != phase))
            return job_changed(job);
        const auto before = job;
        apply_to(job, patch, now);
        TRY_VOID(save_job(db, job));
        TRY_VOID(tell_of_change(db, before, job));
        return job;
    });
}

Task<Result<Job>> Jobs::begin_end(std::string id, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<Job> {
        TRY(auto job, locked_job(db, id));
        const bool ours = job.phase == "working" || (job.phase == "ending" && job.owner == process_id());
        bool gone = false;
        if (job.phase == "ending" && !ours) {
            TRY(const auto alive, db.query("SELECT id FROM processes WHERE id = $1", {job.owner}));
            gone = db.engine() == Engine::sqlite || alive.empty();
        }
        if (!job.active() || (!ours && !gone)) return job_changed(job);
        job.phase = "ending";
        job.owner = process_id();
        job.updated = now;
        TRY_VOID(save_job(db, job));
        return job;
    });
}

Task<Result<std::vector<Job>>> Jobs::due(Millis now, std::int64_t limit) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Job>> {
        const std::string lost = db.engine() == Engine::sqlite
                                     ? "j.owner <> $4"
                                     : "NOT EXISTS (SELECT 1 FROM processes p WHERE p.id = j.owner)";
        TRY(const auto rows,
            db.query("SELECT " JOB_COLUMNS " FROM jobs j WHERE j.status = 'active' AND ("
                     "(j.phase = 'open' AND j.open_until <= $1) OR "
                     "(j.phase = 'ending' AND j.next_try > 0 AND j.next_try <= $1) OR "
                     "(j.phase = 'ending' AND j.next_try = 0 AND (j.updated <= $5 OR " +
                         lost +
                         ")) OR "
                         "(j.phase = 'working' AND j.updated <= $2 AND EXISTS (SELECT 1 FROM sessions s "
                         "WHERE s.id = j.session_id AND s.turn_event = ''))) LIMIT $3",
                     {now, now - 3'000, limit, process_id(), now - longest_end}));
        std::vector<Job> out;
        for (const auto& row : rows) out.push_back(job_of(row));
        return out;
    });
}

Task<Result<std::int64_t>> Jobs::archive_before(std::string project_id, Millis time, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<std::int64_t> {
        TRY(const auto rows,
            db.query(
                "UPDATE jobs SET status = 'archived', archived = $3, updated = $3 WHERE project_id = $1 "
                "AND status IN ('completed', 'failed') AND ended > 0 AND ended < $2 RETURNING session_id",
                {project_id, time, now}));
        return std::ssize(rows);
    });
}

Status complete_job(Db& db, const std::string& session_id, Millis now) {
    auto found = locked_job(db, session_id);
    if (!found && found.error().code == ErrorCode::not_found) return {};
    TRY(auto job, std::move(found));
    if (!job.active()) return {};
    JobPatch done;
    done.status = "completed";
    done.phase = "open";
    apply_to(job, done, now);
    TRY_VOID(save_job(db, job));
    return tell_of(db, job, "job.completed");
}

}  // namespace docent::store
