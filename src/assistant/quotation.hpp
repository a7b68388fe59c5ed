#pragma once
#include <string>
#include <string_view>

namespace docent::assistant {

/// Where a quoted piece of Markdown comes from.
struct Origin {
    std::string page_path;  // "guides/quickstart"
    std::string page_url;   // where the page is: "/docs/guides/quickstart", or absolute
    std::string base_path;  // before site paths: "" or "/docs"
};

/// Markdown as it can stand in an answer: links lead where they led on their page, images, comments and
/// HTML tags are gone. Code is left as it is.
std::string quotable(std::string_view markdown, const Origin& origin);

/// The address a link on the page leads to.
std::string resolve_link(std::string_view target, const Origin& origin);

/// Words of a text for people: runs between spaces; a Chinese or Japanese character counts half.
std::size_t count_words(std::string_view text);

}  // namespace docent::assistant
