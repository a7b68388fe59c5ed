#pragma once
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>

#include "base/task.hpp"

namespace docent::sources {

/// Tells that something below a set of folders has changed, not what: the owner scans again, and adds the
/// folders that it finds then. (Linux inotify; a queue that overflowed is a change like any other.)
class Watcher {
public:
    explicit Watcher(boost::asio::any_io_executor loop);

    /// Watches one folder, not those below; again for a folder that is watched already is harmless. From any
    /// thread. When the system has no more watches to give, complete() is false from then on.
    void add(const std::filesystem::path& folder);
    bool complete() const { return complete_; }
    /// Before a scan, which adds the folders again.
    void begin_scan() { complete_ = open_; }

    /// Ends at the next change: true; or when stop() was called: false. On the loop.
    Task<bool> changed();
    void stop();

private:
    boost::asio::posix::stream_descriptor events_;
    bool open_ = false;     // constant after construction
    bool stopped_ = false;  // the descriptor stays open: a thread may be adding folders
    std::atomic<bool> complete_ = false;
};

}  // namespace docent::sources
