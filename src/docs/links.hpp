#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "docs/site.hpp"
#include "docs/source_piece.hpp"

namespace docent::docs {

/// How a file is read: where its links may stand, and what is code.
enum class Syntax {
    mdx,
    markdown,  // braces and `import` are text
    html,
    script,  // .jsx, .tsx, .js: elements and properties
};

/// The syntax of a file by its extension. In a site with a docs.json, .md files are MDX as well.
Syntax syntax_of(std::string_view file, bool mintlify);

/// A link as it stands in a source.
struct LinkSpan {
    enum class Form {
        link,        // [text](target)
        image,       // ![text](target)
        definition,  // [name]: target
        autolink,    // <target>
        attribute,   // href="target", to="target" of an element or href: "target" of a property
        source,      // src="target" and other attributes that name a picture or a file
        import,      // import X from "target", <Snippet file="target">
    };
    Form form = Form::link;
    std::size_t begin = 0, end = 0;  // bytes of the target in the source, without brackets and quotes
    std::uint32_t line = 0;          // of the target, from 1
    std::string text;                // of Markdown links: what a reader sees; of definitions: the name

    std::string_view target(std::string_view source) const { return source.substr(begin, end - begin); }
};

/// All links of a source (a page without its front matter), in order and apart from each other; not those in
/// code blocks, code spans and comments. Takes any bytes; time is linear.
std::vector<LinkSpan> find_link_spans(std::string_view source, Syntax syntax);

/// The links to follow, as written and with their lines: Markdown links, reference definitions, `href` and
/// `to` of elements. `first_line`: of the text's first line.
std::vector<Link> find_links(std::string_view source, std::uint32_t first_line, Syntax syntax = Syntax::mdx);
/// The same for MDX or Markdown that is parsed already: with its pieces, as parse_mdx() tells them.
std::vector<Link> find_links(std::string_view source, std::uint32_t first_line,
                             const std::vector<SourcePiece>& pieces);

}  // namespace docent::docs
