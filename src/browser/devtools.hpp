#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/child.hpp"
#include "base/task.hpp"
#include "browser/devtools_messages.hpp"

namespace docent::browser {

/// A browser's remote control: the DevTools protocol (chromedevtools.github.io/devtools-protocol) over a
/// socket, as --remote-debugging-pipe speaks it. Sessions are flat: a message names the one it belongs to.
/// What the browser says is read with care, since a page may have taken it over. On the event loop.
class DevTools {
public:
    using OnEvent = std::function<void(const std::string& method, const boost::json::object& params)>;

    DevTools(boost::asio::any_io_executor loop, File channel);

    /// Reads and writes until the other end closes or talks nonsense. To be run beside the calls.
    Task<> run();

    /// The result of a command. upstream_failed: the browser refused it; unavailable: it is gone.
    Task<Result<boost::json::object>> call(std::string_view method, const boost::json::object& params,
                                           std::string_view session = {});
    /// A command whose result nobody needs.
    void tell(std::string_view method, const boost::json::object& params, std::string_view session = {});

    /// Gets all events of all sessions; must not throw.
    OnEvent on_event;

    bool closed() const { return closed_; }
    void close();

private:
    struct Waiting {
        explicit Waiting(const boost::asio::any_io_executor& loop) : timer(loop) {}
        boost::asio::steady_timer timer;
        std::optional<Result<boost::json::object>> answer;
    };
    std::string message(std::int64_t id, std::string_view method, const boost::json::object& params,
                        std::string_view session) const;
    Task<Result<boost::json::object>> exchange(std::int64_t id, std::string message);
    void send(std::string_view message);
    void take(const std::string& message);
    Task<> read();
    Task<> write();

    boost::asio::posix::stream_descriptor channel_;
    DevToolsMessages incoming_;
    std::string outgoing_;
    boost::asio::steady_timer more_;  // to write
    std::map<std::int64_t, Waiting*> waiting_;
    std::int64_t last_id_ = 0;
    bool closed_ = false;
};

}  // namespace docent::browser
