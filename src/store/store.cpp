#include "store/store.hpp"

#include <mutex>
#include <thread>

#include "base/text.hpp"
#include "store/migrate.hpp"
#include "store/writer.hpp"

namespace docent::store {
namespace {

constexpr std::size_t most_waiting_writes = 10'000;
constexpr int most_attempts = 8;  // of a transaction that loses against others

/// Idle connections. The db pool's threads are the only ones that borrow, so there are never more than those.
class Connections {
public:
    using Open = std::function<Result<std::unique_ptr<Connection>>()>;
    explicit Connections(Open open) : open_(std::move(open)) {}

    Result<std::unique_ptr<Connection>> borrow() {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                auto db = std::move(idle_.back());
                idle_.pop_back();
                return db;
            }
        }
        return open_();
    }
    void give_back(std::unique_ptr<Connection> db) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(db));
    }

private:
    Open open_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

/// A connection for the time of one job.
class Lease {
public:
    Lease(Connections& from, std::unique_ptr<Connection> db) : from_(from), db_(std::move(db)) {}
    ~Lease() {
        db_->rollback();
        from_.give_back(std::move(db_));
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection& operator*() { return *db_; }
    Connection* operator->() { return db_.get(); }

private:
    Connections& from_;
    std::unique_ptr<Connection> db_;
};

Status transact_once(Connection& db, const std::function<Status(Db&)>& job) {
    TRY_VOID(db.begin());
    TRY_VOID(job(db));  // the lease rolls back
    return db.commit();
}

}  // namespace

struct Store::Impl {
    Impl(Pools& p, Engine e, Connections::Open open) : pools(p), engine(e), connections(std::move(open)) {}

    Status blocking_read(const std::function<Status(Db&)>& job) {
        TRY(auto db, connections.borrow());
        Lease lease(connections, std::move(db));
        auto done = job(*lease);
        // A server that was restarted since the last query: reading again on a new connection is harmless.
        if (lease->lost()) done = job(*lease);
        return done;
    }

    Status blocking_write(const std::function<Status(Db&)>& job) {
        for (int attempt = 1;; ++attempt) {
            TRY(auto db, connections.borrow());
            Lease lease(connections, std::move(db));
            auto done = transact_once(*lease, job);
            if (done || done.error().reason != try_again || attempt == most_attempts) return done;
            lease->rollback();
            std::this_thread::sleep_for(std::chrono::milliseconds(1 << attempt));
        }
    }

    Pools& pools;
    const Engine engine;
    Connections connections;         // SQLite: for reading only
    std::unique_ptr<Writer> writer;  // SQLite
    std::int64_t data_version = -1;  // of the writer's connection, when last looked at; the writer thread's
    std::int64_t outside_changes = 0;
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Engine Store::engine() const { return impl_->engine; }

Result<std::unique_ptr<Store>> Store::open(Pools& pools, const std::string& url) {
    std::unique_ptr<Impl> impl;
    if (url.starts_with("sqlite:")) {
        const std::filesystem::path file = url.substr(7);
        if (file.empty() || file == ":memory:") return invalid("store.url must name a file: sqlite:PATH");
        TRY(auto db, open_sqlite(file, Access::write));
        TRY_VOID(migrate(*db, migrations()));
        auto open = [file] { return open_sqlite(file, Access::read); };
        impl = std::make_unique<Impl>(pools, Engine::sqlite, open);
        impl->writer = std::make_unique<Writer>(std::move(db), most_waiting_writes);
    } else if (url.starts_with("postgres://") || url.starts_with("postgresql://")) {
        TRY(auto db, open_postgres(url));
        TRY_VOID(migrate(*db, migrations()));
        auto open = [url] { return open_postgres(url); };
        impl = std::make_unique<Impl>(pools, Engine::postgres, open);
        impl->connections.give_back(std::move(db));
    } else {
        return invalid("store.url must begin with \"sqlite:\" or \"postgres://\"");
    }
    return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Task<Status> Store::run_read(std::function<Status(Db&)>& job) {
    co_return co_await on(impl_->pools.db, [&] { return impl_->blocking_read(job); });
}

Task<Status> Store::run_write(std::function<Status(Db&)>& job) {
    if (impl_->writer) co_return co_await impl_->writer->write(job);
    co_return co_await on(impl_->pools.db, [&] { return impl_->blocking_write(job); });
}

Task<Result<std::int64_t>> Store::outside_changes() {
    std::int64_t changes = 0;
    if (!impl_->writer) co_return changes;
    // On the connection that writes, because its own commits do not count as changes there.
    Writer::Job job = [&](Db& db) -> Status {
        TRY(auto rows, db.query("PRAGMA data_version"));
        const auto seen = integer(rows.at(0), 0);
        if (seen != impl_->data_version && impl_->data_version >= 0) ++impl_->outside_changes;
        impl_->data_version = seen;
        changes = impl_->outside_changes;
        return {};
    };
    auto looked = co_await impl_->writer->look(job);
    if (!looked) co_return std::move(looked).error();
    co_return changes;
}

Status check_arguments(const std::vector<Value>& args) {
    for (const auto& arg : args) {
        const auto* text = std::get_if<std::string>(&arg);
        if (!text) continue;
        if (text->find('\0') != text->npos) return invalid("text with a NUL character cannot be stored");
        if (!is_utf8(*text)) return invalid("text that is not UTF-8 cannot be stored");
    }
    return {};
}

}  // namespace docent::store
