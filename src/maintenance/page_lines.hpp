#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace docent::maintenance {

/// A line of a page's body.
struct PageLine {
    enum class Kind {
        blank,
        text,
        heading,     // "## ..."
        item,        // of a list
        quote,       // "> ..."
        row,         // of a table: begins with "|"
        rule,        // "---" and what underlines a title
        tag,         // begins with an element, or with "{"
        directive,   // ":::"
        fence_open,  // of a code block
        fence_close,
        kept,  // inside of code, comments, imports, formulas and of all that runs over lines: never touched
    };
    Kind kind = Kind::text;
    std::size_t begin = 0, end = 0;  // without the line's end
    std::size_t next = 0;            // behind it
    std::size_t indent = 0;          // bytes
    bool in_list = false;            // an item stands above it, since the last line at the margin or element
};

/// The lines of text[body, ...).
std::vector<PageLine> page_lines(std::string_view text, std::size_t body, bool mdx);

}  // namespace docent::maintenance
