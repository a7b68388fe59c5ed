// The same comes out of a stream of Markdown however it is cut, and no text that passes has a live link:
// every
// "](" in it stands in code or behind a backslash.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "assistant/link_filter.hpp"

namespace {

using docent::assistant::LinkFilter;

std::string filtered(std::string_view text, std::size_t step) {
    LinkFilter filter;
    std::string out;
    const auto take = [&](const std::vector<LinkFilter::Piece>& pieces) {
        for (const auto& piece : pieces) {
            if (!piece.link) {
                out += piece.text;
            } else {
                out += "\x01" + piece.link->label + "\x02" + piece.link->target + "\x03";
            }
        }
    };
    for (std::size_t i = 0; i < text.size(); i += step) take(filter.feed(text.substr(i, step)));
    take(filter.end());
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || size > 280) return 0;  // longer holds are bounded, which cuts may see differently
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t step = data[0] % 16 + 1;
    const auto whole = filtered(text, text.size());
    if (filtered(text, step) != whole) std::abort();
    if (text.find('`') == text.npos && text.find('~') == text.npos) {
        for (std::size_t at = 0; (at = whole.find("](", at)) != whole.npos; ++at) {
            // "<tag>" is shown as code.
            if (whole[at == 0 ? 0 : at - 1] != '\\' && whole.find('`') == whole.npos) std::abort();
        }
    }
    return 0;
}
