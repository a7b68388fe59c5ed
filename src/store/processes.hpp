#pragma once
#include <chrono>

#include "store/store.hpp"

namespace docent::store {

/// A ULID of this process, the owner of what it is in the middle of.
const std::string& process_id();

/// Which processes serve from this database, so that what a crash left half done can be told from what
/// another process is doing. Each has a lease by the database's own clock.
///
/// A process that was only taken for gone still ends its turns well: Threads::end_turn() overwrites what
/// Threads::interrupt_running() wrote.
///
/// SQLite's one server holds the lock of the data directory: there, every other process is gone.
class Processes {
public:
    static constexpr auto lease = std::chrono::seconds(20);
    static constexpr auto beat_every = std::chrono::seconds(5);

    explicit Processes(Store& store) : store_(store) {}
    Engine engine() const { return store_.engine(); }

    /// This process lives: called once before its first write, then every beat_every. Forgets the processes
    /// whose lease has run out.
    Task<Status> beat();
    /// At a clean end.
    Task<Status> leave();

private:
    Store& store_;
};

}  // namespace docent::store
