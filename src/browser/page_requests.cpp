#include "browser/page_requests.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "base/base64.hpp"
#include "base/deadline.hpp"
#include "base/json_fields.hpp"
#include "base/text.hpp"

namespace docent::browser {
namespace json = boost::json;
namespace {

constexpr std::size_t most_refused = 20;

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& all, std::string_view one) {
    return std::ranges::find(all, one) != all.end();
}

// What a reader does not see, or what would never end.
constexpr std::array<std::string_view, 7> unwanted{"Media",    "WebSocket", "EventSource",       "Ping",
                                                   "Prefetch", "Manifest",  "CSPViolationReport"};
constexpr std::array<std::string_view, 4> methods{"GET", "HEAD", "POST", "OPTIONS"};
// Set by the client itself.
constexpr std::array<std::string_view, 9> own_headers{
    "accept-encoding",   "connection", "content-length",      "host",      "te",
    "transfer-encoding", "upgrade",    "proxy-authorization", "keep-alive"};
// Of a body that is no longer as it was sent.
constexpr std::array<std::string_view, 5> framing{"connection", "content-encoding", "content-length",
                                                  "transfer-encoding", "keep-alive"};

std::string media_type_of(const net::Reply& reply) {
    const auto found = reply.headers.find("content-type");
    if (found == reply.headers.end()) return {};
    return lower_ascii(trim(std::string_view(found->second).substr(0, found->second.find(';'))));
}

bool is_shown(const std::string& type) {
    return type.empty() || type.starts_with("text/") || type.starts_with("image/") ||
           type.ends_with("+xml") || type.ends_with("/xml") || type.ends_with("json") ||
           type.ends_with("javascript");
}

bool is_redirect(const net::Reply& reply) {
    return reply.status >= 300 && reply.status < 400 && reply.headers.contains("location");
}

}  // namespace

PageRequests::PageRequests(boost::asio::any_io_executor loop, net::HttpClient& http, net::HostRules rules,
                           const Limits& limits, DevTools& devtools)
    : limits_(limits), devtools_(devtools), http_(http, std::move(rules)), tasks_(loop) {}

void PageRequests::begin(std::string session, std::string main_frame) {
    session_ = std::move(session);
    main_frame_ = std::move(main_frame);
}

Task<> PageRequests::stop() { return tasks_.stop(); }

Result<PageRequests::Asked> PageRequests::read(const json::object& paused) const {
    const auto* request = paused.if_contains("request");
    Asked asked;
    asked.id = text_of(paused, "requestId");
    asked.type = text_of(paused, "resourceType");
    asked.page = asked.type == "Document" && text_of(paused, "frameId") == main_frame_;
    if (!request || !request->is_object()) return invalid("a request without itself");
    const auto& of = request->get_object();
    asked.call.method = text_of(of, "method");
    asked.call.url = text_of(of, "url");
    asked.call.body = text_of(of, "postData");
    const auto* has_body = of.if_contains("hasPostData");
    if (has_body && has_body->is_bool() && has_body->get_bool() && asked.call.body.empty())
        return invalid("a body that is not told");
    if (!is_one_of(methods, asked.call.method)) return invalid("a method that pages do not need");
    if (is_one_of(unwanted, asked.type)) return invalid("a kind that no reader sees");
    if (const auto* headers = of.if_contains("headers"); headers && headers->is_object()) {
        for (const auto& header : headers->get_object()) {
            if (header.value().is_string() && !is_one_of(own_headers, lower_ascii(header.key())))
                asked.call.headers.emplace_back(std::string(header.key()),
                                                std::string(header.value().get_string()));
        }
    }
    asked.call.limit = limits_.reply;
    asked.call.max_body = limits_.reply_bytes;
    return asked;
}

void PageRequests::take(const json::object& paused) {
    auto asked = read(paused);
    if (!asked || begun_ >= limits_.requests || bytes_ >= limits_.all_bytes)
        return refuse(text_of(paused, "requestId"), "BlockedByClient");
    ++begun_;
    ++running_;
    if (asked->page) page_failed_.reset();
    if (on_change) on_change();
    Asked one = *std::move(asked);
    tasks_.spawn("a request of a page", answer(std::move(one)));
}

Task<> PageRequests::answer(Asked asked) {
    struct Ended {
        PageRequests& of;
        ~Ended() {
            --of.running_;
            if (of.on_change) of.on_change();
        }
    } ended{*this};
    const auto place = co_await slots_.wait(limits_.whole);
    if (!place) co_return;
    net::Call call = asked.call;
    Task<Result<net::Reply>> fetching = http_.fetch_once(std::move(call));
    auto reply = co_await with_deadline(limits_.reply, std::move(fetching));
    Status good;
    if (reply && asked.page && !is_redirect(*reply)) good = check_page(*reply);
    if (!reply)
        fail(asked, reply.error());
    else if (!good)
        fail(asked, good.error());
    else
        fulfil(asked, *reply);
}

Status PageRequests::check_page(const net::Reply& reply) const {
    const auto type = media_type_of(reply);
    const auto disposition = reply.headers.find("content-disposition");
    const bool file =
        disposition != reply.headers.end() && lower_ascii(disposition->second).starts_with("attachment");
    if (!file && is_shown(type)) return {};
    return invalid("the address is no page but a file (" + repair_utf8(cut_utf8(type, 100)) + ")")
        .because("not_a_page");
}

void PageRequests::fulfil(const Asked& asked, const net::Reply& reply) {
    if (asked.page && !is_redirect(reply)) status_ = reply.status;
    bytes_ += reply.body.size();
    json::array headers;
    for (const auto& [name, value] : reply.headers) {
        if (is_one_of(framing, name)) continue;
        json::object header;
        header["name"] = repair_utf8(name);
        header["value"] = repair_utf8(value);
        headers.push_back(std::move(header));
    }
    json::object params;
    params["requestId"] = asked.id;
    params["responseCode"] = reply.status;
    params["responseHeaders"] = std::move(headers);
    params["body"] = base64(reply.body);
    devtools_.tell("Fetch.fulfillRequest", params, session_);
}

void PageRequests::fail(const Asked& asked, const Error& error) {
    const bool not_allowed = error.code == ErrorCode::permission_denied;
    if (not_allowed && refused_.size() < most_refused) {
        const auto target = net::parse_target(asked.call.url);
        if (target && std::ranges::find(refused_, target->host) == refused_.end())
            refused_.push_back(target->host);
    }
    // What a page that is there leads on to, and does not get, leaves it as it is.
    if (asked.page && status_ > 0) return refuse(asked.id, "Aborted");
    if (asked.page) page_failed_ = error;
    refuse(asked.id, not_allowed                          ? "BlockedByClient"
                     : error.code == ErrorCode::timed_out ? "TimedOut"
                                                          : "Failed");
}

void PageRequests::refuse(const std::string& id, const char* reason) {
    json::object params;
    params["requestId"] = id;
    params["errorReason"] = reason;
    devtools_.tell("Fetch.failRequest", params, session_);
}

}  // namespace docent::browser
