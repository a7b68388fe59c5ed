#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "assistant/link_claims.hpp"

namespace docent::assistant {

/// Finds the links in a stream of Markdown, so that each can be judged before a reader sees it. Everything
/// else passes at once; held back are the bytes of an unfinished link, code span or tag, and a link that
/// begins a sentence, with the rest of the sentence (at most 400 bytes).
///
/// What comes out as text holds no live link, image or HTML tag, for any renderer: brackets and tags that a
/// renderer could read otherwise than this class does are escaped. Code passes as it is.
class LinkFilter {
public:
    using Piece = LinkPiece;

    std::vector<Piece> feed(std::string_view text);
    /// What is left at the stream's end.
    std::vector<Piece> end();

private:
    struct Fence {
        char mark = 0;  // 0: not in a code block
        std::size_t length = 0, indent = 0;
        bool quoted = false, doubtful = false;
    };

    void scan(bool whole);
    // Each returns the bytes that it took; npos: more are needed.
    std::size_t take(std::size_t at, bool whole);
    std::size_t take_line_start(std::size_t at, bool whole);
    std::size_t take_code_line(std::size_t at, bool whole);
    std::size_t take_inline(std::size_t at, bool whole);
    std::size_t take_bracket(std::size_t at, bool image, bool whole);
    std::size_t take_angle(std::size_t at, bool whole);
    std::size_t take_code_span(std::size_t at, bool whole);

    void pass_words(std::string_view shown, std::string_view read);  // text, and how it reads
    void pass_link(WrittenLink link, std::string_view raw);

    std::string held_;
    LinkClaims claims_;
    Fence fence_;
    std::string code_;  // of the block so far
    bool line_start_ = true;
    bool content_start_ = true;    // only markers stand before in this line
    std::size_t list_indent_ = 0;  // columns of the last list item's content
};

}  // namespace docent::assistant
