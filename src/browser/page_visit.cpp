#include "browser/page_visit.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>

#include "base/base64.hpp"
#include "base/deadline.hpp"
#include "base/json_fields.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace docent::browser {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int width = 1280, height = 800;
constexpr auto screenshot_limit = 10s;

/// Runs in a world of its own, whose built-in functions no page can change.
constexpr std::string_view page_reader = R"((limit) => {
    let left = 100000;
    for (const element of document.querySelectorAll('body *')) {
        if (--left < 0) break;
        if (getComputedStyle(element).display === 'none') element.setAttribute('hidden', '');
    }
    const html = document.documentElement ? document.documentElement.outerHTML : '';
    return {html: html.slice(0, limit).toWellFormed(), cut: html.length > limit,
            title: document.title.slice(0, 1000).toWellFormed(), url: location.href.slice(0, 8000)};
})";

}  // namespace

PageVisit::PageVisit(asio::any_io_executor loop, DevTools& devtools, net::HttpClient& http, Visit visit,
                     const Limits& limits)
    : devtools_(devtools),
      visit_(std::move(visit)),
      limits_(limits),
      requests_(loop, http, visit_.rules, limits, devtools),
      look_again_(loop) {
    quiet_since_ = Clock::now();
}

Task<Result<json::object>> PageVisit::call(std::string_view method, const json::object& params) {
    return devtools_.call(method, params, session_);
}

void PageVisit::changed() { look_again_.cancel(); }

void PageVisit::take(const std::string& method, const json::object& params) {
    if (method == "Fetch.requestPaused") return requests_.take(params);
    if (method == "Page.frameNavigated") {
        const auto* frame = params.if_contains("frame");
        if (frame && frame->is_object() && text_of(frame->get_object(), "id") == tab_) loaded_ = false;
        return;
    }
    // The second also comes where a page leads on at once, to what it does not get.
    const bool stopped = method == "Page.frameStoppedLoading" && text_of(params, "frameId") == tab_;
    if (method == "Page.loadEventFired" || stopped) {
        loaded_ = true;
        loaded_at_ = quiet_since_ = Clock::now();
        return changed();
    }
    if (method == "Page.javascriptDialogOpening") {
        json::object answer;
        answer["accept"] = false;
        return devtools_.tell("Page.handleJavaScriptDialog", answer, session_);
    }
    // Who waits for an answer would wait for ever.
    if (method == "Inspector.targetCrashed" || method == "Target.targetCrashed") return devtools_.close();
    if (method != "Target.targetCreated") return;
    // A window that the page has opened.
    const auto* info = params.if_contains("targetInfo");
    if (!info || !info->is_object()) return;
    const auto& target = info->get_object();
    const auto id = text_of(target, "targetId");
    if (text_of(target, "type") != "page" || context_.empty() || tab_.empty() || id == tab_ ||
        text_of(target, "browserContextId") != context_)
        return;
    json::object which;
    which["targetId"] = id;
    devtools_.tell("Target.closeTarget", which);
}

/// In a context of its own, whose requests are all held.
Task<Status> PageVisit::open_tab() {
    json::object params;
    params["disposeOnDetach"] = true;
    CO_TRY(const auto context, co_await devtools_.call("Target.createBrowserContext", params));
    context_ = text_of(context, "browserContextId");
    params = {};
    params["behavior"] = "deny";
    params["browserContextId"] = context_;
    CO_TRY(auto done, co_await devtools_.call("Browser.setDownloadBehavior", params));
    params = {};
    params["url"] = "about:blank";
    params["browserContextId"] = context_;
    params["width"] = width;
    params["height"] = height;
    CO_TRY(const auto tab, co_await devtools_.call("Target.createTarget", params));
    tab_ = text_of(tab, "targetId");
    params = {};
    params["targetId"] = tab_;
    params["flatten"] = true;
    CO_TRY(const auto attached, co_await devtools_.call("Target.attachToTarget", params));
    session_ = text_of(attached, "sessionId");
    if (context_.empty() || tab_.empty() || session_.empty())
        co_return Error(ErrorCode::unavailable, "the browser opens no page");
    requests_.begin(session_, tab_);  // the main frame has the tab's id
    params = {};
    params["discover"] = true;
    CO_TRY(done, co_await devtools_.call("Target.setDiscoverTargets", params));
    json::object all;
    all["urlPattern"] = "*";
    params = {};
    params["patterns"] = json::array();
    params["patterns"].as_array().push_back(std::move(all));
    CO_TRY(done, co_await call("Fetch.enable", params));
    params = {};
    CO_TRY(done, co_await call("Page.enable", params));
    CO_TRY(done, co_await call("Network.enable", params));
    params["bypass"] = true;
    CO_TRY(done, co_await call("Network.setBypassServiceWorker", params));
    params = {};
    params["width"] = width;
    params["height"] = height;
    params["deviceScaleFactor"] = 1;
    params["mobile"] = false;
    CO_TRY(done, co_await call("Emulation.setDeviceMetricsOverride", params));
    co_return Status();
}

Task<Status> PageVisit::navigate() {
    json::object params;
    params["url"] = visit_.url;
    loaded_ = false;
    CO_TRY(const auto navigated, co_await call("Page.navigate", params));
    if (requests_.page_failed()) co_return *requests_.page_failed();
    if (const auto failed = text_of(navigated, "errorText"); !failed.empty())
        co_return Error(ErrorCode::upstream_failed, "the page cannot be loaded", failed);
    co_return Status();
}

/// Until it has loaded and asks for nothing more; a page that never ends is taken as it is.
Task<> PageVisit::settle() {
    const auto last = Clock::now() + limits_.load;
    for (;;) {
        auto until = last;
        if (loaded_) until = std::min(until, loaded_at_ + limits_.rest);
        if (loaded_ && requests_.running() == 0) until = std::min(until, quiet_since_ + limits_.quiet);
        if (devtools_.closed() || requests_.page_failed() || Clock::now() >= until) co_return;
        look_again_.expires_at(until);
        auto [ended] = co_await look_again_.async_wait(asio::as_tuple(asio::use_awaitable));
        (void)ended;
    }
}

Task<std::string> PageVisit::screenshot() {
    json::object params;
    params["format"] = "png";
    params["optimizeForSpeed"] = true;
    auto making = call("Page.captureScreenshot", params);
    auto made = co_await with_deadline(screenshot_limit, std::move(making));
    std::string bytes;
    if (!made || !base64_decode(text_of(*made, "data"), bytes) || bytes.size() > limits_.screenshot_bytes)
        bytes.clear();
    co_return bytes;
}

Task<Status> PageVisit::read_text(Page& page) {
    json::object params;
    params["frameId"] = tab_;
    params["worldName"] = "docent";
    CO_TRY(const auto world, co_await call("Page.createIsolatedWorld", params));
    params = {};
    if (const auto* id = world.if_contains("executionContextId")) params["contextId"] = *id;
    params["expression"] = "(" + std::string(page_reader) + ")(" + std::to_string(limits_.html_bytes) + ")";
    params["returnByValue"] = true;
    CO_TRY(const auto evaluated, co_await call("Runtime.evaluate", params));
    const auto* result = evaluated.if_contains("result");
    const auto* value = result && result->is_object() ? result->get_object().if_contains("value") : nullptr;
    if (!value || !value->is_object()) co_return Error(ErrorCode::upstream_failed, "the page cannot be read");
    const auto& told = value->get_object();
    page.url = text_of(told, "url");
    page.title = repair_utf8(text_of(told, "title"));
    const auto html = text_of(told, "html");
    page.html = repair_utf8(cut_utf8(html, limits_.html_bytes));
    const auto* cut = told.if_contains("cut");
    page.cut = (cut && cut->is_bool() && cut->get_bool()) || html.size() > limits_.html_bytes;
    co_return Status();
}

Task<Result<Page>> PageVisit::show() {
    devtools_.on_event = [this](const std::string& method, const json::object& params) {
        take(method, params);
    };
    requests_.on_change = [this] {
        quiet_since_ = Clock::now();
        changed();
    };
    CO_TRY_VOID(co_await open_tab());
    CO_TRY_VOID(co_await navigate());
    Task<> settling = settle();
    co_await std::move(settling);
    if (requests_.page_failed()) co_return *requests_.page_failed();
    Page page;
    page.loaded = loaded_;
    page.screenshot = co_await screenshot();
    CO_TRY_VOID(co_await read_text(page));
    page.status = requests_.status();
    page.refused = requests_.refused();
    co_return page;
}

Task<> PageVisit::end() {
    devtools_.on_event = nullptr;
    requests_.on_change = nullptr;
    Task<> stopping = requests_.stop();
    co_await std::move(stopping);
    if (context_.empty()) co_return;
    json::object params;
    params["browserContextId"] = context_;
    devtools_.tell("Target.disposeBrowserContext", params);
}

}  // namespace docent::browser
