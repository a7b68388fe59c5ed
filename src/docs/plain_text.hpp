#pragma once
#include <string>
#include <string_view>

namespace docent::docs {

/// Plain Markdown -> prose without its marks, appended to `text`; what stands in code blocks and code spans
/// is appended to `code` too (code blocks only there). One line of `text` a block. Linear in time.
void plain_text(std::string_view markdown, std::string& text, std::string& code);

/// The same of one line: a heading, a table cell.
std::string plain_line(std::string_view markdown);

/// Words; Chinese, Japanese and Korean characters count half a word each.
std::size_t count_words(std::string_view text);

}  // namespace docent::docs
