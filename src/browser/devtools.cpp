#include "browser/devtools.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/all.hpp"
#include "base/json_fields.hpp"
#include "base/log.hpp"

namespace docent::browser {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr std::size_t most_outgoing = 128 << 20;  // bytes that wait for a browser which does not read

Error gone() { return Error(ErrorCode::unavailable, "the browser has ended").because("browser_ended"); }

}  // namespace

DevTools::DevTools(asio::any_io_executor loop, File channel) : channel_(loop), more_(loop) {
    channel_.assign(channel.release());
    more_.expires_at(asio::steady_timer::time_point::max());
}

Task<> DevTools::run() {
    std::vector<Task<>> both;
    both.push_back(read());
    both.push_back(write());
    Task<> all_of_them = all(std::move(both));
    co_await std::move(all_of_them);
}

void DevTools::close() {
    if (closed_) return;
    closed_ = true;
    boost::system::error_code ignored;
    channel_.close(ignored);
    more_.cancel();
    for (auto& [id, one] : waiting_) one->timer.cancel();
}

std::string DevTools::message(std::int64_t id, std::string_view method, const json::object& params,
                              std::string_view session) const {
    json::object whole{{"id", id}, {"method", method}, {"params", params}};
    if (!session.empty()) whole["sessionId"] = session;
    auto text = json::serialize(whole);
    text += '\0';
    return text;
}

Task<Result<json::object>> DevTools::call(std::string_view method, const json::object& params,
                                          std::string_view session) {
    const auto id = ++last_id_;
    return exchange(id, message(id, method, params, session));
}

void DevTools::tell(std::string_view method, const json::object& params, std::string_view session) {
    send(message(++last_id_, method, params, session));
}

void DevTools::send(std::string_view message) {
    if (closed_) return;
    if (outgoing_.size() + message.size() > most_outgoing) {
        log::warn("the browser reads nothing: it is ended");
        return close();
    }
    outgoing_ += message;
    more_.cancel();
}

Task<Result<json::object>> DevTools::exchange(std::int64_t id, std::string message) {
    if (closed_) co_return gone();
    const auto loop = co_await asio::this_coro::executor;
    Waiting own(loop);
    own.timer.expires_at(asio::steady_timer::time_point::max());
    // Also when the coroutine ends without having run on.
    struct Leave {
        DevTools& of;
        std::int64_t id;
        ~Leave() { of.waiting_.erase(id); }
    } leave{*this, id};
    waiting_[id] = &own;
    send(message);
    message.clear();
    if (!closed_) {
        auto [ended] = co_await own.timer.async_wait(asio::as_tuple(asio::use_awaitable));
        (void)ended;
    }
    if (own.answer) co_return std::move(*own.answer);
    if (closed_) co_return gone();
    co_return Error(ErrorCode::cancelled, "the page was given up");
}

void DevTools::take(const std::string& message) {
    json::parse_options options;
    options.max_depth = 100;
    boost::system::error_code failed;
    const auto value = json::parse(message, failed, {}, options);
    if (failed || !value.is_object()) {
        log::warn("the browser said what is no message: it is ended");
        return close();
    }
    const auto& object = value.get_object();
    const auto* id = object.if_contains("id");
    if (!id) {
        const auto* params = object.if_contains("params");
        if (on_event && params && params->is_object())
            on_event(text_of(object, "method"), params->get_object());
        return;
    }
    const auto found = id->is_int64() ? waiting_.find(id->get_int64()) : waiting_.end();
    if (found == waiting_.end() || found->second->answer) return;
    auto& one = *found->second;
    if (const auto* error = object.if_contains("error")) {
        one.answer.emplace(
            Error(ErrorCode::upstream_failed, "the browser refused a command", json::serialize(*error)));
    } else {
        const auto* result = object.if_contains("result");
        one.answer.emplace(result && result->is_object() ? result->get_object() : json::object());
    }
    one.timer.cancel();
}

Task<> DevTools::read() {
    std::string buffer(64 << 10, '\0');
    std::vector<std::string> messages;
    while (!closed_) {
        auto [failed, n] =
            co_await channel_.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
        if (failed) break;
        if (!incoming_.add(std::string_view(buffer).substr(0, n), messages)) break;
        for (const auto& one : messages) take(one);
        messages.clear();
    }
    close();
}

Task<> DevTools::write() {
    while (!closed_) {
        if (outgoing_.empty()) {
            auto [ended] = co_await more_.async_wait(asio::as_tuple(asio::use_awaitable));
            (void)ended;
            continue;
        }
        std::string now;
        now.swap(outgoing_);
        auto [failed, n] =
            co_await asio::async_write(channel_, asio::buffer(now), asio::as_tuple(asio::use_awaitable));
        (void)n;
        if (failed) break;
    }
    close();
}

}  // namespace docent::browser
