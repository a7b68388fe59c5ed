#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/slots.hpp"
#include "base/task_group.hpp"
#include "net/guarded_http.hpp"
#include "sandbox/sandbox.hpp"

namespace docent::browser {

/// What one page may use.
struct Limits {
    std::chrono::milliseconds load{20'000};   // until it has loaded; then what is there is taken
    std::chrono::milliseconds rest{4'000};    // and after that, for what its scripts still ask for
    std::chrono::milliseconds quiet{400};     // so long without a request, it is at rest
    std::chrono::milliseconds whole{45'000};  // all of it; then the browser is ended
    std::chrono::milliseconds reply{15'000};  // one request
    std::size_t requests = 300;
    std::size_t reply_bytes = 8 << 20;  // of one reply
    std::size_t all_bytes = 48 << 20;   // of all replies
    std::size_t html_bytes = 4 << 20;
    std::size_t screenshot_bytes = 4 << 20;
};

struct Visit {
    std::string url;
    net::HostRules rules;  // whom the page, and all that it loads, may call
};

/// A page as it stands after its scripts have run. All of it is what the page says.
struct Page {
    std::string url;  // where it ended up
    int status = 0;
    std::string title, html;           // valid UTF-8; what is not displayed has the attribute `hidden`
    bool cut = false;                  // the html
    bool loaded = false;               // false: it was still loading when its time was over
    std::string screenshot;            // PNG of 1280 x 800; "" when none could be made
    std::vector<std::string> refused;  // hosts that it was not allowed to call, each once, at most 20
};

struct Config {
    std::string program;                        // "": looked for; "off": there is none
    std::filesystem::path folder;               // of its own, empty; made when it is not there
    std::chrono::milliseconds idle{60'000};     // without a page, the browser is ended
    std::chrono::milliseconds start{20'000};    // for its start
    std::chrono::milliseconds line{60'000};     // that a page may wait for the one before
    int pages = 50;                             // then a fresh one is started
    std::vector<std::filesystem::path> hidden;  // the sandbox sees none of it: the data directory
    Limits limits;
};

class Chromium;

/// Shows pages to agents with Chromium. It has no network: every request of a page comes to this process and
/// is answered by net::GuardedHttp, under the rules of the visit. It starts with the first page, shows one at
/// a time, each in a context of its own, without cookies or storage of others, and ends when it is idle, when
/// a page made trouble, and with this process. On the event loop; stop() must have completed before the
/// destructor.
class Browser {
public:
    Browser(boost::asio::any_io_executor loop, net::HttpClient& http, Config config);
    ~Browser();

    /// Whether there is a program to start.
    bool available() const { return !program_.empty(); }

    /// The page. permission_denied (reason "not_allowed"), invalid_argument: it, or what it redirects to, may
    /// not be called; upstream_failed, timed_out, too_large: it cannot be had; invalid_argument with reason
    /// "not_a_page": it is a file; rate_limited: the line is too long; unavailable: the browser does not
    /// start, and nothing was called; cancelled.
    Task<Result<Page>> open(Visit visit);

    Task<> stop();

    /// How many are running.
    std::size_t processes() const { return sandbox_.running(); }

private:
    Task<Result<Page>> open_in_line(Visit visit);
    Task<Result<Page>> show(Visit visit);
    Task<Status> make_ready();
    Task<> end_process();
    Task<> end_when_idle();

    const boost::asio::any_io_executor loop_;
    net::HttpClient& http_;
    const Config config_;
    const std::filesystem::path program_;
    sandbox::Sandbox sandbox_;
    Slots slots_{1};
    std::unique_ptr<Chromium> chromium_;
    int shown_ = 0;  // pages, by this process
    boost::asio::steady_timer idle_;
    bool watched_ = false;
    TaskGroup tasks_;
};

}  // namespace docent::browser
