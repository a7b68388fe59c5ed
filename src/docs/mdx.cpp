#include "docs/mdx.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "docs/fence.hpp"
#include "docs/mdx_renderer.hpp"

namespace docent::docs {

namespace {

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

/// Calls with every line, without its line feed.
template <class F>
void each_line(std::string_view text, F&& f) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        f(text.substr(0, end));
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

std::size_t indentation(std::string_view line) {
    std::size_t n = 0;
    while (n < line.size() && (line[n] == ' ' || line[n] == '\t')) ++n;
    return n;
}

/// Control characters have no place in a page, and ours mark fences and sections.
std::string without_controls(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r') {
            if (i + 1 == text.size() || text[i + 1] != '\n') out += '\n';
        } else if (c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20) {
            out += c;
        }
    }
    return out;
}

bool is_variable_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
               c == '.' || c == '-';
    });
}

std::string with_variables(std::string_view text, const std::map<std::string, std::string>& variables) {
    std::string out;
    for (;;) {
        const auto open = text.find("{{");
        if (open == std::string_view::npos) break;
        const auto close = text.substr(open, 200).find("}}");
        const auto name =
            close == std::string_view::npos ? std::string_view() : trim(text.substr(open + 2, close - 2));
        const auto at = is_variable_name(name) ? variables.find(std::string(name)) : variables.end();
        out += text.substr(0, open);
        if (at != variables.end()) {
            out += at->second;
            text.remove_prefix(open + close + 2);
        } else {
            out += "{{";
            text.remove_prefix(open + 2);
        }
    }
    out += text;
    return out;
}

}  // namespace

std::string dedent(std::string_view text) {
    // What stands on the element's own line has no indentation to speak of.
    std::size_t common = std::string_view::npos;
    bool first = true;
    each_line(text, [&](std::string_view line) {
        if (!first && !is_blank(line)) common = std::min(common, indentation(line));
        first = false;
    });
    if (common == std::string_view::npos) common = 0;
    std::string out;
    first = true;
    std::size_t blank = 0;
    each_line(text, [&](std::string_view line) {
        if (is_blank(line)) {
            ++blank;
        } else {
            if (!out.empty()) out.append(std::min<std::size_t>(blank, 1) + 1, '\n');
            blank = 0;
            out += line.substr(first ? indentation(line) : std::min(common, indentation(line)));
        }
        first = false;
    });
    return out;
}

std::string indent_rest(std::string_view text, std::string_view prefix) {
    std::string out;
    bool first = true;
    each_line(text, [&](std::string_view line) {
        if (!first) {
            out += '\n';
            if (!line.empty() || prefix.find('>') != std::string_view::npos) out += prefix;
        }
        out += line;
        first = false;
    });
    return out;
}

std::string resolve_path(std::string_view written, std::string_view file) {
    std::string path(written.substr(0, written.find_first_of("?#")));
    std::vector<std::string> parts;
    if (path.substr(0, 6) == "@site/") path = path.substr(5);
    if (path.empty()) return "";
    if (path[0] != '/') {
        parts = split(file, '/');
        parts.pop_back();
    }
    for (const auto& part : split(path, '/')) {
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            if (parts.empty()) return "";
            parts.pop_back();
        } else {
            parts.push_back(part);
        }
    }
    std::string out;
    for (const auto& part : parts) out += (out.empty() ? "" : "/") + part;
    return out;
}

void MdxRenderer::follow_level(std::string_view text) {
    each_line(text, [&](std::string_view line) {
        const auto from = indentation(line);
        std::size_t n = from;
        while (n < line.size() && line[n] == '#') ++n;
        if (n > from && n - from <= 6 && n < line.size() && line[n] == ' ')
            level_ = static_cast<int>(n - from);
    });
}

std::string MdxRenderer::render(const std::vector<Node>& nodes, const Scope& scope) {
    std::string out;
    for (const auto& node : nodes) {
        if (!node.element) {
            follow_level(node.text);
            out += node.text;
            continue;
        }
        if (node.tag.name == "{}") {
            out += expression(node, scope);
            continue;
        }
        if (auto id = attribute(node, "id", scope); !id.empty() && ids.size() < 10'000)
            ids.push_back(std::move(id));
        std::string text;
        if (element(node, scope, text))
            append_block(out, std::move(text));
        else
            out += text;
    }
    return out;
}

void MdxRenderer::append_block(std::string& out, std::string block) const {
    while (!block.empty() && (block.back() == '\n' || block.back() == ' ')) block.pop_back();
    if (block.empty()) return;
    const auto start = out.rfind('\n') + 1;
    const std::string tail = out.substr(start);
    const auto marker = list_marker(tail);
    if (marker > 0 && marker == tail.size()) {  // "- <Note>"
        out += indent_rest(block, std::string(marker, ' '));
        out += "\n\n";
        return;
    }
    const auto quote = tail.rfind('>');
    if (quote != std::string::npos && is_blank(tail.substr(quote + 1)) &&
        indentation(tail) == tail.find('>')) {
        const std::string prefix = tail.substr(0, quote + 1) + " ";
        out.resize(start);
        out += prefix + indent_rest(block, prefix) + "\n";
        return;
    }
    std::string prefix = tail.substr(0, indentation(tail));
    if (prefix.size() == tail.size())
        out.resize(start);
    else
        out += "\n";
    if (!out.empty()) out += "\n";
    out += prefix + indent_rest(block, prefix) + "\n\n";
}

std::string MdxRenderer::block_of(const Node& node, const Scope& scope) {
    return dedent(render(node.children, scope));
}

std::string MdxRenderer::inline_of(const Node& node, const Scope& scope) {
    std::string out;
    for (const auto& word : split(render(node.children, scope), '\n')) {
        const auto part = trim(word);
        if (part.empty() || part[0] == section_begin[0]) continue;
        if (!out.empty()) out += ' ';
        out += part;
    }
    return out;
}

std::string MdxRenderer::attribute(const Node& node, std::string_view name, const Scope& scope) const {
    const auto* found = node.tag.find(name);
    if (!found) return "";
    std::string value = found->value;
    if (found->expression) {
        auto key = value.substr(0, 6) == "props." ? value.substr(6) : value;
        const auto at = scope.values.find(key);
        if (at != scope.values.end()) {
            value = at->second;
        } else if (const auto open = value.find('>');
                   !value.empty() && value[0] == '<' && open != std::string::npos) {
            // title={<>text</>}: its text.
            std::string text;
            bool inside = false;
            for (const char c : value) {
                if (c == '<')
                    inside = true;
                else if (c == '>')
                    inside = false;
                else if (!inside)
                    text += c;
            }
            value = text;
        } else {
            return "";
        }
    }
    std::replace(value.begin(), value.end(), '\n', ' ');
    return std::string(trim(value));
}

std::string MdxRenderer::expression(const Node& node, const Scope& scope) {
    if (auto text = literal_text(node.text)) return *text == "true" || *text == "false" ? "" : *text;
    const auto source = trim(node.text);
    if (source.size() > 1 && source.front() == '{' && source.back() == '}' &&
        is_variable_name(trim(source.substr(1, source.size() - 2))))
        return "{" + std::string(source) + "}";
    const auto name = source.substr(0, 6) == "props." ? source.substr(6) : source;
    const auto at = scope.values.find(std::string(name));
    if (at != scope.values.end()) return at->second;
    for (const auto& import : scope.imports)
        if (import.name == name && import.exported != "default")
            return expand(resolve_path(import.file, scope.file), import.exported, node, scope);
    return "";
}

/// One blank line between blocks at most, no blanks at line ends, fences back in place.
std::string MdxRenderer::finish(std::string_view text) const {
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    std::size_t blank = 0;
    const std::function<void(const std::string&)> write_line = [&](const std::string& whole) {
        const std::string_view line = whole;
        const auto mark = line.find(fence_byte);
        const auto end = mark == std::string_view::npos ? mark : line.find(fence_byte, mark + 1);
        if (end == std::string_view::npos) {
            out += line;
            out += '\n';
            return;
        }
        const auto& fence = fences_[std::stoul(std::string(line.substr(mark + 1, end - mark - 1)))];
        std::string prefix(line.substr(0, mark));
        out += prefix;
        if (list_marker(prefix) > 0 || prefix.find_first_not_of(" \t>") != std::string::npos)
            prefix.assign(prefix.size(), ' ');
        std::size_t ticks = 3;  // more than any run inside
        for (std::size_t i = 0, run = 0; i < fence.content.size(); ++i) {
            run = fence.content[i] == '`' ? run + 1 : 0;
            ticks = std::max(ticks, run + 1);
        }
        const std::string bar(ticks, '`');
        out += bar + fence.language;
        if (!fence.title.empty())
            out += (fence.language.empty() ? "text title=\"" : " title=\"") + fence.title + "\"";
        out += '\n';
        each_line(fence.content, [&](std::string_view code) {
            if (!code.empty())
                out += prefix;
            else if (prefix.find('>') != std::string::npos)
                out += '>';
            out += code;
            out += '\n';
        });
        out += prefix + bar + "\n";
        // What follows on the line, another fence perhaps, goes below.
        const auto rest = trim(line.substr(end + 1));
        if (!rest.empty()) write_line(prefix + std::string(rest));
    };
    each_line(text, [&](std::string_view line) {
        while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
        if (line.empty()) {
            ++blank;
            return;
        }
        if (!out.empty() && blank > 0) out += '\n';
        blank = 0;
        write_line(std::string(line));
    });
    return out;
}

std::string MdxRenderer::page(std::string_view text) {
    auto tree = parse_mdx(text, options_.mdx, fences_);
    pieces = std::move(tree.pieces);
    Scope scope{std::move(tree.exports), std::move(tree.imports), options_.file};
    return finish(render(tree.nodes, scope));
}

MdxPage mdx_to_markdown(std::string_view text, const MdxOptions& options) {
    std::string clean = without_controls(is_utf8(text) ? text : repair_utf8(text));
    if (options.variables && !options.variables->empty()) clean = with_variables(clean, *options.variables);
    MdxRenderer renderer(options);
    MdxPage out;
    out.marked = renderer.page(clean);
    out.ids = std::move(renderer.ids);
    out.snippets = std::move(renderer.snippets);
    out.missing = std::move(renderer.missing);
    if (clean == text) out.pieces = std::move(renderer.pieces);
    return out;
}

}  // namespace docent::docs
