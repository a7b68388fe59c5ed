#include "net/sse.hpp"

#include <utility>

namespace docent::net {

void SseDecoder::feed(std::string_view bytes, std::vector<SseEvent>& out) {
    while (!bytes.empty()) {
        if (after_cr_) {
            after_cr_ = false;
            if (bytes.front() == '\n') {
                bytes.remove_prefix(1);
                continue;
            }
        }
        const auto end = bytes.find_first_of("\r\n");
        const auto piece = bytes.substr(0, end);
        if (partial_.size() + piece.size() > limit_) {
            dropping_ = overflowed_ = true;
            partial_.assign("-");  // not blank: a blank line would end the event
        } else {
            partial_ += piece;
        }
        if (end == bytes.npos) return;
        after_cr_ = bytes[end] == '\r';
        line(partial_, out);
        partial_.clear();
        bytes.remove_prefix(end + 1);
    }
}

void SseDecoder::line(std::string_view text, std::vector<SseEvent>& out) {
    if (std::exchange(first_line_, false) && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.empty()) {
        if (has_data_ && !dropping_) out.push_back(std::move(next_));
        next_ = SseEvent();
        has_data_ = dropping_ = false;
        return;
    }
    if (dropping_) return;
    const auto colon = text.find(':');
    if (colon == 0) return;  // a comment
    const auto name = text.substr(0, colon);
    auto value = colon == text.npos ? std::string_view() : text.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    if (name == "data") {
        if (next_.data.size() + value.size() > limit_) {
            dropping_ = overflowed_ = true;
            next_ = SseEvent();
            return;
        }
        if (has_data_) next_.data += '\n';
        next_.data += value;
        has_data_ = true;
    } else if (name == "event") {
        next_.event = value;
    } else if (name == "id" && value.find('\0') == value.npos) {
        next_.id = value;
    }
}

}  // namespace docent::net
