#include <array>
#include <utility>

#include "base/text.hpp"
#include "docs/mdx_renderer.hpp"

namespace docent::docs {

namespace {

enum class Kind {
    unknown,
    callout,
    section,
    tab,
    step,
    steps,
    update,
    card,
    field,
    expandable,
    code,
    tooltip,
    gone,
    image,
    video,
    visibility,
    tree_item,
    color,
    prompt,
    github,
    heading,
};

struct Row {
    std::string_view name;
    Kind kind;
    std::string_view label = {};
};

/// Every component with a meaning of its own. Others are transparent: their text stays.
constexpr std::array rows{
    Row{"Note", Kind::callout, "Note"},
    Row{"Info", Kind::callout, "Info"},
    Row{"Tip", Kind::callout, "Tip"},
    Row{"Warning", Kind::callout, "Warning"},
    Row{"Check", Kind::callout, "Check"},
    Row{"Danger", Kind::callout, "Danger"},
    Row{"Callout", Kind::callout, "Note"},
    Row{"Banner", Kind::callout, "Note"},
    Row{"Caution", Kind::callout, "Caution"},
    Row{"Important", Kind::callout, "Important"},
    Row{"Admonition", Kind::callout, "Note"},
    Row{":note", Kind::callout, "Note"},
    Row{":info", Kind::callout, "Info"},
    Row{":tip", Kind::callout, "Tip"},
    Row{":success", Kind::callout, "Success"},
    Row{":warning", Kind::callout, "Warning"},
    Row{":caution", Kind::callout, "Caution"},
    Row{":danger", Kind::callout, "Danger"},
    Row{":important", Kind::callout, "Important"},
    Row{":details", Kind::section},
    Row{"Accordion", Kind::section},
    Row{"AccordionItem", Kind::section},
    Row{"AccordionBlock", Kind::section},
    Row{"View", Kind::section},
    Row{"details", Kind::section},
    Row{"Details", Kind::section},
    Row{"Tab", Kind::tab},
    Row{"TabItem", Kind::tab},
    Row{"Steps", Kind::steps},
    Row{"Step", Kind::step},
    Row{"Update", Kind::update},
    Row{"Card", Kind::card},
    Row{"Tile", Kind::card},
    Row{"LinkCard", Kind::card},
    Row{"HeroCard", Kind::card},
    Row{"ThemeCard", Kind::card},
    Row{"FeatureCard", Kind::card},
    Row{"Btn", Kind::card},
    Row{"Button", Kind::card},
    Row{"ParamField", Kind::field},
    Row{"ResponseField", Kind::field},
    Row{"Property", Kind::field},
    Row{"Expandable", Kind::expandable},
    Row{"CodeBlock", Kind::code},
    Row{"Tooltip", Kind::tooltip},
    Row{"Icon", Kind::gone},
    Row{"Cross", Kind::gone},
    Row{"Visibility", Kind::visibility},
    Row{"Tree.Folder", Kind::tree_item},
    Row{"Tree.File", Kind::tree_item},
    Row{"Folder", Kind::tree_item},
    Row{"File", Kind::tree_item},
    Row{"Color.Item", Kind::color},
    Row{"Prompt", Kind::prompt},
    Row{"CopyPrompt", Kind::prompt},
    Row{"GitHub.Repo", Kind::github},
    Row{"Heading", Kind::heading},
    Row{"DocsImage", Kind::image},
    Row{"Image", Kind::image},
    Row{"MDXImage", Kind::image},
    Row{"Img", Kind::image},
    Row{"ThemedImage", Kind::image},
    Row{"DocsVideo", Kind::video},
    Row{"Video", Kind::video},
    Row{"video", Kind::video},
};

const Row* row_of(std::string_view name) {
    for (const auto& row : rows)
        if (row.name == name) return &row;
    return nullptr;
}

}  // namespace

bool MdxRenderer::element(const Node& node, const Scope& scope, std::string& out) {
    const auto& name = node.tag.name;
    bool known = false;
    const bool from_snippet = snippet(node, scope, out, known);
    if (known) return from_snippet;
    const auto* row = row_of(name);
    switch (row ? row->kind : Kind::unknown) {
        case Kind::callout:
            if (node.tag.self_closing || node.children.empty()) {
                out = name == "Check" ? "✓" : "";
                return false;
            }
            out = callout(node, scope, row->label);
            return true;
        case Kind::section: {
            std::string title = attribute(node, "title", scope);
            if (title.empty()) title = attribute(node, "label", scope);
            return section(node, scope, std::move(title), out);
        }
        case Kind::tab:
            return tab(node, scope, out);
        case Kind::steps: {
            const auto outer = std::exchange(steps_, 0);
            out = block_of(node, scope);
            steps_ = outer;
            return true;
        }
        case Kind::step: {
            std::string title = attribute(node, "title", scope);
            if (title.empty()) title = attribute(node, "titleText", scope);
            const auto number = std::to_string(++steps_) + ". ";
            out = title.empty() ? "" : "**" + number + title + "**\n\n";
            const auto body = block_of(node, scope);
            out += title.empty() ? number + indent_rest(body, std::string(number.size(), ' ')) : body;
            return true;
        }
        case Kind::update: {
            std::string title = attribute(node, "label", scope);
            const auto description = attribute(node, "description", scope);
            if (!description.empty()) title += (title.empty() ? "" : ": ") + description;
            return section(node, scope, std::move(title), out);
        }
        case Kind::card:
            out = card(node, scope);
            return node.block;
        case Kind::field:
            out = field(node, scope);
            return true;
        case Kind::expandable: {
            const auto title = attribute(node, "title", scope);
            out = (title.empty() ? "" : "**" + title + "**\n\n") + block_of(node, scope);
            return true;
        }
        case Kind::code:
            out = code_block(node, scope);
            return true;
        case Kind::tooltip: {
            const auto tip = attribute(node, "tip", scope);
            out = inline_of(node, scope) + (tip.empty() ? "" : " (" + tip + ")");
            return false;
        }
        case Kind::gone: {
            // In a table a tick or a cross is all that a cell says.
            const auto icon = attribute(node, "icon", scope);
            const bool yes = icon == "check" || icon == "circle-check" || icon == "check-circle";
            const bool no = name == "Cross" || icon == "x" || icon == "xmark" || icon == "circle-x";
            out = yes ? "✓" : no ? "✗" : "";
            return false;
        }
        case Kind::visibility: {
            // The agents' side is indexed. What only some may see is never shown to all.
            const auto audience = lower_ascii(attribute(node, "for", scope));
            const auto* given = node.tag.find("for");
            const bool shown =
                !given || audience == "agents" || audience == "signed-out" || audience == "all";
            out = shown && !node.tag.find("groups") ? block_of(node, scope) : "";
            return true;
        }
        case Kind::tree_item: {
            const auto label = attribute(node, "name", scope);
            out = "- " + (label.empty() ? inline_of(node, scope) : "`" + label + "`");
            const auto inner = label.empty() ? "" : block_of(node, scope);
            if (!inner.empty()) out += "\n  " + indent_rest(inner, "  ");
            return true;
        }
        case Kind::color: {
            auto value = attribute(node, "value", scope);
            if (value.empty())
                if (const auto* light = node.tag.find("value"); light) value = on_one_line(light->value);
            out = "- " + attribute(node, "name", scope) + (value.empty() ? "" : ": `" + value + "`");
            return true;
        }
        case Kind::prompt: {
            auto title = attribute(node, "title", scope);
            for (const auto* key : {"description", "subtext"})
                if (const auto more = attribute(node, key, scope); !more.empty())
                    title += (title.empty() ? "" : ": ") + more;
            auto body = block_of(node, scope);
            if (body.empty())
                if (const auto* prompt = node.tag.find("prompt"); prompt && !prompt->expression)
                    body = dedent("\n" + prompt->value);
            out = (title.empty() ? "" : "**" + title + "**\n\n") + "> " + indent_rest(body, "> ");
            return true;
        }
        case Kind::github: {
            const auto repository = attribute(node, "owner", scope) + "/" + attribute(node, "repo", scope);
            out = repository == "/" ? "" : link_to(repository, "https://github.com/" + repository);
            return node.block;
        }
        case Kind::heading: {
            const auto level = attribute(node, "level", scope);
            const std::size_t n =
                level.size() == 1 && level[0] >= '1' && level[0] <= '6' ? std::size_t(level[0] - '0') : 2;
            const auto id = attribute(node, "id", scope);
            out = std::string(n, '#') + " " + inline_of(node, scope) + (id.empty() ? "" : " {#" + id + "}");
            level_ = static_cast<int>(n);
            return true;
        }
        case Kind::image: {
            const auto alt = attribute(node, "alt", scope), source = attribute(node, "src", scope);
            const auto title = alt.empty() ? attribute(node, "title", scope) : alt;
            out = source.empty() ? title : "!" + link_to(title, source);
            return node.block;
        }
        case Kind::video: {
            const auto title = attribute(node, "title", scope);
            const auto alt = title.empty() ? attribute(node, "aria-label", scope) : title;
            out = alt.empty() ? "" : link_to(alt, attribute(node, "src", scope));
            return true;
        }
        case Kind::unknown:
            break;
    }
    const bool block = html(node, scope, out, known);
    if (known) return block;
    if (data_component(node, out)) return true;
    // A name in angle brackets that nothing closes is a placeholder that someone forgot to quote.
    if (!node.closed && node.tag.attributes.empty() && !node.block && !name.empty() && name[0] != ':') {
        out = "\\<" + name + "\\>" + render(node.children, scope);
        return false;
    }
    if (node.children.empty()) {  // no text of its own: a title or label that links somewhere
        const auto href = attribute(node, "href", scope);
        if (!href.empty()) out = card(node, scope);
        return node.block;
    }
    if (name[0] == ':' && node.tag.find("title")) out = "**" + attribute(node, "title", scope) + "**\n\n";
    const auto inner = render(node.children, scope);
    const bool lines = node.block && inner.find('\n') != std::string::npos;
    out += lines ? dedent(inner) : inner;
    return lines;
}

}  // namespace docent::docs
