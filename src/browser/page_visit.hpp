#pragma once
#include <boost/asio/steady_timer.hpp>
#include <string>

#include "browser/browser.hpp"
#include "browser/devtools.hpp"
#include "browser/page_requests.hpp"

namespace docent::browser {

/// One page in a browser, from its tab to its text. On the event loop; end() must have completed before the
/// destructor.
class PageVisit {
public:
    PageVisit(boost::asio::any_io_executor loop, DevTools& devtools, net::HttpClient& http, Visit visit,
              const Limits& limits);

    Task<Result<Page>> show();

    /// What is still under way is given up, and the tab is closed.
    Task<> end();

private:
    Task<Result<boost::json::object>> call(std::string_view method, const boost::json::object& params);
    Task<Status> open_tab();
    Task<Status> navigate();
    Task<> settle();
    Task<std::string> screenshot();
    Task<Status> read_text(Page& page);
    void take(const std::string& method, const boost::json::object& params);
    void changed();

    DevTools& devtools_;
    const Visit visit_;
    const Limits limits_;
    PageRequests requests_;
    std::string context_, tab_, session_;
    bool loaded_ = false;
    std::chrono::steady_clock::time_point loaded_at_, quiet_since_;
    boost::asio::steady_timer look_again_;
};

}  // namespace docent::browser
