#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/index.hpp"

namespace docent::api {

/// A page as Markdown: its title as heading, its description as quotation, then its text.
std::string page_text(const search::PageView& page);

/// The page of this path if programs may read it: in the contents or found by search, and for everybody.
std::optional<std::uint32_t> find_readable(const search::Index& index, std::string_view path);

/// The pages that programs may read: those that search finds and everybody may see.
std::vector<std::uint32_t> readable_pages(const search::Index& index);

/// The pages of llms.txt, in the site's order: listed, for everybody, in the site's default language and
/// version (those of its first page that has one).
std::vector<std::uint32_t> listed_pages(const search::Index& index);

/// llms.txt (llmstxt.org): heading, description, a link to each listed page's Markdown below `base`. At
/// most 100,000 characters: descriptions are shortened first, then entries dropped with a note. A site's
/// own llms.txt is returned as it is.
std::string llms_text(const search::Index& index, const std::string& base);
inline constexpr std::size_t max_llms_text = 100'000;

}  // namespace docent::api
