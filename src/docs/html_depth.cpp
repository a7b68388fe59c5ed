#include "docs/html_depth.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace docent::docs {
namespace {

bool is_void(std::string_view name) {
    return is_one_of(name, {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
                            "param", "source", "track", "wbr"});
}

/// A second one ends the first, without an end tag.
bool ends_its_like(std::string_view name) {
    return is_one_of(name, {"p", "li", "dt", "dd", "tr", "td", "th", "option"});
}

/// Elements of SVG drawings: "/>" closes them.
bool is_drawing(std::string_view name) {
    return is_one_of(name,
                     {"path", "circle", "rect", "line", "polyline", "polygon", "ellipse", "use", "stop"});
}

/// The end of a tag that begins at `at`: past its ">", quotes of attribute values minded.
std::size_t tag_end(std::string_view html, std::size_t at, bool& self_closed) {
    char quote = 0;
    char before = 0;
    for (; at < html.size(); ++at) {
        const char c = html[at];
        if (quote) {
            if (c == quote) quote = 0;
        } else if ((c == '"' || c == '\'') && before == '=') {
            quote = c;
        } else if (c == '>') {
            self_closed = before == '/';
            return at + 1;
        }
        if (!std::isspace(static_cast<unsigned char>(c))) before = c;
    }
    return at;
}

/// End tags of these close what is open inside and needs none: "<div><p>text</div>".
bool closes_more(std::string_view name) {
    return is_one_of(name, {"div",  "section", "article", "main",       "body",   "html",   "ul",    "ol",
                            "dl",   "li",      "dt",      "dd",         "table",  "thead",  "tbody", "tfoot",
                            "tr",   "td",      "th",      "blockquote", "header", "footer", "nav",   "aside",
                            "form", "details", "figure",  "fieldset",   "center", "select"});
}

bool needs_no_end(std::string_view name) {
    return ends_its_like(name) ||
           is_one_of(name, {"thead", "tbody", "tfoot", "optgroup", "colgroup", "rp", "rt"});
}

void close(std::vector<std::string>& open, std::string_view name) {
    std::size_t at = open.size();
    if (closes_more(name))
        while (at > 0 && open[at - 1] != name && needs_no_end(open[at - 1])) --at;
    if (at > 0 && open[at - 1] == name) open.resize(at - 1);
}

}  // namespace

std::size_t html_depth_bound(std::string_view html, std::size_t stop_at) {
    std::vector<std::string> open;
    std::size_t deepest = 0;
    for (std::size_t at = html.find('<'); at < html.size(); at = html.find('<', at)) {
        if (html.compare(at, 4, "<!--") == 0) {
            const auto end = html.find("-->", at + 4);
            at = end == std::string_view::npos ? html.size() : end + 3;
            continue;
        }
        const bool closing = at + 1 < html.size() && html[at + 1] == '/';
        const std::size_t begin = at + (closing ? 2 : 1);
        if (begin >= html.size() || !std::isalpha(static_cast<unsigned char>(html[begin]))) {
            ++at;
            continue;
        }
        const auto end = html.find_first_of(" \t\r\n\f/>", begin);
        const std::string name = lower_ascii(html.substr(begin, std::min(end, html.size()) - begin));
        bool self_closed = false;
        at = tag_end(html, std::min(end, html.size()), self_closed);
        if (closing) {
            close(open, name);
            continue;
        }
        if (is_void(name) || (self_closed && is_drawing(name))) continue;
        if (!open.empty() && open.back() == name && ends_its_like(name)) continue;
        open.push_back(name);
        deepest = std::max(deepest, open.size());
        if (deepest >= stop_at) return deepest;
    }
    return deepest;
}

}  // namespace docent::docs
