#pragma once
#include <string_view>
#include <vector>

#include "docs/site.hpp"

namespace docent::docs {

/// The links of a page's source, as written and with their lines: Markdown links, reference definitions,
/// `href` and `to` of elements. Not those in code, not images. `first_line`: of the text's first line.
std::vector<Link> find_links(std::string_view source, std::uint32_t first_line);

}  // namespace docent::docs
