#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace docent::net {

struct SseEvent {
    std::string event;  // empty: "message"
    std::string data;
    std::string id;  // as this event names it; empty: it names none, and the last one stays in force
};

/// Reads server-sent events from bytes as they come (HTML standard, section 9.2.6: lines end in LF, CRLF
/// or CR). No I/O; one per stream. An event larger than `limit` bytes is dropped, and said so.
class SseDecoder {
public:
    explicit SseDecoder(std::size_t limit = 8 << 20) : limit_(limit) {}

    /// Appends to out the events that bytes completed.
    void feed(std::string_view bytes, std::vector<SseEvent>& out);

    /// True once an event was dropped for its size.
    bool overflowed() const { return overflowed_; }

private:
    void line(std::string_view text, std::vector<SseEvent>& out);
    std::string partial_;  // a line whose end has not come yet
    SseEvent next_;
    std::size_t limit_;
    bool has_data_ = false;
    bool after_cr_ = false;  // a LF now belongs to the line end before
    bool first_line_ = true;
    bool dropping_ = false;  // the event that is being read
    bool overflowed_ = false;
};

}  // namespace docent::net
