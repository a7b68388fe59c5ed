#include "docs/html.hpp"

#include <array>
#include <vector>

#include "base/text.hpp"
#include "docs/html_depth.hpp"
#include "docs/html_markdown.hpp"
#include "docs/html_tree.hpp"

namespace docent::docs {
namespace {

constexpr std::size_t max_bytes = 16 << 20;
constexpr std::size_t max_html_depth = 512;

/// What one walk over the document finds.
struct Found {
    const GumboNode* body = nullptr;
    const GumboNode* main = nullptr;
    const GumboNode* role_main = nullptr;
    const GumboNode* title = nullptr;
    std::vector<const GumboNode*> articles;
    std::string description, og_description, og_title;
};

void look_at(const GumboNode& node, Found& found) {
    const auto tag = tag_of(node);
    if (tag == "body" && !found.body) found.body = &node;
    if (tag == "main" && !found.main) found.main = &node;
    if (attribute(node, "role") == "main" && !found.role_main) found.role_main = &node;
    if (tag == "article") found.articles.push_back(&node);
    if (tag == "title" && !found.title) found.title = &node;
    if (tag != "meta") return;
    const auto content = std::string(attribute(node, "content"));
    if (attribute(node, "name") == "description") found.description = content;
    if (attribute(node, "property") == "og:description") found.og_description = content;
    if (attribute(node, "property") == "og:title") found.og_title = content;
}

Found walk(const GumboNode& document) {
    Found found;
    std::vector<const GumboNode*> open{&document};
    while (!open.empty()) {
        const GumboNode& node = *open.back();
        open.pop_back();
        look_at(node, found);
        const Children list = children(node);
        for (const auto* const* child = list.end(); child != list.begin();) open.push_back(*--child);
    }
    return found;
}

bool is_inside(const GumboNode& node, const GumboNode& other) {
    for (const auto* up = node.parent; up; up = up->parent)
        if (up == &other) return true;
    return false;
}

/// The one article inside main where there is one: beside it stand side bars.
const GumboNode* main_content(const Found& found) {
    const GumboNode* main = found.main ? found.main : found.role_main;
    const GumboNode* article = nullptr;
    std::size_t articles = 0;
    for (const auto* candidate : found.articles)
        if (!main || is_inside(*candidate, *main)) {
            article = candidate;
            ++articles;
        }
    if (articles == 1) return article;
    return main ? main : found.body;
}

/// "Install - The Docs" without what names the site.
std::string page_title(std::string text) {
    for (const std::string_view mark :
         {" | ", " \xE2\x80\x94 ", " \xE2\x80\x93 ", " - ", " \xC2\xB7 ", " :: "})
        if (const auto at = text.rfind(mark); at != std::string::npos && at > 0) return text.substr(0, at);
    return text;
}

const GumboNode* first_heading(const GumboNode& root) {
    std::vector<const GumboNode*> open{&root};
    while (!open.empty()) {
        const GumboNode& node = *open.back();
        open.pop_back();
        if (&node != &root && is_dropped(node, true)) continue;
        if (tag_of(node) == "h1") return &node;
        const Children list = children(node);
        for (const auto* const* child = list.end(); child != list.begin();) open.push_back(*--child);
    }
    return nullptr;
}

/// Takes the first "# ..." line out, if nothing but the title it is; gives its words.
std::string take_title(std::string& markdown) {
    std::size_t at = 0;
    bool fenced = false;
    while (at < markdown.size()) {
        const auto end = std::min(markdown.find('\n', at), markdown.size());
        const std::string_view line = std::string_view(markdown).substr(at, end - at);
        if (line.starts_with("```")) fenced = !fenced;
        if (!fenced && line.starts_with("# ")) {
            std::string words(line.substr(2));
            std::size_t after = end;
            while (after < markdown.size() && markdown[after] == '\n') ++after;
            markdown.erase(at, after - at);
            return words;
        }
        at = end + 1;
    }
    return {};
}

HtmlPage read_page(const GumboNode& document) {
    HtmlPage page;
    const Found found = walk(document);
    page.description =
        std::string(trim(found.description.empty() ? found.og_description : found.description));
    const GumboNode* content = main_content(found);
    if (content) page.markdown = html_to_markdown(*content, content != found.body);
    if (page.markdown.empty() && found.body && content != found.body) {
        content = found.body;
        page.markdown = html_to_markdown(*content, false);
    }
    const std::string from_head =
        found.title ? page_title(plain_line(*found.title)) : std::string(trim(found.og_title));
    if (const auto* heading = content ? first_heading(*content) : nullptr; heading) {
        if (!take_title(page.markdown).empty()) {
            page.title = plain_line(*heading);
            while (page.title.ends_with("\xC2\xB6") || page.title.ends_with("#"))
                page.title.resize(
                    trim(page.title.substr(0, page.title.size() - (page.title.ends_with('#') ? 1 : 2)))
                        .size());
        }
    }
    if (page.title.empty()) page.title = from_head;
    while (page.markdown.ends_with('\n')) page.markdown.pop_back();
    if (!page.markdown.empty())
        page.markdown += '\n';
    else
        page.problem = "the page has no text";
    return page;
}

}  // namespace

HtmlPage html_to_page(std::string_view html) {
    HtmlPage page;
    if (html.size() > max_bytes) {
        page.problem = "larger than 16 MiB";
        return page;
    }
    // The parser takes UTF-8 only, and text ends at NUL for some of its interface.
    std::string text = repair_utf8(html);
    std::erase(text, '\0');
    if (html_depth_bound(text, max_html_depth) >= max_html_depth) {
        page.problem = "the elements are nested too deeply";
        return page;
    }
    const bool read = with_html_tree(text, [&](const GumboNode& document) { page = read_page(document); });
    if (!read) page.problem = "the page is too costly to read";
    return page;
}

}  // namespace docent::docs
