// What Docent says under merge requests on their forges.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/merge_requests.hpp"
#include "base/log.hpp"
#include "forge/forge.hpp"

namespace docent::agent {
namespace {

constexpr auto look_every = std::chrono::seconds(20);
constexpr Millis first_wait = 30'000, longest_wait = 15 * 60'000, patience = 24 * 3'600'000;

}  // namespace

Task<Status> MergeRequests::comment(store::Session session, std::string text, std::string key) {
    auto request = co_await stored_.latest(session.id);
    if (!request) co_return request.error();
    auto place = co_await place_of(session);
    if (!place) co_return place.error();
    co_return co_await forges_->of(place->repository)
        .comment(*place, *request, std::move(text), std::move(key));
}

Task<Status> MergeRequests::say(store::Session session, std::string text, std::string key) {
    store::ForgeComment kept;
    kept.session_id = session.id;
    kept.key = key;
    kept.text = text;
    kept.created = services_.clock.now();
    kept.next_try = kept.created + first_wait;
    auto stored = co_await memory_.keep(std::move(kept));
    if (!stored) co_return stored;
    std::string id = session.id, once = key;
    auto done = co_await comment(std::move(session), std::move(text), std::move(key));
    if (!done && forge::may_pass(done.error())) co_return Status();
    auto forgotten = co_await memory_.forget(std::move(id), std::move(once));
    if (!forgotten) co_return forgotten;
    co_return done;
}

void MergeRequests::start() { group_.spawn("forge comments", say_later()); }

Task<> MergeRequests::say_later() {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    for (;;) {
        timer.expires_after(look_every);
        co_await timer.async_wait(boost::asio::use_awaitable);
        auto due = co_await memory_.due(services_.clock.now());
        if (!due) {
            log::warn("comments on forges: " + due.error().message + " " + due.error().detail);
            continue;
        }
        for (auto& kept : *due) {
            auto session = co_await services_.sessions.find("", kept.session_id);
            Status done;
            if (session) done = co_await comment(*std::move(session), kept.text, kept.key);
            const bool again =
                !done && forge::may_pass(done.error()) && services_.clock.now() < kept.created + patience;
            if (!again) {
                if (!done) log::warn("a comment was not made: " + done.error().message);
                auto forgotten = co_await memory_.forget(kept.session_id, kept.key);
                if (!forgotten) log::warn("comments on forges: " + forgotten.error().message);
                continue;
            }
            kept.attempts += 1;
            const auto doubled = first_wait << std::min<std::int64_t>(kept.attempts, 10);
            kept.next_try = services_.clock.now() + std::min<Millis>(doubled, longest_wait);
            auto stored = co_await memory_.keep(std::move(kept));
            if (!stored) log::warn("comments on forges: " + stored.error().message);
        }
    }
}

}  // namespace docent::agent
