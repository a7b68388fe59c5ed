#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace docent::net {

/// Why a request is refused before a handler sees it.
struct Refusal {
    int status = 400;
    std::string code;
    std::string message;
};

/// Where the head (request line and headers) ends in bytes that arrive piecemeal. Line ends other than
/// CRLF are refused as soon as they are seen: what reads them otherwise is how requests are smuggled.
class HeadScanner {
public:
    /// `bytes` is everything received so far. True once the head is whole: size() bytes, blank line
    /// included. A refusal is in refused().
    bool scan(std::string_view bytes);
    std::size_t size() const { return position_; }
    bool refused() const { return refused_; }

private:
    std::size_t position_ = 0;
    std::size_t line_start_ = 0;
    bool refused_ = false;
};

/// What the framing of a request depends on. Views into the checked head.
struct Head {
    std::string_view method;
    std::string_view target;
    bool http10 = false;
    bool chunked = false;
    std::optional<std::uint64_t> content_length;
    bool expect_continue = false;
};

/// Checks a whole head strictly, where the parser behind it is lenient: RFC 9112 with every "MAY reject"
/// taken. Filled `head` on success, else the refusal.
std::optional<Refusal> check_head(std::string_view bytes, Head& head);

}  // namespace docent::net
