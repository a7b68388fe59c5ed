#include "net/request_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace docent::net {
namespace {

constexpr std::size_t max_fields = 128;

Refusal bad(std::string message) { return {400, "bad_request", std::move(message)}; }

bool is_token(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               marks.find(c) != marks.npos;
    });
}

bool is_control(unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }

std::string_view trim_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_host(std::string_view text) {
    constexpr std::string_view allowed = ".-_:[]~%!$&'()*+;=";  // RFC 3986 without userinfo's "@"
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               allowed.find(c) != allowed.npos;
    });
}

std::optional<Refusal> check_request_line(std::string_view line, Head& head) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == line.npos || first == last || line.find(' ', first + 1) != last) {
        return bad("the request line must be: method, target, version");
    }
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (!is_token(head.method)) return bad("the method is malformed");
    if (head.target.empty()) return bad("the request target is empty");
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (version.size() != 8 || !version.starts_with("HTTP/") || !digit(version[5]) || version[6] != '.' ||
        !digit(version[7])) {
        return bad("the HTTP version is malformed");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return Refusal{505, "http_version_not_supported", "use HTTP/1.1"};
    }
    head.http10 = version == "HTTP/1.0";
    constexpr std::array<std::string_view, 7> known = {"GET",   "HEAD",   "POST",   "PUT",
                                                       "PATCH", "DELETE", "OPTIONS"};
    if (std::find(known.begin(), known.end(), head.method) == known.end()) {
        return Refusal{501, "method_not_implemented", "this server does not know the method"};
    }
    if (head.target == "*" && head.method != "OPTIONS") return bad("only OPTIONS may ask for *");
    return {};
}

/// Counts what may come once, and reads what frames the body.
struct Framing {
    int hosts = 0;
    bool transfer_encoding = false;

    std::optional<Refusal> field(std::string_view name, std::string_view value, Head& head) {
        const auto key = lower_ascii(name);
        if (key == "host") {
            if (++hosts > 1) return bad("there is more than one Host header");
            if (!is_host(value)) return bad("the Host header is malformed");
        } else if (key == "content-length") {
            if (head.content_length) return bad("there is more than one Content-Length header");
            const auto digits =
                std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
            std::uint64_t length = 0;
            if (value.empty() || value.size() > 18 || !digits ||
                std::from_chars(value.data(), value.data() + value.size(), length).ec != std::errc()) {
                return bad("the Content-Length header is malformed");
            }
            head.content_length = length;
        } else if (key == "transfer-encoding") {
            if (transfer_encoding) return bad("there is more than one Transfer-Encoding header");
            transfer_encoding = true;
            if (lower_ascii(value) != "chunked") {
                return Refusal{501, "transfer_coding_not_implemented",
                               "the only transfer coding here is chunked"};
            }
            head.chunked = true;
        } else if (key == "expect") {
            if (lower_ascii(value) != "100-continue") {
                return Refusal{417, "expectation_failed", "the only expectation here is 100-continue"};
            }
            head.expect_continue = true;
        }
        return {};
    }

    std::optional<Refusal> end(const Head& head) const {
        if (transfer_encoding && head.http10) return bad("HTTP/1.0 has no Transfer-Encoding");
        if (transfer_encoding && head.content_length) {
            return bad("Content-Length and Transfer-Encoding exclude each other");
        }
        if (hosts == 0 && !head.http10) return bad("the Host header is missing");
        return {};
    }
};

}  // namespace

bool HeadScanner::scan(std::string_view bytes) {
    while (!refused_ && position_ < bytes.size()) {
        const char c = bytes[position_];
        if (c == '\r') {
            if (position_ + 1 == bytes.size()) return false;
            if (bytes[position_ + 1] != '\n') break;
            const bool blank = position_ == line_start_;
            position_ += 2;
            line_start_ = position_;
            if (blank) return true;
            continue;
        }
        if (c == '\n' || c == '\0') break;
        ++position_;
    }
    refused_ = position_ < bytes.size();
    return false;
}

std::optional<Refusal> check_head(std::string_view bytes, Head& head) {
    head = Head();
    Framing framing;
    std::size_t fields = 0;
    for (bool first = true; bytes.size() > 2; first = false) {
        const auto end = bytes.find("\r\n");
        if (end == bytes.npos) return bad("a line does not end in CRLF");
        const auto line = bytes.substr(0, end);
        bytes.remove_prefix(end + 2);
        if (std::any_of(line.begin(), line.end(),
                        [](char c) { return is_control(static_cast<unsigned char>(c)); })) {
            return bad("the request head has a control character");
        }
        if (first) {
            if (auto refusal = check_request_line(line, head)) return refusal;
            continue;
        }
        if (++fields > max_fields) return Refusal{431, "headers_too_large", "there are too many headers"};
        if (line.starts_with(' ') || line.starts_with('\t'))
            return bad("a header may not be folded over lines");
        const auto colon = line.find(':');
        if (colon == line.npos || !is_token(line.substr(0, colon))) return bad("a header name is malformed");
        if (auto refusal = framing.field(line.substr(0, colon), trim_blanks(line.substr(colon + 1)), head)) {
            return refusal;
        }
    }
    return framing.end(head);
}

}  // namespace docent::net
