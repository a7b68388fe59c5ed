#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/slots.hpp"
#include "base/task_group.hpp"
#include "browser/browser.hpp"
#include "browser/devtools.hpp"

namespace docent::browser {

/// What a page asks the network for: each request is held by the browser until it is answered here, by
/// net::GuardedHttp. Redirects are the browser's: what they lead to is asked for in its turn. On the event
/// loop; stop() must have completed before the destructor.
class PageRequests {
public:
    PageRequests(boost::asio::any_io_executor loop, net::HttpClient& http, net::HostRules rules,
                 const Limits& limits, DevTools& devtools);

    /// Whose requests they are, before the first.
    void begin(std::string session, std::string main_frame);
    /// An event Fetch.requestPaused.
    void take(const boost::json::object& paused);
    Task<> stop();

    std::size_t running() const { return running_; }
    int status() const { return status_; }  // of the page itself; 0: none came
    /// Why the page did not come at all.
    const std::optional<Error>& page_failed() const { return page_failed_; }
    const std::vector<std::string>& refused() const { return refused_; }

    std::function<void()> on_change;  // one began or ended

private:
    struct Asked {
        std::string id, type;
        bool page = false;  // the document of the page itself
        net::Call call;
    };
    Result<Asked> read(const boost::json::object& paused) const;
    Task<> answer(Asked asked);
    Status check_page(const net::Reply& reply) const;
    void fulfil(const Asked& asked, const net::Reply& reply);
    void fail(const Asked& asked, const Error& error);
    void refuse(const std::string& id, const char* reason);

    const Limits limits_;
    DevTools& devtools_;
    net::GuardedHttp http_;
    std::string session_, main_frame_;
    std::size_t running_ = 0, begun_ = 0, bytes_ = 0;
    int status_ = 0;
    std::optional<Error> page_failed_;
    std::vector<std::string> refused_;
    Slots slots_{8};
    TaskGroup tasks_;
};

}  // namespace docent::browser
