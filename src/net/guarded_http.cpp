#include "net/guarded_http.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include "base/deadline.hpp"
#include "base/text.hpp"
#include "net/guarded_beginning.hpp"

namespace docent::net {
namespace asio = boost::asio;
namespace {

using tcp = asio::ip::tcp;

constexpr std::size_t most_addresses = 3;  // are tried, one after the other

/// Every address of the host, all of them allowed.
Task<Result<std::vector<std::string>>> resolve(const HostRules& rules, const Target& target) {
    tcp::resolver resolver(co_await asio::this_coro::executor);
    auto [failed, found] =
        co_await resolver.async_resolve(target.host, std::to_string(target.port),
                                        tcp::resolver::numeric_service, asio::as_tuple(asio::use_awaitable));
    if (failed)
        co_return Error(ErrorCode::upstream_failed, "the host " + target.host + " is not known",
                        failed.message());
    std::vector<std::string> out;
    for (const auto& entry : found) {
        const auto address = entry.endpoint().address();
        CO_TRY_VOID(rules.check_address(address, target.port));
        out.push_back(address.to_string());
    }
    if (out.empty())
        co_return Error(ErrorCode::upstream_failed, "the host " + target.host + " has no address");
    if (out.size() > most_addresses) out.resize(most_addresses);
    co_return out;
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// What a browser makes of Location.
Result<std::string> location(const Target& from, const std::string& to) {
    const auto here = from.url();
    const auto base = boost::urls::parse_uri(here);
    const auto reference = boost::urls::parse_uri_reference(to);
    boost::urls::url out;
    if (!base || !reference || !boost::urls::resolve(*base, *reference, out))
        return Error(ErrorCode::upstream_failed, "the other server redirects to a malformed address", to);
    return std::string(out.buffer());
}

bool is_secret(const std::string& name) {
    const auto lower = lower_ascii(name);
    constexpr std::array words{"authorization", "cookie",     "token",    "secret",    "password",  "apikey",
                               "api-key",       "access-key", "auth-key", "signature", "credential"};
    return std::any_of(words.begin(), words.end(),
                       [&](const char* word) { return lower.find(word) != lower.npos; });
}

bool describes_body(const std::string& name) { return lower_ascii(name).starts_with("content-"); }

/// The caller cannot name another host than the URL's, nor how the message is framed.
Status check_headers(const Headers& headers) {
    for (const auto& [name, value] : headers) {
        const auto lower = lower_ascii(name);
        if (lower == "host" || lower == "content-length" || lower == "transfer-encoding" ||
            lower == "connection" || lower == "upgrade" || lower == "te" || lower == "proxy-authorization")
            return invalid("headers: " + repair_utf8(cut_utf8(name, 60)) + " is set by the client itself");
    }
    return {};
}

/// Keeps the beginning of a body and refuses the rest.
class Beginning final : public Sink<std::string> {
public:
    explicit Beginning(std::size_t most) : most_(most) {}
    Task<Status> put(std::string piece) override {
        kept_.append(piece, 0, most_ - kept_.size());
        if (kept_.size() < most_) co_return Status();
        co_return Error(ErrorCode::cancelled, "that is enough of the reply");
    }
    bool full() const { return kept_.size() == most_; }
    std::string take() { return std::move(kept_); }

private:
    const std::size_t most_;
    std::string kept_;
};

Task<Result<Reply>> read_beginning(HttpClient& http, Call call, std::size_t most) {
    Beginning body(most);
    Reply head;
    HttpClient::OnHead on_head = [&head](const Reply& seen) {
        head = seen;
        return Status();
    };
    auto reply = co_await http.stream(std::move(call), body, std::move(on_head));
    if (!reply && !body.full()) co_return reply;
    if (reply) head = *std::move(reply);
    head.body = body.take();
    co_return head;
}

/// What is wrong with the call, or where it may go; its URL is then as the target's.
Task<Result<std::vector<std::string>>> allowed_addresses(const HostRules& rules, Call& call) {
    CO_TRY_VOID(check_headers(call.headers));
    CO_TRY(const auto target, parse_target(call.url));
    CO_TRY_VOID(rules.check_host(target));
    call.url = target.url();
    call.max_redirects = 0;
    auto addresses = co_await resolve(rules, target);
    co_return addresses;
}

bool is_unreachable(const Result<Reply>& reply) { return !reply && reply.error().reason == "unreachable"; }

}  // namespace

Headers mask_secrets(Headers headers) {
    for (auto& [name, value] : headers)
        if (is_secret(name)) value = "***";
    return headers;
}

Task<Result<Reply>> GuardedHttp::fetch_once(Call call) {
    CO_TRY(const auto addresses, co_await allowed_addresses(rules_, call));
    for (std::size_t i = 0;; ++i) {
        call.connect_to = addresses[i];
        Call attempt = call;
        auto reply = co_await http_.fetch(std::move(attempt));
        if (!is_unreachable(reply) || i + 1 == addresses.size()) co_return reply;
    }
}

Task<Result<Reply>> fetch_beginning(HttpClient& http, const HostRules& rules, Call call, std::size_t most) {
    CO_TRY(const auto addresses, co_await allowed_addresses(rules, call));
    for (std::size_t i = 0;; ++i) {
        call.connect_to = addresses[i];
        Call attempt = call;
        auto reply = co_await read_beginning(http, std::move(attempt), most);
        if (!is_unreachable(reply) || i + 1 == addresses.size()) co_return reply;
    }
}

Task<Result<Reply>> GuardedHttp::follow(Call call) {
    for (int left = call.max_redirects;; --left) {
        Call one = call;
        CO_TRY(auto reply, co_await fetch_once(std::move(one)));
        const auto to = reply.headers.find("location");
        if (!is_redirect(reply.status) || to == reply.headers.end()) co_return reply;
        if (left <= 0) co_return Error(ErrorCode::upstream_failed, "the other server redirects too often");
        CO_TRY(const auto from, parse_target(call.url));
        CO_TRY(call.url, location(from, to->second));
        CO_TRY(const auto target, parse_target(call.url));
        if (reply.status != 307 && reply.status != 308 && call.method != "GET" && call.method != "HEAD") {
            call.method = "GET";
            call.body.clear();
            std::erase_if(call.headers, [](const auto& header) { return describes_body(header.first); });
        }
        if (target.origin() != from.origin())
            std::erase_if(call.headers, [](const auto& header) { return is_secret(header.first); });
    }
}

Task<Result<Reply>> GuardedHttp::fetch(Call call) {
    const auto limit = call.limit.count() > 0 ? call.limit : std::chrono::milliseconds(60'000);
    Task<Result<Reply>> work = follow(std::move(call));
    auto reply = co_await with_deadline(limit, std::move(work));
    if (!reply && reply.error().code == ErrorCode::timed_out)
        co_return Error(ErrorCode::timed_out, "the other server took too long", reply.error().detail);
    co_return reply;
}

}  // namespace docent::net
