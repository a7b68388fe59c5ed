#include "store/migrate.hpp"

#include <charconv>

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

Result<std::int64_t> version(Db& db) {
    TRY(auto rows, db.query("SELECT COALESCE(MAX(version), 0) FROM schema_migrations"));
    return integer(rows.at(0), 0);
}

Status check_not_newer(std::int64_t have, std::int64_t newest) {
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
    TRY(const auto have, version(db));
    for (const auto& file : files) {
        if (number_of(file) <= have) continue;
        TRY_VOID(apply(db, file));
        return true;
    }
    TRY_VOID(check_not_newer(have, files.empty() ? 0 : number_of(files.back())));
    return false;
}

}  // namespace

Status migrate(Connection& db, const std::vector<Embedded>& files) {
    const auto newest = files.empty() ? 0 : number_of(files.back());
    // The usual start: nothing to do, and no lock that a writer elsewhere could hold.
    if (auto have = version(db); have && *have >= newest) return check_not_newer(*have, newest);
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
