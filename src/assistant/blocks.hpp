#pragma once
#include <string_view>
#include <vector>

namespace docent::assistant {

/// A block of Markdown, as far as quoting needs to tell them apart.
struct Block {
    enum class Kind { paragraph, heading, list, code, table, quote, html, rule };
    Kind kind = Kind::paragraph;
    std::string_view text;  // with the blank lines after it
    bool ordered = false;   // list: numbered steps
};

/// Cuts Markdown into blocks that join to the input again. A list with all that is indented below it is one
/// block, a fence that is never closed goes to the end. Linear in the input.
/// Source: spec.commonmark.org 0.31 (blocks), github.github.com/gfm (tables).
std::vector<Block> split_blocks(std::string_view markdown);

/// The items of a list, with what is indented below them; they join to the input.
std::vector<std::string_view> split_items(std::string_view list);

/// The lines of a text, each with its line feed; they join to the input.
std::vector<std::string_view> split_lines(std::string_view text);

/// The sentences of a paragraph, with the space after them; they join to the input. Knows abbreviations,
/// Chinese and Japanese full stops, and that inline code and links are not cut.
std::vector<std::string_view> split_sentences(std::string_view paragraph);

}  // namespace docent::assistant
