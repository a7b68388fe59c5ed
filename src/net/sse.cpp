#include "net/sse.hpp"

namespace docent::net {

void SseDecoder::feed(std::string_view bytes, std::vector<SseEvent>& out) {
    for (const char c : bytes) {
        if (c != '\n') {
            partial_.push_back(c);
            continue;
        }
        if (!partial_.empty() && partial_.back() == '\r') partial_.pop_back();
        line(partial_, out);
        partial_.clear();
    }
}

void SseDecoder::line(std::string_view text, std::vector<SseEvent>& out) {
    if (text.empty()) {
        if (has_data_) out.push_back(std::move(next_));
        next_ = SseEvent();
        has_data_ = false;
        return;
    }
    const auto colon = text.find(':');
    if (colon == 0) return;  // a comment
    const auto name = text.substr(0, colon);
    auto value = colon == text.npos ? std::string_view() : text.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    if (name == "data") {
        if (has_data_) next_.data += '\n';
        next_.data += value;
        has_data_ = true;
    } else if (name == "event") {
        next_.event = value;
    } else if (name == "id") {
        next_.id = value;
    }
}

}  // namespace docent::net
