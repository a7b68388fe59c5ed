#pragma once
#include <cstddef>
#include <string_view>

namespace docent::assistant {

/// The markers at a line's beginning: indentation, quotation marks, list markers.
/// Source: spec.commonmark.org 0.31, "Container blocks".
struct LineStart {
    bool more = false;          // that cannot be told yet
    std::size_t size = 0;       // bytes before the content
    std::size_t columns = 0;    // the content's, behind the last '>'
    std::size_t last_list = 0;  // columns of the list item's content; 0: none
    bool quoted = false, listed = false;
};

/// `whole` says that nothing follows the text.
LineStart parse_line_start(std::string_view text, bool whole);

}  // namespace docent::assistant
