#pragma once
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "base/task.hpp"
#include "store/engine.hpp"

namespace docent::store {

/// The one thread that writes to a SQLite file: it takes all jobs that wait, runs each in a savepoint,
/// commits once, and then resumes all their coroutines, each on its own executor (group commit).
/// A job that fails takes nothing of the others with it.
class Writer {
public:
    using Job = std::function<Status(Db&)>;

    Writer(std::unique_ptr<Connection> db, std::size_t most_waiting);
    /// Ends what waits first.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Durable when it returns. May run the job twice. unavailable when too many wait already. What the
    /// job throws comes back. The caller's frame must live until then: it ignores cancellation.
    Task<Status> write(Job& job);
    /// On the writer's own connection, outside of any transaction.
    Task<Status> look(Job& job);

private:
    struct Waiting {
        Job* job = nullptr;
        bool look = false;
        Status result;
        std::exception_ptr failure;
        std::function<void()> resume;
    };

    Task<Status> enqueue(Job& job, bool look);
    void put(Waiting& waiting);
    void work();
    void run_batch(const std::vector<Waiting*>& batch);
    Status run_together(const std::vector<Waiting*>& batch);
    void run_in_savepoint(Waiting& waiting);
    void run_alone(Waiting& waiting);

    const std::size_t most_waiting_;
    std::unique_ptr<Connection> db_;  // the thread's

    std::mutex mutex_;  // guards what follows
    std::condition_variable news_;
    std::deque<Waiting*> queue_;
    bool stopping_ = false;

    std::thread thread_;  // last: works with all of the above
};

}  // namespace docent::store
