#include "docs/html_markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/text.hpp"
#include "docs/html_text.hpp"

namespace docent::docs {
namespace {

constexpr std::size_t max_element_depth = 400;  // of elements; deeper ones give their text only
constexpr std::size_t max_list_nesting = 24;    // of lists and quotes
constexpr std::size_t max_markdown = 8 << 20;
constexpr std::size_t max_columns = 64;

bool is_text(const GumboNode& node) {
    return node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE ||
           node.type == GUMBO_NODE_CDATA;
}

bool is_inline(const GumboNode& node) {
    if (!is_element(node)) return true;
    static const auto names = {"a",      "abbr", "b",    "bdi",  "bdo",  "big",  "br",    "cite", "code",
                               "data",   "del",  "dfn",  "em",   "font", "i",    "img",   "ins",  "kbd",
                               "label",  "mark", "math", "q",    "s",    "samp", "small", "span", "strike",
                               "strong", "sub",  "sup",  "time", "tt",   "u",    "var",   "wbr",  "picture"};
    const auto tag = tag_of(node);
    return std::any_of(names.begin(), names.end(), [&](const char* n) { return tag == n; }) || tag.empty();
}

/// A link to the heading itself, as generators put beside headings.
bool is_heading_anchor(const GumboNode& node) {
    if (tag_of(node) != "a") return false;
    if (has_class(node, "headerlink") || has_class(node, "hash-link") || has_class(node, "header-anchor") ||
        has_class(node, "anchor-link") || has_class(node, "anchor"))
        return text_content(node).size() < 40 && attribute(node, "href").starts_with('#');
    const std::string text = plain_line(node);
    return attribute(node, "href").starts_with('#') &&
           is_one_of(text, {"", "#", "\xC2\xB6", "\xC2\xA7", "\xF0\x9F\x94\x97"});
}

std::string language_of(const GumboNode& node) {
    for (const char* name : {"data-lang", "data-language"})
        if (const auto value = attribute(node, name); !value.empty()) return std::string(value);
    std::string found;
    bool brush = false;
    for (const auto& word : split(attribute(node, "class"), ' ')) {
        for (const std::string_view prefix : {"language-", "lang-", "highlight-source-", "highlight-"})
            if (found.empty() && word.starts_with(prefix) && word.size() > prefix.size())
                found = word.substr(prefix.size());
        if (brush && found.empty()) found = word;
        brush = word == "brush:";
    }
    if (found.empty() && has_class(node, "sourceCode"))
        for (const auto& word : split(attribute(node, "class"), ' '))
            if (word != "sourceCode" && !word.empty() && found.empty()) found = word;
    if (found == "none" || found == "default" || found == "text" || found == "plaintext") found.clear();
    found = lower_ascii(found);
    std::erase_if(found, [](char c) {
        return !std::isalnum(static_cast<unsigned char>(c)) && c != '+' && c != '#' && c != '-';
    });
    return found.size() > 30 ? std::string() : found;
}

class Writer {
public:
    explicit Writer(bool inside) : inside_(inside) {}

    std::string blocks_of(const GumboNode& node, std::size_t depth) {
        Blocks out;
        blocks(node, out, depth);
        out.end_paragraph();
        return std::move(out.text);
    }

private:
    /// Markdown in the making: whole blocks, and the paragraph that is open.
    struct Blocks {
        std::string text;
        InlineText paragraph;

        void add(std::string_view block) {
            if (block.empty()) return;
            if (!text.empty()) text += "\n\n";
            text += block;
        }
        void end_paragraph() {
            const std::string line = paragraph.take();
            add(line);
        }
    };

    void blocks(const GumboNode& node, Blocks& out, std::size_t depth) {
        for (const auto* child : children(node)) {
            if (out.text.size() + spent_ > max_markdown) return;
            if (is_dropped(*child, inside_)) continue;
            if (is_inline(*child) && !holds_block(*child)) {
                inlines(*child, out.paragraph, depth + 1);
                continue;
            }
            if (is_inline(*child)) {  // <a> or <span> around blocks
                blocks_or_text(*child, out, depth + 1);
                continue;
            }
            out.end_paragraph();
            block(*child, out, depth + 1);
            out.end_paragraph();
        }
    }

    void blocks_or_text(const GumboNode& node, Blocks& out, std::size_t depth) {
        if (depth > max_element_depth)
            out.paragraph.text(text_content(node));
        else
            blocks(node, out, depth);
    }

    static bool holds_block(const GumboNode& node) {
        for (const auto* child : children(node))
            if (is_element(*child) && !is_inline(*child) && tag_of(*child) != "svg") return true;
        return false;
    }

    void block(const GumboNode& node, Blocks& out, std::size_t depth) {
        const auto tag = tag_of(node);
        if (depth > max_element_depth) return out.paragraph.text(text_content(node));
        if (tag.size() == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6') {
            const std::string line = heading_text(node, depth);
            if (!line.empty()) out.add(std::string(static_cast<std::size_t>(tag[1] - '0'), '#') + " " + line);
        } else if (tag == "pre") {
            out.add(code_block(node));
        } else if (tag == "ul" || tag == "ol" || tag == "menu" || tag == "dir") {
            out.add(list(node, tag == "ol", depth));
        } else if (tag == "dl") {
            out.add(definitions(node, depth));
        } else if (tag == "table") {
            table(node, out, depth);
        } else if (tag == "blockquote") {
            if (nesting_ < max_list_nesting)
                out.add(quote(nested(node, depth)));
            else
                blocks(node, out, depth);
        } else if (tag == "hr") {
            out.add("---");
        } else if (tag == "summary" || tag == "figcaption" || tag == "caption" || tag == "legend") {
            InlineText line;
            for (const auto* child : children(node)) inlines(*child, line, depth + 1);
            const std::string words = line.take();
            if (!words.empty()) out.add("**" + words + "**");
        } else {
            blocks(node, out, depth);
        }
    }

    std::string heading_text(const GumboNode& node, std::size_t depth) {
        InlineText line;
        for (const auto* child : children(node))
            if (!is_heading_anchor(*child)) inlines(*child, line, depth + 1);
        std::string words = line.take();
        std::replace(words.begin(), words.end(), '\n', ' ');
        return words;
    }

    std::string nested(const GumboNode& node, std::size_t depth) {
        ++nesting_;
        std::string text = blocks_of(node, depth);
        --nesting_;
        return text;
    }

    static std::string quote(const std::string& text) {
        std::string out;
        for (const auto& line : split(text, '\n')) {
            if (!out.empty()) out += '\n';
            out += line.empty() ? ">" : "> " + line;
        }
        return text.empty() ? std::string() : out;
    }

    /// The lines after the first are indented to belong to the item.
    static std::string item(std::string_view marker, const std::string& text) {
        const std::string indent(marker.size(), ' ');
        std::string out(marker);
        for (std::size_t i = 0; i < text.size(); ++i) {
            out += text[i];
            if (text[i] == '\n' && i + 1 < text.size() && text[i + 1] != '\n') out += indent;
        }
        return out;
    }

    std::string list(const GumboNode& node, bool ordered, std::size_t depth) {
        std::size_t number = 1;
        if (const auto start = attribute(node, "start"); ordered && !start.empty() && start.size() < 7)
            number = static_cast<std::size_t>(std::max(0, std::atoi(std::string(start).c_str())));
        std::string out;
        bool loose = false;
        std::vector<std::string> items;
        for (const auto* child : children(node)) {
            if (!is_element(*child) || is_dropped(*child, inside_)) continue;
            std::string text = nesting_ < max_list_nesting && depth < max_element_depth
                                   ? nested(*child, depth + 1)
                                   : plain_line(*child);
            if (text.empty()) continue;
            // Two paragraphs in an item make the list loose; a list inside an item does not.
            loose = loose || text.find("\n\n") != std::string::npos;
            const std::string marker = ordered ? fmt::format("{}. ", number++) : "- ";
            items.push_back(item(marker, tight(text)));
        }
        for (const auto& text : items) {
            if (!out.empty()) out += loose && text.find("\n\n") != std::string::npos ? "\n\n" : "\n";
            out += text;
        }
        return out;
    }

    /// A list right below an item's own line needs no empty line.
    static std::string tight(std::string text) {
        const auto gap = text.find("\n\n");
        if (gap == std::string::npos || gap + 3 >= text.size()) return text;
        const std::string_view rest = std::string_view(text).substr(gap + 2);
        const bool is_list = rest.starts_with("- ") || rest.starts_with("1. ");
        if (is_list && text.find("\n\n", gap + 2) == std::string::npos) text.erase(gap, 1);
        return text;
    }

    std::string definitions(const GumboNode& node, std::size_t depth) {
        std::string out;
        const auto add = [&](const GumboNode& part) {
            const bool term = tag_of(part) == "dt";
            std::string text = nesting_ < max_list_nesting && depth < max_element_depth
                                   ? nested(part, depth + 1)
                                   : plain_line(part);
            if (text.empty()) return;
            if (term) {
                const bool code =
                    text.front() == '`' || text.front() == '*' || text.find('\n') != std::string::npos;
                out += (out.empty() ? "" : "\n") + std::string("- ") +
                       item("  ", code ? text : "**" + text + "**").substr(2);
            } else {
                out += (out.empty() ? "- " : "\n\n  ") + item("  ", text).substr(2) + "\n";
            }
        };
        for (const auto* child : children(node)) {
            const auto tag = tag_of(*child);
            if (tag == "dt" || tag == "dd") add(*child);
            if (tag == "div")
                for (const auto* inner : children(*child))
                    if (is_one_of(tag_of(*inner), {"dt", "dd"})) add(*inner);
        }
        while (out.ends_with('\n')) out.pop_back();
        return out;
    }

    std::string code_block(const GumboNode& node) {
        std::string language = language_of(node);
        for (const auto* child : children(node))
            if (language.empty() && is_element(*child)) language = language_of(*child);
        for (const auto* up = node.parent; up && language.empty() && up != node.parent->parent;
             up = up->parent)
            language = language_of(*up);
        if (language.empty() && node.parent && node.parent->parent && is_element(*node.parent->parent))
            language = language_of(*node.parent->parent);
        std::string text = code_text(node);
        while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
        while (text.starts_with('\n')) text.erase(0, 1);
        if (text.empty()) return {};
        const std::string fence(std::max<std::size_t>(3, longest_run(text, '`') + 1), '`');
        return fence + language + "\n" + text + "\n" + fence;
    }

    /// Code as it stands, without the buttons and line numbers that generators put into it.
    static std::string code_text(const GumboNode& node) {
        std::string text;
        std::vector<const GumboNode*> open{&node};
        while (!open.empty() && text.size() < (1U << 20)) {
            const GumboNode& at = *open.back();
            open.pop_back();
            if (is_text(at)) {
                for (const char* c = at.v.text.text; *c; ++c)
                    if (*c != '\r') text += *c;
                continue;
            }
            const auto tag = tag_of(at);
            if (is_one_of(tag, {"button", "script", "style", "svg"}) || has_class(at, "linenos") ||
                has_class(at, "line-numbers-rows") || has_class(at, "lineno"))
                continue;
            if (tag == "br") text += '\n';
            // Generators that make a block of every line.
            if ((tag == "div" || has_class(at, "token-line")) && !text.empty() && text.back() != '\n')
                text += '\n';
            const Children list = children(at);
            for (const auto* const* child = list.end(); child != list.begin();) open.push_back(*--child);
        }
        return text;
    }

    void rows_of(const GumboNode& node, std::vector<const GumboNode*>& rows) {
        for (const auto* child : children(node)) {
            const auto tag = tag_of(*child);
            if (tag == "tr")
                rows.push_back(child);
            else if (is_one_of(tag, {"thead", "tbody", "tfoot"}))
                rows_of(*child, rows);
        }
    }

    void table(const GumboNode& node, Blocks& out, std::size_t depth) {
        std::vector<const GumboNode*> rows;
        rows_of(node, rows);
        std::size_t columns = 0;
        bool head = false, code = false;
        for (const auto* row : rows) {
            std::size_t n = 0;
            for (const auto* cell : children(*row)) {
                const auto tag = tag_of(*cell);
                if (tag != "td" && tag != "th") continue;
                ++n;
                head = head || (row == rows.front() && tag == "th");
                for (const auto* inner : children(*cell))
                    code = code || is_one_of(tag_of(*inner), {"pre", "table", "div"});
            }
            columns = std::max(columns, n);
        }
        for (const auto* child : children(node))
            if (tag_of(*child) == "caption") block(*child, out, depth + 1);
        // A table of one column, or a headless one around blocks, is layout: its cells are the text.
        if (columns < 2 || columns > max_columns || (code && !head)) {
            for (const auto* row : rows)
                for (const auto* cell : children(*row))
                    if (is_one_of(tag_of(*cell), {"td", "th"}))
                        blocks_or_text(*cell, out, depth + 1), out.end_paragraph();
            return;
        }
        std::string text;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (i == 0 && !head) text += line_of(std::vector<std::string>(columns), columns) + rule(columns);
            if (text.size() > max_markdown) break;
            text += line_of(cells(*rows[i], depth), columns);
            if (i == 0 && head) text += rule(columns);
        }
        if (!text.empty()) text.pop_back();
        spent_ += text.size();
        out.add(text);
    }

    std::vector<std::string> cells(const GumboNode& row, std::size_t depth) {
        std::vector<std::string> out;
        for (const auto* cell : children(row)) {
            if (!is_one_of(tag_of(*cell), {"td", "th"})) continue;
            InlineText line(InlineText::Place::cell);
            cell_text(*cell, line, depth + 1);
            out.push_back(line.take());
            const auto span = std::atoi(std::string(attribute(*cell, "colspan")).c_str());
            for (int i = 1; i < span && out.size() < max_columns; ++i) out.emplace_back();
        }
        return out;
    }

    /// Blocks in a cell become one line.
    void cell_text(const GumboNode& node, InlineText& line, std::size_t depth) {
        if (depth > max_element_depth) return line.text(text_content(node));
        for (const auto* child : children(node)) {
            if (is_dropped(*child, true)) continue;
            if (tag_of(*child) == "pre") {
                line.text(" ");
                line.code(code_text(*child));
            } else if (is_inline(*child)) {
                inlines(*child, line, depth + 1);
            } else {
                line.text(tag_of(*child) == "li" ? " \xE2\x80\xA2 " : " ");
                cell_text(*child, line, depth + 1);
                line.text(" ");
            }
        }
    }

    static std::string line_of(const std::vector<std::string>& cells, std::size_t columns) {
        std::string line = "|";
        for (std::size_t i = 0; i < columns; ++i) line += i < cells.size() ? " " + cells[i] + " |" : "  |";
        return line + "\n";
    }

    static std::string rule(std::size_t columns) {
        std::string line = "|";
        for (std::size_t i = 0; i < columns; ++i) line += " --- |";
        return line + "\n";
    }

    void inlines(const GumboNode& node, InlineText& line, std::size_t depth) {
        if (is_text(node)) return line.text(node.v.text.text);
        if (!is_element(node) || is_dropped(node, inside_)) return;
        const auto tag = tag_of(node);
        if (depth > max_element_depth) return line.text(text_content(node));
        if (is_heading_anchor(node)) return;
        if (is_one_of(tag, {"code", "kbd", "samp", "tt"})) return line.code(text_content(node));
        if (tag == "br") return line.line_break();
        if (tag == "img") return line.image(attribute(node, "alt"), attribute(node, "src"));
        if (is_one_of(tag, {"strong", "b"})) return marked("**", node, line, depth);
        if (is_one_of(tag, {"em", "i", "cite", "var", "dfn"})) return marked("*", node, line, depth);
        if (is_one_of(tag, {"del", "s", "strike"})) return marked("~~", node, line, depth);
        if (tag == "a" && has_attribute(node, "href") && !line.in_link()) {
            const auto mark = line.begin_link();
            for (const auto* child : children(node)) inlines(*child, line, depth + 1);
            return line.end_link(mark, attribute(node, "href"));
        }
        if (tag == "q") line.text("\"");
        for (const auto* child : children(node)) inlines(*child, line, depth + 1);
        if (tag == "q") line.text("\"");
    }

    void marked(std::string_view mark, const GumboNode& node, InlineText& line, std::size_t depth) {
        const auto begin = line.begin_mark(mark);
        for (const auto* child : children(node)) inlines(*child, line, depth + 1);
        line.end_mark(begin, mark);
    }

    const bool inside_;
    std::size_t nesting_ = 0;
    std::size_t spent_ = 0;  // bytes of tables so far
};

}  // namespace

bool is_dropped(const GumboNode& node, bool inside) {
    if (node.type == GUMBO_NODE_COMMENT || node.type == GUMBO_NODE_TEMPLATE) return true;
    if (!is_element(node)) return false;
    const auto tag = tag_of(node);
    if (is_one_of(tag, {"script",   "style", "noscript", "template", "svg",    "canvas", "iframe", "object",
                        "embed",    "audio", "video",    "nav",      "footer", "button", "input",  "select",
                        "textarea", "head",  "title",    "dialog",   "math",   "meta",   "link"}))
        return true;
    if (!inside && is_one_of(tag, {"aside", "header"})) return true;
    if (has_attribute(node, "hidden") && attribute(node, "hidden") != "until-found") return true;
    if (attribute(node, "aria-hidden") == "true") return true;
    if (is_one_of(attribute(node, "role"),
                  {"navigation", "banner", "contentinfo", "search", "complementary", "dialog"}))
        return attribute(node, "role") != "complementary" || !inside;
    for (const std::string_view name :
         {"toc", "table-of-contents", "breadcrumb", "breadcrumbs", "pagination", "sidebar", "skip-link",
          "sr-only", "visually-hidden", "edit-this-page"})
        if (has_class(node, name)) return true;
    return false;
}

std::string html_to_markdown(const GumboNode& root, bool inside) { return Writer(inside).blocks_of(root, 0); }

std::string plain_line(const GumboNode& node) {
    std::string out;
    for (const unsigned char c : text_content(node)) {
        if (c > ' ')
            out += static_cast<char>(c);
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

}  // namespace docent::docs
