#include "agent/page_text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <set>

#include "base/text.hpp"
#include "docs/html.hpp"
#include "docs/html_markdown.hpp"
#include "docs/html_tree.hpp"

namespace docent::agent {
namespace {

constexpr std::size_t most_links = 100, longest_link = 2000, longest_text = 200;

/// The address that a link means, without its fragment; "" for what is no web page.
std::string absolute(const std::string& base, std::string_view to) {
    to = trim(to);
    if (to.empty() || to.front() == '#' || to.size() > longest_link) return {};
    const auto from = boost::urls::parse_uri(base);
    const auto reference = boost::urls::parse_uri_reference({to.data(), to.size()});
    boost::urls::url out;
    if (!from || !reference || !boost::urls::resolve(*from, *reference, out)) return {};
    out.remove_fragment();
    if (out.scheme() != "http" && out.scheme() != "https") return {};
    return std::string(out.buffer());
}

void collect(const GumboNode& document, const std::string& url, PageText& out) {
    std::set<std::string> seen;
    std::vector<const GumboNode*> open{&document};
    while (!open.empty() && out.links.size() < most_links) {
        const GumboNode& node = *open.back();
        open.pop_back();
        if (docs::has_attribute(node, "hidden")) continue;
        if (docs::tag_of(node) == "a") {
            auto to = absolute(url, docs::attribute(node, "href"));
            if (!to.empty() && seen.insert(to).second)
                out.links.push_back(
                    {repair_utf8(cut_utf8(docs::plain_line(node), longest_text)), std::move(to)});
            continue;
        }
        const auto list = docs::children(node);
        for (const auto* const* child = list.end(); child != list.begin();) open.push_back(*--child);
    }
}

}  // namespace

PageText page_text(std::string_view html, const std::string& url) {
    PageText out;
    auto page = docs::html_to_page(html);
    out.title = repair_utf8(page.title);
    out.content = repair_utf8(page.markdown);
    docs::with_html_tree(html, [&](const GumboNode& document) { collect(document, url, out); });
    return out;
}

}  // namespace docent::agent
