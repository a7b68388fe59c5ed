#include "browser/browser.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "base/deadline.hpp"
#include "base/log.hpp"
#include "browser/chromium.hpp"
#include "browser/page_visit.hpp"

namespace docent::browser {
namespace asio = boost::asio;
namespace {

sandbox::Config sandbox_config(const Config& config) {
    sandbox::Config out;
    out.parallel = 2;  // one that ends, and one that begins
    out.hidden = config.hidden;
    return out;
}

Error was_cancelled() { return Error(ErrorCode::cancelled, "the page was given up"); }

bool is_cancelled(const asio::cancellation_state& state) {
    return state.cancelled() != asio::cancellation_type::none;
}

}  // namespace

Browser::Browser(asio::any_io_executor loop, net::HttpClient& http, Config config)
    : loop_(loop),
      http_(http),
      config_(std::move(config)),
      program_(config_.program == "off" ? std::filesystem::path() : find_chromium(config_.program)),
      sandbox_(sandbox_config(config_)),
      idle_(loop),
      tasks_(loop) {
    idle_.expires_at(asio::steady_timer::time_point::max());
}

Browser::~Browser() = default;

Task<Result<Page>> Browser::open(Visit visit) {
    // What is cancelled still has to wait for its end.
    co_await asio::this_coro::throw_if_cancelled(false);
    Task<Result<Page>> opening = open_in_line(std::move(visit));
    auto page = co_await std::move(opening);
    co_await asio::this_coro::throw_if_cancelled(true);
    co_return page;
}

Task<Result<Page>> Browser::open_in_line(Visit visit) {
    CO_TRY(const auto target, net::parse_target(visit.url));
    CO_TRY_VOID(visit.rules.check_host(target));
    if (!available()) co_return Error(ErrorCode::unavailable, "there is no browser");
    const auto place = co_await slots_.wait(config_.line);
    auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) co_return was_cancelled();
    if (!place) co_return Error(ErrorCode::rate_limited, "other pages are being looked at; try again later");
    idle_.expires_at(asio::steady_timer::time_point::max());
    Task<Status> readying = make_ready();
    const auto ready = co_await std::move(readying);
    state = co_await asio::this_coro::cancellation_state;
    if (!ready || is_cancelled(state)) {
        Task<> ending = end_process();
        co_await std::move(ending);
        if (is_cancelled(state)) co_return was_cancelled();
        co_return ready.error();
    }
    Task<Result<Page>> showing = show(std::move(visit));
    auto page = co_await std::move(showing);
    idle_.expires_after(config_.idle);
    co_return page;
}

Task<Status> Browser::make_ready() {
    if (chromium_ && chromium_->running()) co_return Status();
    Task<> ending = end_process();
    co_await std::move(ending);
    std::error_code failed;
    std::filesystem::remove_all(config_.folder, failed);
    std::filesystem::create_directories(config_.folder, failed);
    const auto folder = std::filesystem::canonical(config_.folder, failed);
    if (failed) co_return Error(ErrorCode::unavailable, "the browser has no folder", failed.message());
    if (!watched_) tasks_.spawn("the idle browser's end", end_when_idle());
    watched_ = true;
    shown_ = 0;
    chromium_ = std::make_unique<Chromium>(loop_, sandbox_, program_, folder);
    Task<Status> starting = chromium_->start(config_.start);
    auto started = co_await std::move(starting);
    co_return started;
}

Task<Result<Page>> Browser::show(Visit visit) {
    PageVisit showing(loop_, chromium_->devtools(), http_, std::move(visit), config_.limits);
    std::optional<Result<Page>> page;
    Task<Result<Page>> work = showing.show();
    Task<> kept = keep(std::move(work), page);
    bool in_time = false;
    try {
        in_time = co_await finishes_within(config_.limits.whole, std::move(kept));
    } catch (const boost::system::system_error& e) {
        if (e.code() != asio::error::operation_aborted) throw;
    }
    const auto state = co_await asio::this_coro::cancellation_state;
    const bool cancelled = is_cancelled(state);
    Task<> ending = showing.end();
    co_await std::move(ending);
    if (!in_time || cancelled || !page || !chromium_->running() || ++shown_ >= config_.pages) {
        Task<> ending_all = end_process();
        co_await std::move(ending_all);
    }
    if (cancelled) co_return was_cancelled();
    if (!in_time || !page) co_return Error(ErrorCode::timed_out, "the page took too long");
    if (!*page && page->error().reason == "browser_ended")
        co_return Error(ErrorCode::upstream_failed, "the page could not be shown: it made the browser end");
    co_return *std::move(page);
}

Task<> Browser::end_process() {
    if (!chromium_) co_return;
    Task<> stopping = chromium_->stop();
    co_await std::move(stopping);
    chromium_.reset();
}

Task<> Browser::end_when_idle() {
    for (;;) {
        auto [again] = co_await idle_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (again || slots_.taken() > 0) continue;
        idle_.expires_at(asio::steady_timer::time_point::max());
        const auto place = co_await slots_.wait(std::chrono::milliseconds(0));
        Task<> ending = end_process();
        co_await std::move(ending);
    }
}

Task<> Browser::stop() {
    Task<> watching = tasks_.stop();
    co_await std::move(watching);
    Task<> ending = end_process();
    co_await std::move(ending);
}

}  // namespace docent::browser
