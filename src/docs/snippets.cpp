#include <utility>

#include "docs/front_matter.hpp"
#include "docs/mdx_renderer.hpp"

namespace docent::docs {

namespace {

constexpr std::size_t max_snippet_nesting = 8;  // snippets in snippets
constexpr std::size_t max_expansions = 400;     // a page
constexpr std::size_t max_written = 4 << 20;    // bytes out of snippets, a page

bool is_markdown(std::string_view file) {
    return file.size() > 3 && (file.substr(file.size() - 3) == ".md" ||
                               (file.size() > 4 && file.substr(file.size() - 4) == ".mdx"));
}

}  // namespace

std::string MdxRenderer::expand(const std::string& path, const std::string& exported, const Node& node,
                                const Scope& scope) {
    if (path.empty() || !is_markdown(path) || !options_.snippet || nesting_ >= max_snippet_nesting ||
        expansions_ >= max_expansions || written_ >= max_written)
        return "";
    ++expansions_;
    const auto source = options_.snippet(path);
    if (!source) {
        missing.push_back(path);
        return "";
    }
    snippets.push_back(path);
    const auto head = read_front_matter(*source);
    auto tree = parse_mdx(std::string_view(*source).substr(head.body), true, fences_);
    Scope inner{std::move(tree.exports), std::move(tree.imports), path};
    if (exported != "default") {  // a constant
        const auto at = inner.values.find(exported);
        return at == inner.values.end() ? "" : at->second;
    }
    for (const auto& property : node.tag.attributes)
        if (auto value = attribute(node, property.name, scope); !value.empty())
            inner.values[property.name] = std::move(value);
    if (!node.children.empty()) inner.values["children"] = block_of(node, scope);
    ++nesting_;
    auto text = dedent("\n" + render(tree.nodes, inner));
    --nesting_;
    written_ += text.size();
    return text;
}

bool MdxRenderer::snippet(const Node& node, const Scope& scope, std::string& out, bool& known) {
    const auto& name = node.tag.name;
    if (name == "Snippet") {
        known = true;
        const auto file = attribute(node, "file", scope);
        if (!file.empty()) {
            auto path = resolve_path(file[0] == '/' ? file : "/snippets/" + file, "");
            if (options_.snippet && !options_.snippet(path)) path = "_" + path;
            out = expand(path, "default", node, scope);
            return true;
        }
        // Other sites: a command to copy.
        auto text = attribute(node, "text", scope);
        if (text.empty()) return node.block;
        Fence fence;
        fence.language = "bash";
        fence.content = std::move(text) + "\n";
        fences_.push_back(std::move(fence));
        out = fence_mark(fences_.size() - 1);
        return true;
    }
    if (name.empty() || name[0] < 'A' || name[0] > 'Z') return false;
    for (const auto& import : scope.imports) {
        if (import.name != name) continue;
        known = is_markdown(import.file) || import.file.find("snippets/") != std::string::npos;
        if (is_markdown(import.file))
            out = expand(resolve_path(import.file, scope.file), import.exported, node, scope);
        else if (known && !node.children.empty())
            out = block_of(node, scope);
        return known;
    }
    return false;
}

}  // namespace docent::docs
