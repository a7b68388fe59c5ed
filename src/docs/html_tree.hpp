#pragma once
#include <gumbo.h>

#include <functional>
#include <string>
#include <string_view>

namespace docent::docs {

/// Parses HTML inside limits of memory and CPU time and gives the document to `read`, which must not
/// throw. False, and `read` not called, when the limits are reached.
bool with_html_tree(std::string_view html, const std::function<void(const GumboNode& document)>& read);

// Small questions to a node. Names are lower case.

inline bool is_element(const GumboNode& node) {
    return node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE;
}
std::string_view tag_of(const GumboNode& node);  // "" for text
std::string_view attribute(const GumboNode& node, const char* name);
bool has_attribute(const GumboNode& node, const char* name);
bool has_class(const GumboNode& node, std::string_view name);

/// The children of an element or document; empty for text.
struct Children {
    const GumboVector* nodes;
    const GumboNode* const* begin() const;
    const GumboNode* const* end() const;
};
Children children(const GumboNode& node);

/// All text below a node, as it stands, up to a megabyte.
std::string text_content(const GumboNode& node);

}  // namespace docent::docs
