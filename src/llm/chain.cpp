#include "llm/chain.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <random>

#include "base/log.hpp"
#include "llm/upstream_error.hpp"

namespace docent::llm {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

/// Knows whether the caller has got anything yet.
class WatchedSink final : public Sink<Delta> {
public:
    explicit WatchedSink(Sink<Delta>& out) : out_(out) {}
    Task<Status> put(Delta delta) override {
        anything = true;
        return out_.put(std::move(delta));
    }
    bool anything = false;

private:
    Sink<Delta>& out_;
};

/// Adds an attempt's report to the caller's, with its cost, however the attempt ends.
struct Attempt {
    Attempt(const Models::Link& l, CallReport* to) : link(l), caller(to) {}
    ~Attempt() {
        own.spent.cost = link.config.prices.cost(own.spent);
        if (!caller) return;
        caller->spent.add(own.spent);
        caller->model = link.config.name;
        caller->retry_after = own.retry_after;
    }
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;
    const Models::Link& link;
    CallReport* const caller;
    CallReport own;
};

bool is_for_good(const Error& error) {
    return error.reason == "unauthorized" || error.reason == "unknown_model" || error.reason == "quota";
}

/// What the model's next callers are to know of this one's failure.
void tell(Breaker::Pass& pass, const Error& error, std::chrono::milliseconds retry_after) {
    constexpr std::chrono::milliseconds longest_rest{60'000};
    const auto now = steady_clock::now();
    if (is_for_good(error)) return pass.failed_for_good(now);
    if (error.code == ErrorCode::rate_limited) {
        if (retry_after.count() > 0) pass.rest_until(now + std::min(retry_after, longest_rest));
        return;
    }
    const bool models_fault = error.code == ErrorCode::upstream_failed ||
                              error.code == ErrorCode::timed_out || error.code == ErrorCode::unavailable;
    if (models_fault && (error.reason.empty() || error.reason == "stalled")) pass.failed(now);
}

double random_part() {
    static std::minstd_rand engine{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

Task<> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

class Chain final : public Provider {
public:
    explicit Chain(std::vector<Models::Link*> links) : links_(std::move(links)) {}

    std::int64_t context_tokens() const override {
        std::int64_t out = 0;
        for (const auto* link : links_) {
            const auto own = link->provider->context_tokens();
            if (own > 0 && (out == 0 || own < out)) out = own;
        }
        return out;
    }

    Task<Result<Reply>> complete(const Request& request, Sink<Delta>& out) override {
        WatchedSink sink(out);
        Request own = request;
        Error why(ErrorCode::unavailable, "no model can be asked just now");
        for (auto* link : links_) {
            auto reply = co_await ask(*link, own, request.report, sink);
            if (reply) co_return reply;
            Error& error = reply.error();
            if (error.reason == "caller" || error.code == ErrorCode::cancelled) co_return error;
            if (sink.anything) co_return std::move(error).because("interrupted");
            log::warn("model " + link->config.name + ": " + error.message +
                      (error.detail.empty() ? "" : " (" + error.detail + ")"));
            // To send less may help; the other failures the caller can do nothing about.
            if (why.reason != "context_overflow") why = std::move(error);
        }
        co_return why;
    }

private:
    /// One model, with its retries.
    Task<Result<Reply>> ask(Models::Link& link, Request& request, CallReport* report, WatchedSink& sink) {
        for (int attempt = 0;; ++attempt) {
            std::chrono::milliseconds asked{0};
            auto reply = co_await ask_once(link, request, report, sink, asked);
            if (reply) co_return reply;
            if (sink.anything || !worth_a_retry(reply.error()) || attempt >= link.config.retries)
                co_return reply;
            const auto wait = retry_delay(link.config, attempt + 1, asked, random_part());
            if (wait > link.config.longest_retry_wait) co_return reply;
            co_await pause(wait);
        }
    }

    Task<Result<Reply>> ask_once(Models::Link& link, Request& request, CallReport* report, WatchedSink& sink,
                                 std::chrono::milliseconds& asked) {
        auto pass = link.breaker.ask(steady_clock::now());
        if (!pass) co_return resting();
        const auto place = co_await link.slots.wait(link.config.queue_limit);
        if (!place)
            co_return Error(ErrorCode::unavailable, "too many questions are asked of the model at a time")
                .because("busy");
        ++link.calls;
        Attempt attempt(link, report);
        request.report = &attempt.own;
        auto reply = co_await link.provider->complete(request, sink);
        if (reply) {
            pass.succeeded();
            reply->usage.cost = link.config.prices.cost(reply->usage);
            reply->model = link.config.name;
            co_return reply;
        }
        ++link.failures;
        asked = attempt.own.retry_after;
        tell(pass, reply.error(), asked);
        co_return reply;
    }

    static Error resting() {
        return Error(ErrorCode::unavailable, "the model failed a moment ago and is left alone")
            .because("resting");
    }

    const std::vector<Models::Link*> links_;
};

}  // namespace

std::unique_ptr<Provider> make_chain(std::vector<Models::Link*> links) {
    return std::make_unique<Chain>(std::move(links));
}

std::chrono::milliseconds retry_delay(const ModelConfig& config, int attempt, std::chrono::milliseconds asked,
                                      double jitter) {
    const auto doubled = config.retry_wait * (std::int64_t{1} << std::clamp(attempt - 1, 0, 10));
    const auto bounded = std::min(doubled, config.longest_retry_wait);
    const auto own = std::chrono::milliseconds(
        static_cast<std::int64_t>(static_cast<double>(bounded.count()) * (1.0 - jitter / 2)));
    // A little later than asked, so that those who were refused together do not come back together.
    const auto theirs = asked.count() > 0 ? asked + (bounded - own) / 4 : asked;
    return std::max(own, theirs);
}

}  // namespace docent::llm
