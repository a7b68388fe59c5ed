#pragma once
#include <string>
#include <string_view>

namespace docent::docs {

/// An HTML page, reduced to what it says.
struct HtmlPage {
    std::string title;        // the first <h1>, else <title> without the site's name
    std::string description;  // of the <meta> elements
    std::string markdown;     // GitHub Markdown of the main content, without the title's heading
    std::string problem;      // why markdown is empty; "" otherwise
};

/// Reads HTML of any kind, well-formed or not. The main content is <main>, [role=main] or the only <article>,
/// else <body>; navigation, scripts, forms, footers and hidden elements are dropped. Text is escaped, so that
/// it reads in Markdown as it did in HTML; nothing of the page is ever run. Input over 16 MiB, or nested
/// deeper than any page for people is, gives a problem.
HtmlPage html_to_page(std::string_view html);

}  // namespace docent::docs
