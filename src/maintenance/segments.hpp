#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace docent::maintenance {

/// A piece of a page's source: bytes [begin, end).
struct Segment {
    enum class Kind {
        markup,     // all that is neither text nor code: marks, targets of links, tags, imports, front matter
        prose,      // what a reader sees, with its emphasis marks; line ends inside of a paragraph too
        field,      // the value of title, description or a sidebar title, with its quotes
        attribute,  // text that an element shows (title="..."), without its quotes
        code,       // inside of code blocks and code spans
    };
    Kind kind = Kind::markup;
    std::size_t begin = 0, end = 0;
};

/// Cuts a page into pieces that make the whole text again, in order. Takes any bytes; time is linear.
std::vector<Segment> split_page(std::string_view text, bool mdx);

}  // namespace docent::maintenance
