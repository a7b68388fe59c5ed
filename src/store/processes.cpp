#include "store/processes.hpp"

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace docent::store {
namespace {

// Milliseconds since 1970. Not the machine's clock: two machines need not agree on that one.
const char* database_clock(Engine engine) {
    return engine == Engine::sqlite ? "unixepoch() * 1000"
                                    : "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
}

Status forget_gone(Db& db, const std::string& self, const std::string& now) {
    const std::int64_t lease = std::chrono::milliseconds(Processes::lease).count();
    TRY(auto gone,
        db.engine() == Engine::sqlite
            ? db.query("DELETE FROM processes WHERE id <> $1", {self})
            : db.query("DELETE FROM processes WHERE id <> $1 AND seen < " + now + " - $2", {self, lease}));
    return {};
}

}  // namespace

const std::string& process_id() {
    static const std::string id = new_ulid(system_clock().now());
    return id;
}

Task<Status> Processes::beat() {
    co_return co_await store_.write([&](Db& db) -> Status {
        const std::string now = database_clock(db.engine());
        TRY(auto seen, db.query("INSERT INTO processes (id, seen) VALUES ($1, " + now +
                                    ") ON CONFLICT (id) DO UPDATE SET seen = excluded.seen",
                                {process_id()}));
        return forget_gone(db, process_id(), now);
    });
}

Task<Status> Processes::leave() {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto gone, db.query("DELETE FROM processes WHERE id = $1", {process_id()}));
        return {};
    });
}

}  // namespace docent::store
