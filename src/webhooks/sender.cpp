#include "webhooks/sender.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <memory>
#include <random>

#include "base/deadline.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "net/guarded_beginning.hpp"
#include "webhooks/retry.hpp"
#include "webhooks/signature.hpp"

namespace docent::webhooks {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::size_t most_running = 32;     // attempts at a time
constexpr std::size_t most_of_endpoint = 4;  // of them
constexpr std::size_t shown_answer = 1'024;  // bytes
constexpr auto look_every = 1s;
constexpr auto lost_after = 2min;  // beside the time of an attempt
constexpr std::int64_t failures_to_disable = 10;
constexpr Millis longest_retry_after = 86'400'000;
constexpr Millis forget_every = 3'600'000;
constexpr std::int64_t forget_at_once = 1'000;

double chance() {
    static std::mt19937_64 random{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(random);
}

/// How the answer begins, fit for the store and for people.
std::string beginning(const std::string& body) {
    std::string out = repair_utf8(cut_utf8(body, shown_answer));
    for (auto& c : out)
        if (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t') c = ' ';
    return out;
}

/// Retry-After in seconds; the other form, a date, is left to our own schedule.
Millis wanted_wait(const net::Reply& reply) {
    const auto it = reply.headers.find("retry-after");
    if (it == reply.headers.end()) return 0;
    std::int64_t seconds = 0;
    const auto* end = it->second.data() + it->second.size();
    const auto [stop, error] = std::from_chars(it->second.data(), end, seconds);
    if (error != std::errc() || stop != end || seconds <= 0) return 0;
    return std::min(seconds, longest_retry_after / 1'000) * 1'000;
}

std::string error_of(int status) {
    if (status >= 300 && status < 400)
        return "the endpoint answered " + std::to_string(status) + "; redirects are not followed";
    return "the endpoint answered " + std::to_string(status);
}

net::HostRules rules_of(const Config& config) {
    auto rules = net::HostRules::parse(config.allowed_hosts);
    return rules ? *std::move(rules) : net::HostRules();
}

}  // namespace

Status check_url(const std::string& url, const net::HostRules& rules) {
    auto target = net::parse_target(url);
    if (!target) return invalid("url: " + target.error().message);
    auto allowed = rules.check_host(*target);
    // RFC 6761: these names are this machine, whoever resolves them.
    const bool here = target->host == "localhost" || target->host.ends_with(".localhost");
    if (allowed && (here || target->is_address()))
        allowed = rules.check_address(boost::asio::ip::make_address(here ? "127.0.0.1" : target->host),
                                      target->port);
    if (allowed) return {};
    return Error(ErrorCode::invalid_argument,
                 "url: " + allowed.error().message + "; the server's setting webhooks.allowed_hosts decides",
                 allowed.error().detail);
}

/// An attempt that is under way.
class Sender::Place {
public:
    Place(Sender& sender, std::string webhook_id) : sender_(sender), id_(std::move(webhook_id)) {
        ++sender_.sending_[id_];
        ++sender_.running_;
    }
    ~Place() {
        if (--sender_.sending_[id_] == 0) sender_.sending_.erase(id_);
        --sender_.running_;
        sender_.idle_.cancel();
        sender_.wake();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    Sender& sender_;
    const std::string id_;
};

Sender::Sender(asio::any_io_executor loop, const Clock& clock, store::Store& store, net::HttpClient& http,
               const std::string& secret_key, Config config)
    : loop_(loop),
      clock_(clock),
      webhooks_(store, secret_key),
      deliveries_(store),
      http_(http),
      rules_(rules_of(config)),
      config_(std::move(config)),
      news_(loop),
      idle_(loop),
      group_(loop) {}

Sender::~Sender() = default;

Task<Status> Sender::start() {
    if (const auto rules = net::HostRules::parse(config_.allowed_hosts); !rules) co_return rules.error();
    if (deliveries_.engine() == store::Engine::sqlite)
        CO_TRY_VOID(co_await deliveries_.take_up(clock_.now()));
    group_.spawn("webhooks", watch());
    co_return Status();
}

Task<> Sender::stop() { return group_.stop(); }

void Sender::wake() {
    woken_ = true;
    news_.cancel();
}

Task<> Sender::watch() {
    std::string last;
    for (;;) {
        woken_ = false;
        auto begun = co_await begin_due();
        if (begun) begun = co_await forget_old();
        const std::string now = begun ? "" : begun.error().message;
        if (now != last) log::warn(now.empty() ? "webhooks are sent again" : "webhooks are not sent: " + now);
        last = now;
        if (woken_) continue;
        news_.expires_after(look_every);
        co_await news_.async_wait(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) co_return;
    }
}

std::size_t Sender::places(const store::DueEndpoint& endpoint) const {
    const auto it = sending_.find(endpoint.webhook_id);
    const std::size_t taken = it == sending_.end() ? 0 : it->second;
    const std::size_t most = endpoint.failing ? 1 : most_of_endpoint;
    return std::min(taken < most ? most - taken : 0, running_ < most_running ? most_running - running_ : 0);
}

Task<Status> Sender::begin_due() {
    CO_TRY(const auto due, co_await deliveries_.due(clock_.now()));
    for (const auto& endpoint : due) {
        const auto free = places(endpoint);
        if (free == 0) continue;
        const auto now = clock_.now();
        const auto until = now + std::chrono::milliseconds(config_.limit + lost_after).count();
        CO_TRY(auto claimed,
               co_await deliveries_.claim(endpoint.webhook_id, static_cast<std::int64_t>(free), now, until));
        for (auto& delivery : claimed) {
            auto place = std::make_unique<Place>(*this, endpoint.webhook_id);
            // One that is not spawned, because the server stops, is taken up by the next.
            group_.spawn("webhook", send(std::move(delivery), std::move(place)));
        }
    }
    co_return Status();
}

Task<> Sender::send(store::Delivery delivery, std::unique_ptr<Place> place) {
    auto ended = co_await attempt(delivery);
    store::DisableAfter disable;
    disable.time = config_.disable_after.count();
    disable.failures = failures_to_disable;
    auto disabled = co_await deliveries_.finish(std::move(ended), std::move(disable));
    if (!disabled)
        log::warn("how a webhook was delivered could not be written down: " + disabled.error().message);
    else if (!disabled->empty())
        log::error("the webhook " + delivery.webhook_id + " was disabled: " + *disabled);
    place.reset();
}

Task<store::AttemptEnd> Sender::attempt(const store::Delivery& delivery) {
    store::AttemptEnd out;
    out.delivery_id = delivery.id;
    out.webhook_id = delivery.webhook_id;
    out.attempt = delivery.attempts;
    const auto from = std::chrono::steady_clock::now();
    auto answer = co_await post(delivery);
    const auto took = std::chrono::steady_clock::now() - from;
    out.duration = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    out.now = clock_.now();
    Millis wait = 0;
    if (answer) {
        out.answer_status = answer->status;
        out.answer = beginning(answer->body);
        out.delivered = answer->status >= 200 && answer->status < 300;
        out.gone = answer->status == 410;
        if (!out.delivered) out.error = error_of(answer->status);
        wait = wanted_wait(*answer);
    } else {
        out.error = answer.error().message;
    }
    const auto again = retry_after(delivery.attempts, chance());
    if (!out.delivered && again) out.next_attempt = out.now + std::max<Millis>(again->count(), wait);
    co_return out;
}

Task<Result<net::Reply>> Sender::post(const store::Delivery& delivery) {
    CO_TRY(const auto webhook, co_await webhooks_.find("", delivery.webhook_id));
    CO_TRY(const auto secrets, co_await webhooks_.secrets(delivery.webhook_id, clock_.now()));
    const auto seconds = clock_.now() / 1'000;
    CO_TRY(const auto signature, sign(secrets, delivery.id, seconds, delivery.body));
    net::Call call;
    call.method = "POST";
    call.url = webhook.url;
    call.body = delivery.body;
    call.limit = call.idle_limit = config_.limit;
    call.connect_limit = std::min<std::chrono::milliseconds>(config_.limit, 10s);
    call.headers.emplace_back("content-type", "application/json");
    call.headers.emplace_back("user-agent", std::string("Docent/") + std::string(version));
    call.headers.emplace_back("webhook-id", delivery.id);
    call.headers.emplace_back("webhook-timestamp", std::to_string(seconds));
    call.headers.emplace_back("webhook-signature", signature);
    Task<Result<net::Reply>> work = net::fetch_beginning(http_, rules_, std::move(call), shown_answer);
    auto reply = co_await with_deadline(config_.limit, std::move(work));
    if (!reply && reply.error().code == ErrorCode::timed_out)
        co_return Error(ErrorCode::timed_out, "the endpoint took too long");
    co_return reply;
}

Task<Status> Sender::forget_old() {
    const auto now = clock_.now();
    if (config_.retention.count() <= 0 || now - forgot_ < forget_every) co_return Status();
    for (std::int64_t gone = forget_at_once; gone == forget_at_once;) {
        CO_TRY(gone, co_await deliveries_.remove_before(now - config_.retention.count(), forget_at_once));
    }
    forgot_ = now;
    co_return Status();
}

Task<Status> Sender::send_due() {
    for (;;) {
        auto begun = co_await begin_due();
        if (!begun || running_ == 0) co_return begun;
        idle_.expires_after(24h);
        co_await idle_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

}  // namespace docent::webhooks
