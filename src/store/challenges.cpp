#include "store/challenges.hpp"

namespace docent::store {

Task<Result<std::string>> Challenges::secret(std::string name, std::string fresh) {
    co_return co_await store_.write([&](Db& db) -> Result<std::string> {
        TRY(auto added, db.query("INSERT INTO installation_secrets (name, secret) VALUES ($1, $2) "
                                 "ON CONFLICT (name) DO NOTHING",
                                 {name, fresh}));
        TRY(auto rows, db.query("SELECT secret FROM installation_secrets WHERE name = $1", {name}));
        if (rows.empty()) return internal("no secret");
        return text(rows[0], 0);
    });
}

Task<Result<bool>> Challenges::use(std::string id, Millis expires) {
    co_return co_await store_.write([&](Db& db) -> Result<bool> {
        TRY(auto rows, db.query("INSERT INTO used_challenges (id, expires) VALUES ($1, $2) "
                                "ON CONFLICT (id) DO NOTHING RETURNING id",
                                {id, expires}));
        return !rows.empty();
    });
}

Task<Status> Challenges::forget_before(Millis time) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto rows, db.query("DELETE FROM used_challenges WHERE expires < $1", {time}));
        return {};
    });
}

}  // namespace docent::store
