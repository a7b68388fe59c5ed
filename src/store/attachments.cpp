#include "store/attachments.hpp"

#include "store/where.hpp"

namespace docent::store {
namespace {

#define ATTACHMENT_COLUMNS "id, session_id, event_id, name, media_type, size, file, created"

Attachment attachment_of(const Row& row) {
    Attachment a;
    a.id = text(row, 0);
    a.session_id = text(row, 1);
    a.event_id = text(row, 2);
    a.name = text(row, 3);
    a.media_type = text(row, 4);
    a.size = integer(row, 5);
    a.file = text(row, 6);
    a.created = integer(row, 7);
    return a;
}

}  // namespace

Task<Result<Attachment>> Attachments::add(Attachment attachment) {
    co_return co_await store_.write([&](Db& db) -> Result<Attachment> {
        const Attachment& a = attachment;
        TRY(auto session, db.query("SELECT id FROM sessions WHERE id = $1", {a.session_id}));
        if (session.empty()) return not_found("there is no such session");
        TRY(auto rows,
            db.query("INSERT INTO session_attachments (" ATTACHMENT_COLUMNS
                     ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                     {a.id, a.session_id, a.event_id, a.name, a.media_type, a.size, a.file, a.created}));
        return attachment;
    });
}

Task<Result<std::vector<Attachment>>> Attachments::list(std::string session_id, Page page) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Attachment>> {
        Where where;
        where.equals("session_id", session_id);
        if (!page.after.empty()) where.add("id < " + where.arg(page.after));
        const auto limit = where.arg(page.limit);
        TRY(auto rows, db.query("SELECT " ATTACHMENT_COLUMNS " FROM session_attachments" + where.text() +
                                    " ORDER BY id DESC LIMIT " + limit,
                                where.args()));
        std::vector<Attachment> out;
        for (const auto& row : rows) out.push_back(attachment_of(row));
        return out;
    });
}

Task<Result<Attachment>> Attachments::find(std::string session_id, std::string id) {
    co_return co_await store_.read([&](Db& db) -> Result<Attachment> {
        TRY(auto rows, db.query("SELECT " ATTACHMENT_COLUMNS " FROM session_attachments WHERE id = $1 "
                                "AND session_id = $2",
                                {id, session_id}));
        if (rows.empty()) return not_found("there is no such attachment");
        return attachment_of(rows[0]);
    });
}

Task<Result<std::int64_t>> Attachments::size_of(std::string session_id) {
    co_return co_await store_.read([&](Db& db) -> Result<std::int64_t> {
        TRY(auto rows, db.query("SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM session_attachments "
                                "WHERE session_id = $1",
                                {session_id}));
        return integer(rows.at(0), 0);
    });
}

}  // namespace docent::store
