#pragma once
#include <string>
#include <string_view>

namespace docent::search {

/// The path of a page however a person or program wrote it: without scheme and host, query, anchor,
/// slashes at the ends, ".md", ".mdx", ".html" and "/index"; the first page is "index".
std::string normal_path(std::string_view path);

}  // namespace docent::search
