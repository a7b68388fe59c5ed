#include "store/keys.hpp"

#include "base/ids.hpp"

namespace docent::store {
namespace {

#define KEY_COLUMNS                                                                                         \
    "id, COALESCE(project_id, ''), kind, name, hint, hash, scopes, username, allow_ips, origins, created, " \
    "expires, "                                                                                             \
    "revoked, last_used"

Key key_of(const Row& row) {
    Key k;
    k.id = text(row, 0);
    k.project_id = text(row, 1);
    k.kind = text(row, 2);
    k.name = text(row, 3);
    k.hint = text(row, 4);
    k.hash = text(row, 5);
    k.scopes = text(row, 6);
    k.user = text(row, 7);
    k.allow_ips = text(row, 8);
    k.origins = text(row, 9);
    k.created = integer(row, 10);
    k.expires = integer(row, 11);
    k.revoked = integer(row, 12);
    k.last_used = integer(row, 13);
    return k;
}

}  // namespace

Task<Result<Key>> Keys::add(Key key) {
    if (key.created == 0) key.created = system_clock().now();
    if (key.id.empty()) key.id = new_ulid(key.created);
    if (key.user.empty()) key.user = "owner";
    if (key.allow_ips.empty()) key.allow_ips = "[]";
    if (key.origins.empty()) key.origins = "[]";
    co_return co_await store_.write([&](Db& db) -> Result<Key> {
        const Key& k = key;
        if (!k.project_id.empty()) {
            TRY(auto project, db.query("SELECT id FROM projects WHERE id = $1", {k.project_id}));
            if (project.empty()) return not_found("there is no such project");
        }
        TRY(auto rows,
            db.query("INSERT INTO api_keys (id, project_id, kind, name, hint, hash, scopes, username, "
                     "allow_ips, origins, created, expires, revoked, last_used) VALUES ($1, "
                     "NULLIF($2, ''), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                     {k.id, k.project_id, k.kind, k.name, k.hint, k.hash, k.scopes, k.user, k.allow_ips,
                      k.origins, k.created, k.expires, k.revoked, k.last_used}));
        return key;
    });
}

Task<Result<Key>> Keys::find_by_hash(std::string hash) {
    co_return co_await store_.read([&](Db& db) -> Result<Key> {
        TRY(auto rows, db.query("SELECT " KEY_COLUMNS " FROM api_keys WHERE hash = $1", {hash}));
        if (rows.empty()) return not_found("there is no such key");
        return key_of(rows[0]);
    });
}

Task<Result<std::vector<Key>>> Keys::list(std::string project_id) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Key>> {
        TRY(auto rows, db.query("SELECT " KEY_COLUMNS " FROM api_keys WHERE $1 = '' OR project_id = $1 "
                                "ORDER BY created, id",
                                {project_id}));
        std::vector<Key> keys;
        for (const auto& row : rows) keys.push_back(key_of(row));
        return keys;
    });
}

Task<Status> Keys::revoke(std::string id_or_hint, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto found, db.query("SELECT id FROM api_keys WHERE id = $1", {id_or_hint}));
        if (found.empty()) {
            TRY(found, db.query("SELECT id FROM api_keys WHERE hint = $1 LIMIT 2", {id_or_hint}));
        }
        if (found.empty()) return not_found("there is no such key");
        if (found.size() > 1) return conflict("several keys look like this: name the key by its id");
        // The first revocation counts.
        TRY(auto done, db.query("UPDATE api_keys SET revoked = $2 WHERE id = $1 AND revoked = 0",
                                {text(found[0], 0), now}));
        return {};
    });
}

Task<Status> Keys::set_last_used(std::string id, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto done,
            db.query("UPDATE api_keys SET last_used = $2 WHERE id = $1 AND last_used < $2", {id, now}));
        return {};
    });
}

}  // namespace docent::store
