#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/text.hpp"
#include "net/problem.hpp"
#include "net/server_connection.hpp"
#include "net/target.hpp"

namespace docent::net {
namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace {

using Parser = http::request_parser<http::string_body>;

/// The fields, names in lower case, repeated ones joined. Trailers come later and are left out: a proxy
/// in front has not seen them as headers.
void read_fields(const Parser& parser, Request& request) {
    for (const auto& field : parser.get()) {
        const auto name = field.name_string();
        auto& value = request.headers[lower_ascii(std::string_view(name.data(), name.size()))];
        if (!value.empty()) value += ", ";
        value.append(field.value().data(), field.value().size());
    }
}

/// Gives the parser what is there. Bytes it cannot use yet stay.
boost::system::error_code feed(Parser& parser, std::string& input) {
    boost::system::error_code failed;
    std::size_t used = 0;
    while (used < input.size() && !parser.is_done() && !failed) {
        const auto n = parser.put(asio::buffer(input.data() + used, input.size() - used), failed);
        used += n;
        if (failed == http::error::need_more) {
            failed = {};
            break;
        }
        if (n == 0) break;
    }
    input.erase(0, used);
    return failed;
}

}  // namespace

void Connection::refuse(Incoming& in, const Refusal& refusal) const {
    in.refusal = problem(refusal.status, refusal.code, refusal.message);
    in.keep_alive = false;  // where the next request would begin is not known
}

Task<> Connection::receive_head(Incoming& in, HeadScanner& scanner) {
    const auto& config = core_->config;
    timed_out_ = false;
    phase_ = Phase::idle;
    core_->wheel->arm(*this, config.idle);
    for (;;) {
        if (phase_ == Phase::idle && input_.starts_with("\r\n")) input_.erase(0, 2);  // RFC 9112, 2.2
        if (phase_ == Phase::idle && !input_.empty() && input_ != "\r") {
            phase_ = Phase::head;
            core_->wheel->arm(*this, config.read_header);
        }
        if (phase_ == Phase::head) {
            const bool whole = scanner.scan(input_);
            if (scanner.size() > config.max_header || (!whole && input_.size() > config.max_header)) {
                const Refusal large{431, "headers_too_large", "the request line and headers are too large"};
                refuse(in, large);
                co_return;
            }
            if (scanner.refused()) {
                const Refusal ends{400, "bad_request", "the request head is malformed: lines end in CRLF"};
                refuse(in, ends);
                co_return;
            }
            if (whole) co_return;
        }
        const bool more = co_await read_some();
        if (more) continue;
        if (timed_out_ && phase_ == Phase::head) {
            const Refusal late{408, "request_timeout", "the request took too long to arrive"};
            refuse(in, late);
        } else {
            in.gone = true;
        }
        co_return;
    }
}

Task<> Connection::receive(Incoming& in) {
    const auto& config = core_->config;
    in.request.client = core_->proxies.client(peer_, {});
    HeadScanner scanner;
    co_await receive_head(in, scanner);
    if (in.gone || in.refusal) co_return;

    Head head;
    if (auto refusal = check_head(std::string_view(input_).substr(0, scanner.size()), head)) {
        in.request.method = std::string(head.method);
        refuse(in, *refusal);
        co_return;
    }
    in.http10 = head.http10;
    in.request.method = std::string(head.method);

    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(config.max_header + 1024));
    parser.body_limit(config.max_body);
    boost::system::error_code failed;
    const auto used = parser.put(asio::buffer(input_.data(), scanner.size()), failed);
    if (failed == http::error::body_limit) failed = {};  // told below, with the headers at hand
    if (failed || used != scanner.size()) {
        const Refusal malformed{400, "bad_request", "the request head is malformed"};
        refuse(in, malformed);
        co_return;
    }
    read_fields(parser, in.request);
    in.request.client = core_->proxies.client(peer_, in.request.header("x-forwarded-for"));
    const auto target = read_target(head.target, in.request);
    const bool too_large = head.content_length.value_or(0) > config.max_body;
    const bool expects = head.expect_continue && !head.http10;
    input_.erase(0, scanner.size());  // head's views end here
    const Refusal large{413, "too_large",
                        "the request body is larger than " + std::to_string(config.max_body) + " bytes"};
    if (!target) {
        const Refusal bad{400, "bad_request", target.error().message};
        refuse(in, bad);
        co_return;
    }
    if (too_large) {
        refuse(in, large);
        co_return;
    }
    in.keep_alive = parser.keep_alive();

    parser.eager(true);
    if (!parser.is_done()) {
        phase_ = Phase::body;
        core_->wheel->arm(*this, config.read_body);
        if (expects && input_.empty()) {
            const bool told = co_await write_all("HTTP/1.1 100 Continue\r\n\r\n", {});
            in.gone = !told;
            if (in.gone) co_return;
            core_->wheel->arm(*this, config.read_body);
        }
    }
    while (!parser.is_done()) {
        failed = feed(parser, input_);
        if (failed == http::error::body_limit) {
            refuse(in, large);
            co_return;
        }
        if (failed ||
            input_.size() > config.max_header) {     // what is left is a chunk's size line, or trailers
            if (parser.is_done() && !failed) break;  // or the next request
            const Refusal malformed{400, "bad_request", "the request body's chunks are malformed"};
            refuse(in, malformed);
            co_return;
        }
        if (parser.is_done()) break;
        const bool more = co_await read_some();
        if (more) continue;
        if (!timed_out_) {
            in.gone = true;
            co_return;
        }
        const Refusal late{408, "request_timeout", "the request body took too long to arrive"};
        refuse(in, late);
        co_return;
    }
    in.request.body = std::move(parser.get().body());
    if (input_.empty()) std::string().swap(input_);
}

}  // namespace docent::net
