#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "docs/front_matter.hpp"

namespace docent::docs {

/// "guides/a.mdx" -> "guides/a".
std::string_view without_extension(std::string_view file);

/// The folder that stands for its page: "cli/index" -> "cli", "index" -> "index".
std::string fold_index(std::string_view path);

/// A page's path in a plain tree: order numbers off ("02-chat/01-use.mdx" -> "chat/use"), README as index,
/// the front matter's `slug` and `id` as Docusaurus reads them. `root`: the folder all pages share
/// ("content"), cut off.
std::string plain_page_path(std::string_view file, std::string_view root, const FrontMatter& fields);

/// The leading folder that says only "here are the docs" ("docs", "content", "src", ...), when every file is
/// below it.
std::string content_root(const std::vector<std::string>& files);

}  // namespace docent::docs
