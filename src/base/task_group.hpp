#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
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
    void spawn(std::string name, Task<> task);

    /// Refuses new tasks, cancels the running ones and waits for the last to end.
    Task<> stop();

    std::size_t size() const { return running_.size(); }

private:
    struct Running {
        std::string name;
        boost::asio::cancellation_signal cancel;
    };
    boost::asio::any_io_executor loop_;
    std::list<Running> running_;
    boost::asio::steady_timer drained_;
    bool stopping_ = false;
};

}  // namespace docent
