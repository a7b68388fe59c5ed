#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace docent::maintenance {

/// A change of form at a line of the page as it was.
struct FormChange {
    enum class Kind {
        trailing_blanks,
        blank_lines,     // several in a row, or blanks on one
        space_around,    // a heading or code block without an empty line before or after it
        heading_blanks,  // "##   Title"
        marker_blanks,   // "-   item"
        table_bars,
        fence_language,  // "```JSON"
        last_line,       // the line end of the file's last line, empty lines behind it
    };
    Kind kind;
    std::size_t line = 0;  // from 1
};
std::string_view to_string(FormChange::Kind kind);

struct FormattedPage {
    std::string text;
    std::vector<FormChange> changes;  // by line
};

/// The page with its form mended and its meaning kept: text inside of code, comments, imports, front matter
/// and of all that runs over lines is the same byte for byte, line ends stay as they are, and hard breaks
/// too. A page that is mended needs no more mending. Takes any bytes.
FormattedPage format_page(std::string_view text, bool mdx);

}  // namespace docent::maintenance
