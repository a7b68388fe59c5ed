#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace docent::docs {

/// A top-level piece of plain Markdown: what a section may be cut between.
struct Block {
    enum class Kind { paragraph, code, item, row, heading, begin, end };  // begin, end: section marks
    Kind kind = Kind::paragraph;
    std::string_view source;  // with its line feeds
    int level = 0;            // heading
    std::string_view title;   // heading: without "#"s and `{#id}`
    std::string_view id;      // heading: its own
    bool joined = false;      // follows the block before without a blank line (items and rows)
};

/// Linear in time for any bytes.
std::vector<Block> split_blocks(std::string_view marked);

}  // namespace docent::docs
