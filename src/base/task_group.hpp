#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <list>

#include "base/task.hpp"

namespace docent {

/// Owns the background coroutines of one service. Nothing in the tree is spawned detached.
/// Lives on the event loop; stop() must have completed before the destructor.
class TaskGroup {
public:
    explicit TaskGroup(boost::asio::any_io_executor loop);
    ~TaskGroup();

    /// Starts task. What it throws is logged, not rethrown: a task reports failure through state it owns.
    /// The number names it for cancel(); 0 when the group is stopping and the task was not started.
    std::uint64_t spawn(std::string name, Task<> task);

    /// Cancels one task; nothing happens when it has ended. It may still run until it notices.
    void cancel(std::uint64_t task);

    /// Refuses new tasks, cancels the running ones and waits for the last to end.
    Task<> stop();

    std::size_t size() const { return running_.size(); }

private:
    struct Running {
        std::uint64_t number = 0;
        std::string name;
        boost::asio::cancellation_signal cancel;
    };
    boost::asio::any_io_executor loop_;
    std::list<Running> running_;
    boost::asio::steady_timer drained_;
    std::uint64_t last_number_ = 0;
    bool stopping_ = false;
};

}  // namespace docent
