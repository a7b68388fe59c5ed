#pragma once
#include <string>
#include <string_view>

namespace docent::maintenance {

/// A page as HTML, for comparing what two sources show: an MDX page by the importer's Markdown, a Markdown
/// page by its own (CommonMark and GitHub's tables, strikethrough, autolinks and task lists). The languages
/// of code blocks are in small letters. Front matter is left out.
std::string rendered(std::string_view page, bool mdx);

}  // namespace docent::maintenance
