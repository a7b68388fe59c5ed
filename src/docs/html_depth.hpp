#pragma once
#include <cstddef>
#include <string_view>

namespace docent::docs {

/// About how deep the elements of an HTML text nest, found without building a tree; rather too much than too
/// little: an end tag counts only where it closes the element opened last, or those that need no end tag.
/// HTML parsers take time by depth for each tag: deep input is refused before it reaches one. Ends early at
/// stop_at.
std::size_t html_depth_bound(std::string_view html, std::size_t stop_at);

}  // namespace docent::docs
