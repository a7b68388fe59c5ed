#include "store/merge_requests.hpp"

#include "store/jobs.hpp"
#include "store/notices.hpp"
#include "store/question_fixes.hpp"
#include "store/session_rows.hpp"
#include "store/where.hpp"

namespace docent::store {
namespace {

#define MERGE_REQUEST_COLUMNS                                                                       \
    "id, session_id, repository_id, external_id, title, description, source_branch, "               \
    "target_branch, status, head_sha, merge_commit_sha, web_url, created, updated, merged, draft, " \
    "reported, conflict_told, base_sha"

MergeRequest merge_request_of(const Row& row) {
    MergeRequest m;
    m.id = text(row, 0);
    m.session_id = text(row, 1);
    m.repository_id = text(row, 2);
    m.external_id = text(row, 3);
    m.title = text(row, 4);
    m.description = text(row, 5);
    m.source_branch = text(row, 6);
    m.target_branch = text(row, 7);
    m.status = text(row, 8);
    m.head_sha = text(row, 9);
    m.merge_commit_sha = text(row, 10);
    m.web_url = text(row, 11);
    m.created = integer(row, 12);
    m.updated = integer(row, 13);
    m.merged = integer(row, 14);
    m.draft = integer(row, 15) != 0;
    m.reported = integer(row, 16);
    m.conflict_told = text(row, 17);
    m.base_sha = text(row, 18);
    return m;
}

/// "pull_request.opened", ".merged" or ".closed" of a session's project.
Status tell_of_request(Db& db, const MergeRequest& m, const std::string& type, Millis now) {
    TRY(auto session, db.query("SELECT project_id FROM sessions WHERE id = $1", {m.session_id}));
    if (session.empty()) return {};
    Notice notice;
    notice.project_id = text(session[0], 0);
    notice.type = "pull_request." + type;
    notice.data = notice_data({{"pullRequestId", m.id},
                               {"sessionId", m.session_id},
                               {"repositoryId", m.repository_id},
                               {"status", m.status},
                               {"url", m.web_url}});
    notice.now = now;
    return add_notice(db, notice);
}

Result<MergeRequest> one(Result<Rows> found) {
    TRY(auto rows, std::move(found));
    if (rows.empty()) return not_found("there is no such merge request");
    return merge_request_of(rows[0]);
}

}  // namespace

Task<Result<MergeRequest>> MergeRequests::add(MergeRequest request) {
    co_return co_await store_.write([&](Db& db) -> Result<MergeRequest> {
        const MergeRequest& m = request;
        // The session's row orders this with an end of the session.
        TRY(auto session,
            db.query("UPDATE sessions SET updated = updated WHERE id = $1 RETURNING id", {m.session_id}));
        if (session.empty()) return not_found("there is no such session");
        TRY(auto open, db.query("SELECT id FROM merge_requests WHERE session_id = $1 AND status = 'open'",
                                {m.session_id}));
        if (!open.empty()) return conflict("the session has an open merge request").because("already_exists");
        TRY(auto rows,
            db.query(
                "INSERT INTO merge_requests (" MERGE_REQUEST_COLUMNS
                ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
                "$17, $18, $19)",
                {m.id, m.session_id, m.repository_id, m.external_id, m.title, m.description, m.source_branch,
                 m.target_branch, m.status, m.head_sha, m.merge_commit_sha, m.web_url, m.created, m.updated,
                 m.merged, std::int64_t(m.draft), m.reported, m.conflict_told, m.base_sha}));
        TRY_VOID(tell_of_request(db, m, "opened", m.created));
        return request;
    });
}

Task<Result<MergeRequest>> MergeRequests::latest(std::string session_id) {
    co_return co_await store_.read([&](Db& db) {
        return one(db.query("SELECT " MERGE_REQUEST_COLUMNS " FROM merge_requests WHERE session_id = $1 "
                            "ORDER BY CASE status WHEN 'open' THEN 0 ELSE 1 END, id DESC LIMIT 1",
                            {session_id}));
    });
}

Task<Result<std::vector<MergeRequest>>> MergeRequests::latest_of(std::vector<std::string> session_ids) {
    if (session_ids.empty()) co_return std::vector<MergeRequest>();
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<MergeRequest>> {
        Where where;
        where.one_of("session_id", session_ids);
        TRY(auto rows,
            db.query("SELECT " MERGE_REQUEST_COLUMNS " FROM merge_requests" + where.text() +
                         " ORDER BY session_id, CASE status WHEN 'open' THEN 0 ELSE 1 END, id DESC",
                     where.args()));
        std::vector<MergeRequest> out;
        for (const auto& row : rows) {
            auto found = merge_request_of(row);
            if (out.empty() || out.back().session_id != found.session_id) out.push_back(std::move(found));
        }
        return out;
    });
}

Task<Result<MergeRequests::Placed>> MergeRequests::get(std::string project_id, std::string id) {
    co_return co_await store_.read([&](Db& db) -> Result<Placed> {
        Placed out;
        TRY(out.request,
            one(db.query("SELECT " MERGE_REQUEST_COLUMNS " FROM merge_requests WHERE id = $1", {id})));
        TRY(auto session,
            db.query("SELECT project_id FROM sessions WHERE id = $1", {out.request.session_id}));
        if (!session.empty()) out.project_id = text(session[0], 0);
        if (session.empty() || (!project_id.empty() && out.project_id != project_id))
            return not_found("there is no such merge request");
        return out;
    });
}

Task<Result<std::vector<MergeRequest>>> MergeRequests::list(std::string project_id, std::string status,
                                                            Page page) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<MergeRequest>> {
        TRY(auto rows,
            db.query("SELECT " MERGE_REQUEST_COLUMNS
                     " FROM merge_requests WHERE ($2 = '' OR status = $2) AND ($3 = '' OR id < $3) AND "
                     "session_id IN (SELECT s.id FROM sessions s WHERE s.project_id = $1) "
                     "ORDER BY id DESC LIMIT $4",
                     {project_id, status, page.after, page.limit}));
        std::vector<MergeRequest> out;
        for (const auto& row : rows) out.push_back(merge_request_of(row));
        return out;
    });
}

Task<Result<MergeRequest>> MergeRequests::find(std::string repository_id, std::string external_id) {
    co_return co_await store_.read([&](Db& db) {
        return one(db.query("SELECT " MERGE_REQUEST_COLUMNS
                            " FROM merge_requests WHERE repository_id = $1 AND external_id = $2 "
                            "ORDER BY id DESC LIMIT 1",
                            {repository_id, external_id}));
    });
}

Task<Result<std::vector<MergeRequest>>> MergeRequests::open_into(std::string repository_id,
                                                                 std::string target_branch) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<MergeRequest>> {
        TRY(auto rows, db.query("SELECT " MERGE_REQUEST_COLUMNS
                                " FROM merge_requests WHERE repository_id = $1 AND target_branch = $2 AND "
                                "status = 'open' ORDER BY id",
                                {repository_id, target_branch}));
        std::vector<MergeRequest> out;
        for (const auto& row : rows) out.push_back(merge_request_of(row));
        return out;
    });
}

Task<Result<MergeRequest>> MergeRequests::change(MergeRequest request) {
    co_return co_await store_.write([&](Db& db) {
        const MergeRequest& m = request;
        return one(db.query(
            "UPDATE merge_requests SET title = $2, description = $3, head_sha = $4, web_url = $5, "
            "updated = $6, draft = $7, reported = $8, conflict_told = $9, base_sha = $10 WHERE id = $1 "
            "RETURNING " MERGE_REQUEST_COLUMNS,
            {m.id, m.title, m.description, m.head_sha, m.web_url, m.updated, std::int64_t(m.draft),
             m.reported, m.conflict_told, m.base_sha}));
    });
}

Task<Result<MergeRequest>> MergeRequests::reopen(std::string id, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<MergeRequest> {
        TRY(auto opened,
            db.query("UPDATE merge_requests SET status = 'open', updated = $2 WHERE id = $1 AND "
                     "status = 'closed' AND NOT EXISTS (SELECT 1 FROM merge_requests m WHERE "
                     "m.session_id = merge_requests.session_id AND m.status = 'open') RETURNING id",
                     {id, now}));
        TRY(auto found,
            one(db.query("SELECT " MERGE_REQUEST_COLUMNS " FROM merge_requests WHERE id = $1", {id})));
        if (!opened.empty()) TRY_VOID(tell_of_request(db, found, "opened", now));
        return found;
    });
}

Task<Result<EndedMergeRequest>> MergeRequests::end(std::string id, MergeRequestEnd end) {
    co_return co_await store_.write([&](Db& db) -> Result<EndedMergeRequest> {
        EndedMergeRequest out;
        const char* find = "SELECT " MERGE_REQUEST_COLUMNS " FROM merge_requests WHERE id = $1";
        TRY(const auto before, one(db.query(find, {id})));
        const bool merged = end.status == "merged";
        SessionPatch patch;
        if (merged) patch.status = "merged";
        if (merged) patch.merged = end.now;
        // The lock on the session's row: of two who end it at the same time the second changes nothing.
        TRY(auto session, db.query("UPDATE sessions SET updated = updated WHERE id = $1 RETURNING status",
                                   {before.session_id}));
        TRY(auto changed,
            db.query("UPDATE merge_requests SET status = $2, merge_commit_sha = $3, updated = $4, "
                     "merged = $5 WHERE id = $1 AND status <> 'merged' AND status <> $2 RETURNING id",
                     {id, end.status, end.merge_commit_sha, end.now, merged ? end.now : 0}));
        TRY(out.request, one(db.query(find, {id})));
        if (changed.empty() || session.empty()) return out;
        TRY_VOID(tell_of_request(db, out.request, end.status, end.now));
        if (merged) TRY_VOID(settle_questions(db, before.session_id, end.now));
        // A session that was closed by hand stays so; what became of its branch is recorded all the same.
        if (text(session[0], 0) == "closed") patch = {};
        TRY(out.appended, append_events(db, before.session_id, 0, {end.event}, patch, end.now));
        TRY_VOID(complete_job(db, before.session_id, end.now));
        return out;
    });
}

}  // namespace docent::store
