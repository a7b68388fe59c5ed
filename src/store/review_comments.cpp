#include "store/review_comments.hpp"

#define REVIEW_COMMENT_COLUMNS \
    "id, merge_request_id, author, body, path, side, line, quote, head_sha, client_id, event_id, created"

namespace docent::store {
namespace {

ReviewComment review_comment_of(const Row& row) {
    ReviewComment c;
    c.id = text(row, 0);
    c.merge_request_id = text(row, 1);
    c.author = text(row, 2);
    c.body = text(row, 3);
    c.path = text(row, 4);
    c.side = text(row, 5);
    c.line = integer(row, 6);
    c.quote = text(row, 7);
    c.head_sha = text(row, 8);
    c.client_id = text(row, 9);
    c.event_id = text(row, 10);
    c.created = integer(row, 11);
    return c;
}

bool says_the_same(const ReviewComment& a, const ReviewComment& b) {
    return a.body == b.body && a.path == b.path && a.side == b.side && a.line == b.line;
}

}  // namespace

Task<Result<ReviewComment>> ReviewComments::add(ReviewComment comment) {
    co_return co_await store_.write([&](Db& db) -> Result<ReviewComment> {
        const ReviewComment& c = comment;
        // The row's lock orders two with one client_id.
        TRY(auto of, db.query("UPDATE merge_requests SET updated = updated WHERE id = $1 RETURNING id",
                              {c.merge_request_id}));
        if (of.empty()) return not_found("there is no such merge request");
        if (!c.client_id.empty()) {
            TRY(auto known, db.query("SELECT " REVIEW_COMMENT_COLUMNS
                                     " FROM review_comments WHERE merge_request_id = $1 AND client_id = $2",
                                     {c.merge_request_id, c.client_id}));
            if (!known.empty()) {
                auto there = review_comment_of(known[0]);
                if (says_the_same(there, c)) return there;
                return conflict("client_id was used for another comment").because("client_id_conflict");
            }
        }
        TRY_VOID(db.query("INSERT INTO review_comments (" REVIEW_COMMENT_COLUMNS
                          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                          {c.id, c.merge_request_id, c.author, c.body, c.path, c.side, c.line, c.quote,
                           c.head_sha, c.client_id, c.event_id, c.created}));
        return comment;
    });
}

Task<Result<std::vector<ReviewComment>>> ReviewComments::list(std::string merge_request_id, Page page) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<ReviewComment>> {
        TRY(auto rows, db.query("SELECT " REVIEW_COMMENT_COLUMNS
                                " FROM review_comments WHERE merge_request_id = $1 AND id > $2 "
                                "ORDER BY id LIMIT $3",
                                {merge_request_id, page.after, page.limit}));
        std::vector<ReviewComment> out;
        for (const auto& row : rows) out.push_back(review_comment_of(row));
        return out;
    });
}

Task<Result<ReviewComment>> ReviewComments::sent(std::string id, std::string event_id) {
    co_return co_await store_.write([&](Db& db) -> Result<ReviewComment> {
        TRY(auto rows, db.query("UPDATE review_comments SET event_id = $2 WHERE id = $1 "
                                "RETURNING " REVIEW_COMMENT_COLUMNS,
                                {id, event_id}));
        if (rows.empty()) return not_found("there is no such comment");
        return review_comment_of(rows[0]);
    });
}

}  // namespace docent::store
