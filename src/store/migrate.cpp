#include "store/migrate.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/clock.hpp"

namespace docent {
const std::vector<Embedded>& embedded_migrations();
}

namespace docent::store {
namespace {

std::int64_t number_of(const Embedded& file) {
    std::int64_t number = 0;
    std::from_chars(file.path.data(), file.path.data() + file.path.size(), number);
    return number;
}

using Versions = std::set<std::int64_t>;

Result<Versions> applied_versions(Db& db) {
    TRY(auto rows, db.query("SELECT version FROM schema_migrations"));
    Versions applied;
    for (const auto& row : rows) applied.insert(integer(row, 0));
    return applied;
}

Status check_not_newer(const Versions& applied, const std::vector<Embedded>& files) {
    const std::int64_t newest = files.empty() ? 0 : number_of(files.back());
    const std::int64_t have = applied.empty() ? 0 : *applied.rbegin();
    if (have <= newest) return {};
    return conflict("the database was made by a newer Docent (schema " + std::to_string(have) +
                    ", this program knows " + std::to_string(newest) + "): start the newer program");
}

/// Held to the end of the transaction. The number is only ours: "docent" on a telephone's keys.
Status lock_schema(Db& db) {
    if (db.engine() == Engine::sqlite) return {};  // BEGIN IMMEDIATE has locked the file
    TRY(auto rows, db.query("SELECT pg_advisory_xact_lock(362368)"));
    return {};
}

Status apply(Db& db, const Embedded& file) {
    TRY_VOID(db.script(file.bytes));
    TRY(auto rows, db.query("INSERT INTO schema_migrations (version, name, applied) VALUES ($1, $2, $3)",
                            {number_of(file), std::string(file.path), system_clock().now()}));
    return {};
}

/// One migration, or nothing when another process was faster. True when there may be more to do.
Result<bool> step(Db& db, const std::vector<Embedded>& files) {
    TRY_VOID(lock_schema(db));
    TRY_VOID(
        db.script("CREATE TABLE IF NOT EXISTS schema_migrations "
                  "(version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied BIGINT NOT NULL)"));
    TRY(const auto applied, applied_versions(db));
    TRY_VOID(check_not_newer(applied, files));
    // By number, not by the highest one: a number that was merged late still has its turn.
    for (const auto& file : files) {
        if (applied.contains(number_of(file))) continue;
        TRY_VOID(apply(db, file));
        return true;
    }
    return false;
}

}  // namespace

Status migrate(Connection& db, const std::vector<Embedded>& files) {
    // The usual start: nothing to do, and no lock that a writer elsewhere could hold.
    const auto is_applied = [](const Versions& applied) {
        return [&](const Embedded& file) { return applied.contains(number_of(file)); };
    };
    if (auto applied = applied_versions(db); applied && std::ranges::all_of(files, is_applied(*applied)))
        return check_not_newer(*applied, files);
    for (;;) {
        TRY_VOID(db.begin());
        auto more = step(db, files);
        if (!more) {
            db.rollback();
            return more.error();
        }
        TRY_VOID(db.commit());
        if (!*more) return {};
    }
}

const std::vector<Embedded>& migrations() { return embedded_migrations(); }

}  // namespace docent::store
