#include <algorithm>

#include "base/text.hpp"
#include "docs/mdx_renderer.hpp"
#include "docs/slug.hpp"

namespace docent::docs {

namespace {

std::size_t prose_words(std::string_view text) {
    std::size_t words = 0;
    bool inside = false;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\n';
        words += !space && !inside;
        inside = !space;
    }
    return words;
}

std::string escape_link_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']') out += '\\';
        out += c;
    }
    return out;
}

bool is_one_paragraph(std::string_view text) {
    return text.find("\n\n") == std::string_view::npos && text.find(fence_byte) == std::string_view::npos &&
           text.find(section_begin[0]) == std::string_view::npos &&
           (text.empty() || std::string_view("-*#|>1").find(text[0]) == std::string_view::npos);
}

}  // namespace

std::string link_to(std::string_view title, std::string_view href) {
    if (href.empty()) return "**" + std::string(title) + "**";
    const bool plain = href.find_first_of(" ()<>") == std::string_view::npos;
    return "[" + escape_link_text(title) + "](" +
           (plain ? std::string(href) : "<" + std::string(href) + ">") + ")";
}

std::string on_one_line(std::string text) {
    for (auto& c : text)
        if (c == '\n') c = ' ';
    return text;
}

bool MdxRenderer::section(const Node& node, const Scope& scope, std::string title, std::string& out) {
    const int outer = level_;
    const int level = std::min(outer + 1, 6);
    level_ = level;
    if (title.empty()) {  // <summary> or the slot of it
        for (const auto& child : node.children)
            if (child.element && child.tag.name == "summary") title = inline_of(child, scope);
    }
    const auto description = attribute(node, "description", scope);
    auto body = dedent(render(node.children, scope));
    level_ = outer;
    if (title.empty()) {
        out = std::move(body);
        return true;
    }
    const auto id = attribute(node, "id", scope);
    out = std::string(section_begin) + "\n" + std::string(static_cast<std::size_t>(level), '#') + " " + title;
    if (!id.empty()) out += " {#" + id + "}";
    out += "\n\n";
    if (!description.empty() && node.tag.name != "Update") out += description + "\n\n";
    out += body + "\n\n" + std::string(section_end);
    return true;
}

/// A tab with a text of its own is a section; one that holds little but code is led in by its title.
bool MdxRenderer::tab(const Node& node, const Scope& scope, std::string& out) {
    std::string title = attribute(node, "title", scope);
    for (const auto* key : {"label", "value"})
        if (title.empty()) title = attribute(node, key, scope);
    const auto known_ids = ids.size();
    const auto numbered = steps_;
    const auto expansions = expansions_;
    const auto body = block_of(node, scope);
    if (title.empty()) {
        out = body;
        return true;
    }
    if (prose_words(body) < 60) {
        if (ids.size() < 10'000) ids.push_back(slugify(title));
        out = "**" + title + "**\n\n" + body;
        return true;
    }
    ids.resize(known_ids);
    steps_ = numbered;
    expansions_ = expansions;
    return section(node, scope, std::move(title), out);
}

std::string MdxRenderer::callout(const Node& node, const Scope& scope, std::string_view label) {
    std::string kind(label);
    if (const auto type = attribute(node, "type", scope); !type.empty()) {
        kind = type;
        if (kind[0] >= 'a' && kind[0] <= 'z') kind[0] = static_cast<char>(kind[0] - 'a' + 'A');
    }
    const auto title = attribute(node, "title", scope);
    if (!title.empty()) kind += ": " + title;
    const auto body = block_of(node, scope);
    if (body.empty() && title.empty()) return "";
    const auto lead = "> **" + kind + (title.empty() ? ":**" : "**");
    if (body.empty()) return lead;
    const bool joins = title.empty() && is_one_paragraph(body.substr(0, body.find("\n\n")));
    return lead + (joins ? " " : "\n>\n> ") + indent_rest(body, "> ");
}

std::string MdxRenderer::field(const Node& node, const Scope& scope) {
    std::string name, place;
    for (const auto* key : {"name", "path", "query", "body", "header"})
        if (name.empty() && !(name = attribute(node, key, scope)).empty() &&
            std::string_view(key) != "name" && std::string_view(key) != "body")
            place = key;
    if (!name.empty() && ids.size() < 10'000) ids.push_back("param-" + slugify(name));
    std::string notes;
    const auto note = [&](const std::string& text) {
        if (!text.empty()) notes += (notes.empty() ? "" : ", ") + text;
    };
    if (!place.empty()) note(place == "path" || place == "query" || place == "header" ? "in " + place : "");
    if (const auto type = attribute(node, "type", scope); !type.empty()) note("`" + type + "`");
    if (node.tag.flag("required")) note("required");
    if (node.tag.flag("deprecated")) note("deprecated");
    if (const auto standard = attribute(node, "default", scope); !standard.empty())
        note("default: `" + standard + "`");
    auto body = block_of(node, scope);
    std::string out = "- `" + name + "`" + (notes.empty() ? "" : " (" + notes + ")");
    if (body.empty()) return out;
    const bool joins = is_one_paragraph(body.substr(0, body.find("\n\n")));
    return out + (joins ? ": " : "\n\n  ") + indent_rest(body, "  ");
}

std::string MdxRenderer::card(const Node& node, const Scope& scope) {
    std::string title = attribute(node, "title", scope);
    for (const auto* key : {"label", "name", "text"})
        if (title.empty()) title = attribute(node, key, scope);
    auto href = attribute(node, "href", scope);
    for (const auto* key : {"to", "link", "url"})
        if (href.empty()) href = attribute(node, key, scope);
    auto body = block_of(node, scope);
    for (const auto* key : {"description", "subtitle"})
        if (const auto more = attribute(node, key, scope); !more.empty() && body.empty()) body = more;
    if (title.empty()) {
        if (body.empty()) return "";
        if (href.empty() || !is_one_paragraph(body)) return body;
        return link_to(on_one_line(body), href);
    }
    if (!node.block) return link_to(title, href);
    if (body.empty()) return "- " + link_to(title, href);
    if (is_one_paragraph(body)) return "- " + link_to(title, href) + ": " + on_one_line(body);
    return "- " + link_to(title, href) + "\n\n  " + indent_rest(body, "  ");
}

std::string MdxRenderer::code_block(const Node& node, const Scope& scope) {
    auto inner = block_of(node, scope);
    if (inner.find(fence_byte) != std::string::npos) return inner;
    Fence fence;
    fence.language = attribute(node, "language", scope);
    fence.title = attribute(node, "title", scope);
    if (fence.title.empty()) fence.title = attribute(node, "filename", scope);
    for (auto* text : {&fence.language, &fence.title})
        for (auto& c : *text)
            if (c == '`' || c == '"') c = '\'';
    fence.content = inner + "\n";
    fences_.push_back(std::move(fence));
    return fence_mark(fences_.size() - 1);
}

}  // namespace docent::docs
