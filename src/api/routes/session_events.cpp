#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/routes/handlers.hpp"
#include "api/session_json.hpp"
#include "api/session_query.hpp"
#include "api/wire/events_body.hpp"
#include "api/wire/session_stream.hpp"

namespace docent::api {
namespace {

namespace asio = boost::asio;
using Item = agent::Feeds::Item;

bool brings_events(const agent::Feeds::Follower& follower) {
    return follower.lost || std::ranges::any_of(follower.items, [](const auto& item) {
               return item->kind == Item::Kind::event || item->kind == Item::Kind::session;
           });
}

/// The events, or when there are none yet those that come within `wait`.
Task<Result<std::vector<store::Event>>> await_events(std::string session, EventsQuery asked, Coding& coding) {
    const auto until = std::chrono::steady_clock::now() + asked.wait;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    // Followed first and read then: what comes in between wakes.
    const auto follow = [&] { return coding.sessions.feeds().follow(session, [&timer] { timer.cancel(); }); };
    auto follower = follow();
    for (;;) {
        auto events = co_await coding.timeline.events(session, asked.query);
        if (!events || !events->empty()) co_return events;
        while (!brings_events(*follower) && !follower->ended) {
            if (std::chrono::steady_clock::now() >= until) co_return events;
            follower->clear();
            timer.expires_at(until);
            co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        }
        if (follower->ended) co_return events;
        follower = follow();
    }
}

}  // namespace

Task<Result<net::Response>> get_session_events(net::Request& request, const Caller& caller,
                                               Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto asked = read_events_query(request);
    if (!asked) co_return std::move(asked).error();
    auto& coding = services.coding;
    if (!asked->after.empty()) {
        auto after = co_await coding.timeline.find(session->id, asked->after);
        if (!after && after.error().code == ErrorCode::not_found)
            co_return invalid("after: names no event of this session").because("invalid_cursor");
        if (!after) co_return std::move(after).error();
        asked->query.after_position = after->position;
    }
    std::string id = session->id;
    auto query = asked->query;
    auto& limit = asked->query.limit;
    if (limit == 0 || limit > events_at_once) limit = events_at_once;
    auto events = co_await await_events(std::move(id), *std::move(asked), coding);
    if (!events) co_return std::move(events).error();
    auto out = events_reply(coding, session->id, std::move(query), *events);
    // Where a stream can go on: every change up to this one is in the answer.
    out.headers.emplace_back("x-last-change", std::to_string(session->last_change));
    co_return out;
}

Task<Result<net::Response>> stream_session(net::Request& request, const Caller& caller, Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto after = read_change_cursor(request, *session);
    if (!after) co_return std::move(after).error();
    net::Response out;
    out.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                   {"Cache-Control", "no-cache, no-store"},
                   {"X-Accel-Buffering", "no"}};
    out.stream = session_stream(services.coding, session->id, *after);
    co_return out;
}

}  // namespace docent::api
