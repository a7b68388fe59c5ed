#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "docs/mdx_renderer.hpp"

namespace docent::docs {

namespace {

std::string cell_text(std::string text) {
    std::string out;
    for (const char c : text) {
        if (c == '|') out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out;
}

void collect(const std::vector<Node>& nodes, std::string_view name, std::vector<const Node*>& out,
             int depth = 0) {
    for (const auto& node : nodes) {
        if (!node.element) continue;
        if (node.tag.name == name)
            out.push_back(&node);
        else if (depth < 4 && node.tag.name != "table")
            collect(node.children, name, out, depth + 1);
    }
}

}  // namespace

bool MdxRenderer::html(const Node& node, const Scope& scope, std::string& out, bool& known) {
    const auto& name = node.tag.name;
    known = true;
    if (name == "br" || name == "wbr") {
        out = name == "br" ? "<br>" : "";
        return false;
    }
    if (name == "hr") {
        out = "---";
        return true;
    }
    if (name == "img") {
        // A page has each picture twice, for light and dark; one is enough to read.
        if (attribute(node, "className", scope).find("hidden dark:block") != std::string::npos)
            return node.block;
        const auto alt = attribute(node, "alt", scope), source = attribute(node, "src", scope);
        out = source.empty()
                  ? alt
                  : "![" + alt + "](" +
                        (source.find(' ') == std::string::npos ? source : "<" + source + ">") + ")";
        return node.block && !is_one_of(name, {"a"});
    }
    if (name == "a" || name == "Link" || name == "NavLink") {
        auto href = attribute(node, "href", scope);
        if (href.empty()) href = attribute(node, "to", scope);
        const auto text = inline_of(node, scope);
        out = href.empty() || text.empty() ? text : "[" + text + "](" + href + ")";
        return false;
    }
    if (name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6') {
        const auto text = inline_of(node, scope);
        const auto id = attribute(node, "id", scope);
        level_ = name[1] - '0';
        out = text.empty() ? ""
                           : std::string(static_cast<std::size_t>(level_), '#') + " " + text +
                                 (id.empty() ? "" : " {#" + id + "}");
        return true;
    }
    if (name == "strong" || name == "b" || name == "em" || name == "i") {
        const auto text = inline_of(node, scope);
        const std::string mark = name == "strong" || name == "b" ? "**" : "*";
        out = text.empty() ? "" : mark + text + mark;
        return false;
    }
    if (name == "code" || name == "kbd" || name == "samp" || name == "tt") {
        const auto text = inline_of(node, scope);
        out = text.empty() || text.find('`') != std::string::npos ? text : "`" + text + "`";
        return false;
    }
    if (name == "pre") {
        auto inner = dedent(render(node.children, scope));
        if (inner.find(fence_byte) == std::string::npos) {
            while (inner.size() > 1 && inner.front() == '`' && inner.back() == '`')
                inner = inner.substr(1, inner.size() - 2);
            Fence fence;
            fence.content = inner + "\n";
            fences_.push_back(std::move(fence));
            inner = fence_mark(fences_.size() - 1);
        }
        out = std::move(inner);
        return true;
    }
    if (name == "ul" || name == "ol") {
        out = list(node, scope, name == "ol");
        return true;
    }
    if (name == "li") {
        out = "- " + indent_rest(block_of(node, scope), "  ");
        return true;
    }
    if (name == "table") {
        out = table(node, scope);
        return true;
    }
    if (name == "summary" || name == "head" || name == "input" || name == "select" || name == "meta" ||
        name == "link" || name == "button" || name == "source" || name == "track" || name == "path" ||
        name == "col" || name == "area") {
        return false;
    }
    if (name == "blockquote") {
        const auto body = block_of(node, scope);
        out = body.empty() ? "" : "> " + indent_rest(body, "> ");
        return true;
    }
    if (name == "p" || name == "figure" || name == "figcaption" || name == "section" || name == "dt" ||
        name == "dd" || name == "center") {
        out = block_of(node, scope);
        return true;
    }
    if (is_one_of(name, {"span", "small", "sup", "sub", "u", "s", "del", "ins", "mark", "abbr", "cite", "q",
                         "label", "font", "time"})) {
        out = render(node.children, scope);
        return false;
    }
    if (is_one_of(name,
                  {"div", "main", "article", "aside", "header", "footer", "nav", "form", "tbody", "dl"})) {
        const auto inner = render(node.children, scope);
        const bool lines = node.block;
        out = lines ? dedent(inner) : inner;
        return lines;
    }
    known = false;
    return false;
}

std::string MdxRenderer::list(const Node& node, const Scope& scope, bool numbered) {
    std::string out;
    std::size_t n = 0;
    for (const auto& child : node.children) {
        if (!child.element) continue;
        const auto body = block_of(child, scope);
        if (body.empty()) continue;
        const auto marker = numbered ? std::to_string(++n) + ". " : std::string("- ");
        if (!out.empty()) out += '\n';
        out += marker + indent_rest(body, std::string(marker.size(), ' '));
    }
    return out;
}

std::string MdxRenderer::table(const Node& node, const Scope& scope) {
    std::vector<const Node*> rows;
    collect(node.children, "tr", rows);
    std::vector<std::vector<std::string>> cells;
    std::size_t columns = 0;
    for (const auto* row : rows) {
        std::vector<std::string> line;
        for (const auto& cell : row->children)
            if (cell.element && (cell.tag.name == "td" || cell.tag.name == "th")) {
                auto text = inline_of(cell, scope);
                if (text.find(fence_byte) != std::string::npos)
                    return dedent(render(node.children, scope));  // code does not fit a cell
                line.push_back(cell_text(std::move(text)));
            }
        columns = std::max(columns, line.size());
        if (!line.empty() && line.size() < 200) cells.push_back(std::move(line));
    }
    if (cells.empty()) return dedent(render(node.children, scope));
    columns = std::min<std::size_t>(columns, 200);
    std::string out;
    for (std::size_t r = 0; r < cells.size(); ++r) {
        for (std::size_t c = 0; c < columns; ++c)
            out += "| " + (c < cells[r].size() ? cells[r][c] : "") + " ";
        out += "|\n";
        if (r == 0) {
            for (std::size_t c = 0; c < columns; ++c) out += "| --- ";
            out += "|\n";
        }
    }
    return out;
}

}  // namespace docent::docs
