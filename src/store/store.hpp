#pragma once
#include <functional>
#include <memory>
#include <string>

#include "base/pools.hpp"
#include "store/db.hpp"

namespace docent::store {

/// The database: connections, the threads that block on them, migrations. Nouns (projects.hpp, keys.hpp,
/// threads.hpp, ...) hold a Store& and nothing else, and have all SQL.
///
/// Durable: what write() returned is on disk. SQLite: one writer thread commits all that waits in one
/// transaction (group commit, synchronous=FULL), each piece in a savepoint of its own.
class Store {
public:
    /// `url`: "sqlite:PATH", "sqlite::memory:" is not supported; "postgres://...". Opens, migrates.
    /// Blocks. unavailable when the database cannot be reached or opened; conflict when its schema is
    /// newer than this program.
    static Result<std::unique_ptr<Store>> open(Pools& pools, const std::string& url);
    ~Store();

    Engine engine() const;

    /// fn(Db&) -> Result<T> on the db pool, on a connection that only reads.
    template <class F>
    auto read(F fn) -> Task<decltype(fn(std::declval<Db&>()))> {
        std::optional<decltype(fn(std::declval<Db&>()))> out;
        std::function<Status(Db&)> job = [&](Db& db) -> Status {
            out.emplace(fn(db));
            return Status();
        };
        auto ran = co_await run_read(job);
        if (!ran) co_return std::move(ran).error();
        co_return std::move(*out);
    }

    /// fn(Db&) -> Result<T> in a transaction: rolled back if it returns an Error or throws, durable when
    /// this returns. fn may run twice (PostgreSQL, serialization failures): it must have no other effect.
    template <class F>
    auto write(F fn) -> Task<decltype(fn(std::declval<Db&>()))> {
        std::optional<decltype(fn(std::declval<Db&>()))> out;
        std::function<Status(Db&)> job = [&](Db& db) -> Status {
            out.emplace(fn(db));
            if (!*out) return out->error();
            return Status();
        };
        auto ran = co_await run_write(job);
        if (!ran) co_return std::move(ran).error();
        co_return std::move(*out);
    }

    /// A number that grows when another process has changed the database (SQLite: PRAGMA data_version).
    /// Cheap; for caches. Always 0 on PostgreSQL, where caches live by time.
    Task<Result<std::int64_t>> outside_changes();

private:
    struct Impl;
    explicit Store(std::unique_ptr<Impl> impl);
    Task<Status> run_read(std::function<Status(Db&)>& job);
    Task<Status> run_write(std::function<Status(Db&)>& job);
    std::unique_ptr<Impl> impl_;
};

}  // namespace docent::store
