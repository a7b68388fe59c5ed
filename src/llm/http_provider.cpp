#include "llm/http_provider.hpp"

#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "base/deadline.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "llm/stream/event_json.hpp"
#include "llm/upstream_error.hpp"
#include "net/http_client.hpp"

namespace docent::llm {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_error_body = 64 << 10;
constexpr std::size_t max_event = 4 << 20;
constexpr auto after_the_end = 2s;  // for the last bytes of a stream whose reply is complete

/// Takes the stream's bytes, whatever they are.
class Reader final : public Sink<std::string> {
public:
    Reader(StreamParser& parser, Sink<Delta>& out, Watch& watch, std::chrono::milliseconds idle)
        : parser_(parser), out_(out), watch_(watch), idle_(idle) {}

    Status on_head(const net::Reply& head) {
        status = head.status;
        headers = head.headers;
        const auto type = headers.find("content-type");
        const auto value = type == headers.end() ? std::string() : lower_ascii(type->second);
        is_stream_ =
            status == 200 && !value.starts_with("application/json") && !value.starts_with("text/html");
        return {};
    }

    Task<Status> put(std::string bytes) override {
        if (!is_stream_) {
            body.append(bytes, 0, max_error_body - std::min(body.size(), max_error_body));
            if (body.size() >= max_error_body)
                co_return Error(ErrorCode::too_large, "the reply is too large");
            co_return Status();
        }
        events_.clear();
        decoder_.feed(bytes, events_);
        std::vector<Delta> deltas;
        for (const auto& event : events_) {
            if (parser_.complete()) break;
            if (auto read = parser_.read(event, deltas); !read) {
                failure = std::move(read).error();
                break;
            }
            if (parser_.progressed()) watch_.extend(idle_);
            if (parser_.draft.too_long()) break;
        }
        if (decoder_.overflowed() && !failure)
            failure = Error(ErrorCode::upstream_failed, "the model's service sent too large an event");
        if (parser_.may_end_here()) watch_.extend(after_the_end);
        CO_TRY_VOID(co_await pass_on(deltas));
        if (failure) co_return *failure;
        if (parser_.draft.too_long()) co_return Error(ErrorCode::too_large, "the reply is too long");
        co_return Status();
    }

    /// What one read of the socket brought is passed on together: neighbouring pieces of text as one. A
    /// reader that takes its time is not the model's fault.
    Task<Status> pass_on(std::vector<Delta>& deltas) {
        if (!deltas.empty()) watch_.extend(24h);
        for (std::size_t i = 0, next = 0; i < deltas.size(); i = next) {
            next = i + 1;
            auto* text = std::get_if<TextDelta>(&deltas[i]);
            for (; text && next < deltas.size(); ++next) {
                const auto* more = std::get_if<TextDelta>(&deltas[next]);
                if (!more) break;
                text->text += more->text;
            }
            Status taken = co_await out_.put(std::move(deltas[i]));
            if (!taken) {
                caller_failure = taken.error();
                co_return std::move(taken).error();
            }
        }
        if (!deltas.empty()) watch_.extend(parser_.may_end_here() ? after_the_end : idle_);
        co_return Status();
    }

    int status = 0;
    std::map<std::string, std::string> headers;
    std::string body;                     // of what is no stream
    std::optional<Error> failure;         // told within the stream, or of its form
    std::optional<Error> caller_failure;  // out.put()'s

private:
    StreamParser& parser_;
    Sink<Delta>& out_;
    Watch& watch_;
    const std::chrono::milliseconds idle_;
    net::SseDecoder decoder_{max_event};
    std::vector<net::SseEvent> events_;
    bool is_stream_ = false;
};

/// Books what a call used, however it ends.
struct Account {
    Account(const Request& r, const StreamParser& p) : request(r), parser(p) {}
    ~Account() {
        if (request.report) request.report->spent.add(used ? *used : parser.draft.usage_so_far(request));
    }
    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;
    const Request& request;
    const StreamParser& parser;
    std::optional<Usage> used;
};

class HttpProvider final : public Provider {
public:
    HttpProvider(ProviderConfig config, net::HttpClient& http, std::unique_ptr<const WireFormat> format)
        : config_(std::move(config)), http_(http), format_(std::move(format)) {}

    std::int64_t context_tokens() const override { return config_.context_tokens; }

    Task<Result<Reply>> complete(const Request& request, Sink<Delta>& out) override {
        const auto parser = format_->parser();
        Account account(request, *parser);
        Watch watch(config_.first_token_limit);
        Reader reader(*parser, out, watch, config_.idle_limit);
        net::HttpClient::OnHead on_head = [&](const net::Reply& head) { return reader.on_head(head); };
        std::optional<Result<net::Reply>> ended;
        auto stream = http_.stream(make_call(request), reader, std::move(on_head));
        auto kept = keep(std::move(stream), ended);
        const bool in_time = co_await finishes_before(watch, std::move(kept));

        if (request.report) request.report->retry_after = retry_after(reader.headers, system_clock().now());
        auto failed = failure_of(reader, *parser, in_time, ended);
        if (failed) co_return without_key(std::move(*failed));
        std::vector<Delta> last;
        auto reply = parser->draft.finish(request, format_->kind(), last);
        if (reply) account.used = reply->usage;
        Status taken = co_await reader.pass_on(last);
        if (!taken) co_return of_caller(std::move(taken).error());
        co_return reply;
    }

private:
    net::Call make_call(const Request& request) const {
        net::Call call;
        call.method = "POST";
        call.url = join_url(config_.base_url, format_->path(config_.base_url));
        call.headers = format_->headers(config_);
        call.headers.emplace_back("content-type", "application/json");
        call.headers.emplace_back("accept", "text/event-stream");
        call.headers.emplace_back("user-agent", "docent/" + std::string(version));
        call.body = boost::json::serialize(format_->body(request, config_));
        call.limit = 0ms;
        // The watch is what ends a call; this is for a peer that is gone altogether.
        call.idle_limit = std::max(config_.first_token_limit, config_.idle_limit) + 5s;
        call.max_redirects = 0;  // the key goes nowhere else
        return call;
    }

    static Error of_caller(Error error) {
        error.reason = "caller";
        return error;
    }

    std::optional<Error> failure_of(Reader& reader, const StreamParser& parser, bool in_time,
                                    std::optional<Result<net::Reply>>& ended) const {
        if (reader.caller_failure) return of_caller(*reader.caller_failure);
        if (reader.failure) return reader.failure;
        if (reader.status == 200 && !reader.body.empty()) return error_of_body(reader.body);
        if (reader.status != 0 && reader.status != 200) return error_of_status(reader.status, reader.body);
        if (parser.may_end_here() || parser.draft.too_long()) return std::nullopt;
        if (!in_time) {
            const char* when = parser.draft.empty() ? "the model took too long to begin its answer"
                                                    : "the model stopped in the middle of its answer";
            return Error(ErrorCode::timed_out, when).because("stalled");
        }
        if (ended && !*ended) return ended->error();
        return Error(ErrorCode::upstream_failed, "the model's answer broke off before its end");
    }

    /// A 200 that is no stream: an error as JSON, or a page of something else.
    static Error error_of_body(std::string_view body) {
        auto read = parse_event(body);
        const auto* error = read ? object_at(*read, "error") : nullptr;
        if (!error) return error_of_status(200, body);
        const auto code = text_at(*error, "code");
        return error_of_event(code.empty() ? text_at(*error, "type") : code, text_at(*error, "message"));
    }

    Error without_key(Error error) const {
        if (config_.api_key.size() < 8) return error;
        for (auto at = error.detail.find(config_.api_key); at != std::string::npos;
             at = error.detail.find(config_.api_key, at))
            error.detail.replace(at, config_.api_key.size(), "***");
        return error;
    }

    const ProviderConfig config_;
    net::HttpClient& http_;
    const std::unique_ptr<const WireFormat> format_;
};

bool one_line(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos;
}

}  // namespace

std::string join_url(std::string_view base_url, std::string_view path) {
    const auto query = base_url.find('?');
    auto before = base_url.substr(0, query);
    while (before.ends_with('/')) before.remove_suffix(1);
    std::string out(before);
    out += path;
    if (query != base_url.npos) out += base_url.substr(query);
    return out;
}

Result<std::unique_ptr<Provider>> make_http_provider(const ProviderConfig& config, net::HttpClient& http,
                                                     std::unique_ptr<const WireFormat> format) {
    auto own = config;
    if (own.base_url.empty()) own.base_url = format->default_base_url();
    if (!own.base_url.starts_with("https://") && !own.base_url.starts_with("http://"))
        return invalid("base_url must begin with https:// or http://");
    if (!one_line(own.base_url) || own.base_url.find_first_of(" #") != own.base_url.npos)
        return invalid("base_url is no address");
    if (own.model.empty()) return invalid("name must say which model to ask");
    if (!one_line(own.api_key)) return invalid("api_key must be one line");
    if (own.first_token_limit <= 0ms || own.idle_limit <= 0ms)
        return invalid("first_token_limit and idle_limit must be longer than 0");
    return std::unique_ptr<Provider>(std::make_unique<HttpProvider>(std::move(own), http, std::move(format)));
}

}  // namespace docent::llm
