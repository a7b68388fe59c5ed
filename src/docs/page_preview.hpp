#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docent::docs {

/// A page as readers of the site see it, of one file alone.
struct PagePreview {
    std::string title;
    std::string description;
    std::string markdown;              // plain GitHub Markdown, as the import makes it
    std::vector<std::string> missing;  // snippets that are not there
    std::string problem;               // of the front matter; "" when nothing is wrong
};

/// True for what the import takes as a page: Markdown, MDX, HTML.
bool is_page_file(std::string_view file);

/// Gives the text of a file by its path in the tree; nothing when there is none.
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;

/// What the import makes of one page, with the snippets and variables of the site that it lies in (the
/// nearest docs.json or mint.json above it). What other pages and API descriptions add is not in it. Any
/// bytes do.
PagePreview preview_page(const std::string& file, std::string_view text, const ReadFile& read);

}  // namespace docent::docs
