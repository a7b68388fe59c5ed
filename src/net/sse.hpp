#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace docent::net {

struct SseEvent {
    std::string event;   // empty: "message"
    std::string data;
    std::string id;
};

/// Reads server-sent events from bytes as they come. No I/O; one per stream.
class SseDecoder {
public:
    /// Appends to out the events that bytes completed.
    void feed(std::string_view bytes, std::vector<SseEvent>& out);

private:
    void line(std::string_view text, std::vector<SseEvent>& out);
    std::string partial_;   // a line whose end has not come yet
    SseEvent next_;
    bool has_data_ = false;
};

}  // namespace docent::net
