// Blocks, units, items, lines and sentences join to the text they were cut from, and quoting never fails.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "assistant/blocks.hpp"
#include "assistant/excerpt.hpp"
#include "assistant/quotation.hpp"

namespace {

/// Pieces must follow each other without a gap from the first byte to the last.
template <class Pieces, class Text>
void must_join(std::string_view whole, const Pieces& pieces, Text text) {
    const char* at = whole.data();
    for (const auto& piece : pieces) {
        const std::string_view view = text(piece);
        if (view.data() != at || view.empty()) std::abort();
        at += view.size();
    }
    if (at != whole.data() + whole.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace docent::assistant;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto same = [](std::string_view view) { return view; };
    const auto of_block = [](const Block& block) { return block.text; };
    const auto blocks = split_blocks(text);
    must_join(text, blocks, of_block);
    must_join(text, split_lines(text), same);
    must_join(text, split_sentences(text), same);
    for (const auto& block : blocks) must_join(block.text, split_items(block.text), same);
    must_join(text, split_units(text), [](const Unit& unit) { return unit.text; });
    Origin origin;
    origin.page_path = "a/b";
    origin.page_url = "/docs/a/b";
    origin.base_path = "/docs";
    (void)quotable(text, origin);
    return 0;
}
