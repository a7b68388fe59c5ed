#include "llm/stream/utf8_joiner.hpp"

#include "base/text.hpp"

namespace docent::llm {
namespace {

/// Bytes at the end of `text` that begin a character without ending it.
std::size_t unfinished(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0) == 0x80) continue;
        const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        return length > back ? back : 0;
    }
    return 0;
}

}  // namespace

std::string Utf8Joiner::feed(std::string_view bytes) {
    waiting_ += bytes;
    const auto rest = unfinished(waiting_);
    std::string out = repair_utf8(std::string_view(waiting_).substr(0, waiting_.size() - rest));
    waiting_.erase(0, waiting_.size() - rest);
    return out;
}

std::string Utf8Joiner::end() {
    std::string out = repair_utf8(waiting_);
    waiting_.clear();
    return out;
}

}  // namespace docent::llm
