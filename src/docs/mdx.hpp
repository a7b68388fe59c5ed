#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "docs/source_piece.hpp"

namespace docent::docs {

struct MdxOptions {
    bool mdx = true;   // false: plain Markdown, where braces are braces
    std::string file;  // of the page, below the root: what its relative imports start from
    const std::map<std::string, std::string>* variables = nullptr;  // {{name}}
    /// The text of a snippet by its path below the root, front matter included; nothing when there is none.
    std::function<std::optional<std::string>(const std::string& path)> snippet;
};

struct MdxPage {
    /// GitHub Markdown with section marks (see below) and `{#id}` on headings that have one of their own.
    std::string marked;
    std::vector<std::string> ids;  // elements' ids and parameters' anchors: link targets beside the headings
    std::vector<std::string> snippets;  // files that went into it
    std::vector<std::string> missing;   // snippets that could not be read
    /// What of the text is no prose. Nothing when other bytes than the text's were parsed: it has control
    /// characters, carriage returns or variables.
    std::optional<std::vector<SourcePiece>> pieces;
};

/// Lines of `marked` that frame a section which ends before the next heading (an accordion, a tab, an
/// update): its first heading is its title, headings inside stay below that. They are no part of the text.
inline constexpr std::string_view section_begin = "\x02(";
inline constexpr std::string_view section_end = "\x02)";

/// MDX or Markdown (without front matter) -> plain Markdown: components as text, no JSX, no comments, code
/// fences byte for byte. Takes any bytes (ill-formed UTF-8 is repaired); time and size are bounded.
MdxPage mdx_to_markdown(std::string_view text, const MdxOptions& options);

/// "/snippets/a.mdx", "./b.mdx", "../c.mdx" as written in `file` -> path below the root; "" when it leaves
/// it.
std::string resolve_path(std::string_view written, std::string_view file);

}  // namespace docent::docs
