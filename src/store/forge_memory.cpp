#include "store/forge_memory.hpp"

#include "store/db.hpp"

namespace docent::store {
namespace {

constexpr std::int64_t most_deliveries = 20'000;  // two rows each

}  // namespace

Task<Result<bool>> ForgeMemory::taken(std::string repository_id, std::string delivery,
                                      std::string body_hash) {
    co_return co_await store_.read([&](Db& db) -> Result<bool> {
        TRY(auto rows, db.query("SELECT 1 FROM forge_deliveries WHERE repository_id = $1 AND "
                                "(delivery = $2 OR delivery = $3) LIMIT 1",
                                {repository_id, delivery, body_hash}));
        return !rows.empty();
    });
}

Task<Status> ForgeMemory::take(std::string repository_id, std::string delivery, std::string body_hash,
                               Millis now) {
    co_return co_await store_.write([&](Db& db) -> Status {
        for (const auto& word : {delivery, body_hash}) {
            if (word.empty()) continue;
            TRY_VOID(
                db.query("INSERT INTO forge_deliveries (repository_id, delivery, received) "
                         "VALUES ($1, $2, $3) ON CONFLICT (repository_id, delivery) DO NOTHING",
                         {repository_id, word, now}));
        }
        TRY_VOID(
            db.query("DELETE FROM forge_deliveries WHERE repository_id = $1 AND received < "
                     "(SELECT received FROM forge_deliveries WHERE repository_id = $1 "
                     "ORDER BY received DESC LIMIT 1 OFFSET $2)",
                     {repository_id, most_deliveries}));
        return {};
    });
}

Task<Status> ForgeMemory::keep(ForgeComment comment) {
    co_return co_await store_.write([&](Db& db) -> Status {
        const auto& c = comment;
        TRY_VOID(
            db.query("INSERT INTO forge_comments (session_id, key, text, attempts, next_try, created) "
                     "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (session_id, key) DO UPDATE SET "
                     "text = excluded.text, attempts = excluded.attempts, next_try = excluded.next_try",
                     {c.session_id, c.key, c.text, c.attempts, c.next_try, c.created}));
        return {};
    });
}

Task<Result<std::vector<ForgeComment>>> ForgeMemory::due(Millis now) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<ForgeComment>> {
        TRY(auto rows, db.query("SELECT session_id, key, text, attempts, next_try, created FROM "
                                "forge_comments WHERE next_try <= $1 ORDER BY next_try LIMIT 100",
                                {now}));
        std::vector<ForgeComment> out;
        for (const auto& row : rows)
            out.push_back({text(row, 0), text(row, 1), text(row, 2), integer(row, 3), integer(row, 4),
                           integer(row, 5)});
        return out;
    });
}

Task<Status> ForgeMemory::forget(std::string session_id, std::string key) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY_VOID(
            db.query("DELETE FROM forge_comments WHERE session_id = $1 AND key = $2", {session_id, key}));
        return {};
    });
}

}  // namespace docent::store
