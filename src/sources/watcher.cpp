#include "sources/watcher.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>

namespace docent::sources {
namespace asio = boost::asio;

Watcher::Watcher(asio::any_io_executor loop) : events_(loop) {
    const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0) return;  // no more instances for this user: complete() stays false
    events_.assign(fd);
    open_ = complete_ = true;
}

void Watcher::add(const std::filesystem::path& folder) {
    if (!open_) return;
    constexpr std::uint32_t kinds = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                    IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;
    if (inotify_add_watch(events_.native_handle(), folder.c_str(), kinds) >= 0) return;
    // A folder that is gone again or closed to us is no reason to look slowly; no watches left is.
    if (errno == ENOSPC || errno == ENOMEM) complete_ = false;
}

Task<bool> Watcher::changed() {
    if (!open_ || stopped_) co_return false;
    auto [failed] = co_await events_.async_wait(asio::posix::stream_descriptor::wait_read,
                                                asio::as_tuple(asio::use_awaitable));
    if (failed || stopped_) co_return false;
    char buffer[16384];
    while (::read(events_.native_handle(), buffer, sizeof buffer) > 0) {
    }
    co_return true;
}

void Watcher::stop() {
    stopped_ = true;
    boost::system::error_code ignored;
    if (open_) events_.cancel(ignored);
}

}  // namespace docent::sources
