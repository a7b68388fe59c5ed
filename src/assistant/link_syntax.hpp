#pragma once
#include <string>
#include <string_view>

namespace docent::assistant {

// Pieces of Markdown that a stream may break off anywhere in. Each function looks at a text that begins with
// the piece's first character; `whole` says that nothing follows the text.
// Source: spec.commonmark.org 0.31 (code spans, links, autolinks), github.github.com/gfm (extended
// autolinks).

enum class Parsed {
    no,  // it is something else
    yes,
    more,  // that cannot be told yet
};

struct LinkSyntax {
    Parsed parsed = Parsed::no;
    std::size_t size = 0;  // bytes that it takes
    std::string label;     // as written; "" for an address alone
    std::string target;    // "" for a reference to a definition
};

/// "[label](target "title")", "[label][reference]", from the bracket on. More lenient than the standard where
/// a model means a link: the target may have spaces.
LinkSyntax parse_link(std::string_view text, bool whole);

/// "`code`", in one line. A longer one than 1,000 bytes is none.
LinkSyntax parse_code_span(std::string_view text, bool whole);

/// "<https://...>": an address between angle brackets. Anything else is no.
LinkSyntax parse_autolink(std::string_view text, bool whole);

/// "<tag ...>" in one line, or "no" when '<' stands for itself. `label` is the tag's name and slashes, in
/// lower case, when it has no attributes.
LinkSyntax parse_tag(std::string_view text, bool whole);

/// "https://...", "www....": an address that stands for itself.
LinkSyntax parse_address(std::string_view text, bool whole);

}  // namespace docent::assistant
