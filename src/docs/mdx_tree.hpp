#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "docs/jsx.hpp"
#include "docs/source_piece.hpp"

namespace docent::docs {

/// A code fence, taken out of the text so that nothing else can change it. In the text its place is
/// fence_mark(n); the marks are control characters, which are no part of any page.
struct Fence {
    std::string language;
    std::string title;
    std::string content;  // lines without the fence's own indentation, each with its line feed
};

constexpr char fence_byte = '\x01';
std::string fence_mark(std::size_t n);

/// A page between source and Markdown: text with elements in it. Element names that are ours:
/// ":note" and the like (::: admonitions, with `title`), "{}" (an expression; its source is `text`).
struct Node {
    std::string text;  // of a text node
    bool element = false;
    bool closed = false;  // had its closing tag, or closed itself
    bool block = false;   // began its line
    Tag tag;
    std::vector<Node> children;
};

/// An import of the page: `import Name from "file"`, `import { a, b as c } from "file"`.
struct ImportedName {
    std::string name;      // in this page
    std::string exported;  // "default" or its name in the file
    std::string file;
};

struct MdxTree {
    std::vector<Node> nodes;
    std::vector<SourcePiece> pieces;  // in order, apart from each other
    std::vector<ImportedName> imports;
    std::map<std::string, std::string> exports;  // export const name = "text"
};

/// Parses any bytes; never fails. `mdx`: braces are expressions, import and export lines are code.
/// Appends the fences it takes out to `fences`; marks count from there.
MdxTree parse_mdx(std::string_view text, bool mdx, std::vector<Fence>& fences);

}  // namespace docent::docs
