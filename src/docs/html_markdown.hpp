#pragma once
#include <string>

#include "docs/html_tree.hpp"

namespace docent::docs {

/// True for what is no content: scripts, forms' controls, navigation, hidden elements. `inside` is true below
/// the main content, where <header> and <aside> belong to the text.
bool is_dropped(const GumboNode& node, bool inside);

/// The content of an element as GitHub Markdown; blocks are parted by empty lines, none at the ends.
std::string html_to_markdown(const GumboNode& root, bool inside);

/// Its text in one line, without marks.
std::string plain_line(const GumboNode& node);

}  // namespace docent::docs
