#include "sandbox/captured.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace docent::sandbox {

std::string_view Captured::add(std::string_view bytes) {
    bytes_ += bytes.size();
    const auto into_head = bytes.substr(0, std::min(bytes.size(), half_ - head_.size()));
    head_ += into_head;
    bytes.remove_prefix(into_head.size());
    if (bytes.size() > half_) {
        tail_.clear();
        bytes.remove_prefix(bytes.size() - half_);
    }
    tail_ += bytes;
    if (tail_.size() > 2 * half_) tail_.erase(0, tail_.size() - half_);
    return into_head;
}

std::string Captured::text() const {
    std::string_view tail = std::string_view(tail_).substr(tail_.size() - tail_size());
    if (!truncated()) return repair_utf8(head_ + std::string(tail));
    // A character that the cut went through is left out whole.
    std::string_view head = head_;
    for (int i = 0;
         i < 3 && !head.empty() && !is_utf8(head.substr(head.size() - std::min<std::size_t>(4, head.size())));
         ++i) {
        const auto last = static_cast<unsigned char>(head.back());
        head.remove_suffix(1);
        if ((last & 0xC0) == 0xC0) break;
    }
    while (!tail.empty() && (static_cast<unsigned char>(tail.front()) & 0xC0) == 0x80) tail.remove_prefix(1);
    const auto left_out = bytes_ - head.size() - tail.size();
    return repair_utf8(head) + fmt::format("\n[... {} bytes left out ...]\n", left_out) + repair_utf8(tail);
}

}  // namespace docent::sandbox
