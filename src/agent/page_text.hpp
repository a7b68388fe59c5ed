#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace docent::agent {

/// What a web page says, for reading. All of it is the page's own word.
struct PageText {
    struct Link {
        std::string text, url;
    };
    std::string title;
    std::string content;      // Markdown of the main content
    std::vector<Link> links;  // to web pages, absolute, each address once, at most 100
};

/// Reads HTML that came from `url`. What cannot be read is an empty page.
PageText page_text(std::string_view html, const std::string& url);

}  // namespace docent::agent
