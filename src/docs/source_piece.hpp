#pragma once
#include <cstddef>

namespace docent::docs {

/// What of a page in MDX or Markdown is no prose: bytes [begin, end) of its text.
struct SourcePiece {
    enum class Kind {
        fence,       // with its fences
        indented,    // code by indentation
        code_span,   // with its backticks
        comment,     // and declarations: <!-- -->, <!x>, <?x>
        esm,         // an import or export statement
        tag,         // opening, closing or void, with its attributes
        raw,         // what stands in <script>, <style> and the like, with the closing tag
        expression,  // with its braces
        autolink,    // <https://...>, with its brackets
    };
    Kind kind;
    std::size_t begin = 0, end = 0;
};

}  // namespace docent::docs
