#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "docs/mdx.hpp"
#include "docs/mdx_tree.hpp"

namespace docent::docs {

/// What names mean where an element stands: properties of the snippet, constants, imports.
struct Scope {
    std::map<std::string, std::string> values;
    std::vector<ImportedName> imports;
    std::string file;
};

/// Writes a tree as Markdown. Private to the conversion.
class MdxRenderer {
public:
    explicit MdxRenderer(const MdxOptions& options) : options_(options) {}

    /// The whole page: parsed, rendered, fences put back.
    std::string page(std::string_view text);
    std::vector<std::string> ids, snippets, missing;
    std::vector<SourcePiece> pieces;  // of the page itself

private:
    // mdx.cpp
    std::string render(const std::vector<Node>& nodes, const Scope& scope);
    void append_block(std::string& out, std::string block) const;
    std::string block_of(const Node& node, const Scope& scope);   // children, dedented
    std::string inline_of(const Node& node, const Scope& scope);  // children on one line
    std::string attribute(const Node& node, std::string_view name, const Scope& scope) const;
    std::string expression(const Node& node, const Scope& scope);
    void follow_level(std::string_view text);
    std::string finish(std::string_view text) const;

    // components.cpp: answers in `out`; true when the result is a block
    bool element(const Node& node, const Scope& scope, std::string& out);

    // component_blocks.cpp
    bool section(const Node& node, const Scope& scope, std::string title, std::string& out);
    std::string callout(const Node& node, const Scope& scope, std::string_view label);
    std::string field(const Node& node, const Scope& scope);
    std::string card(const Node& node, const Scope& scope);
    std::string code_block(const Node& node, const Scope& scope);
    bool tab(const Node& node, const Scope& scope, std::string& out);

    // data_component.cpp
    bool data_component(const Node& node, std::string& out);

    // html_elements.cpp
    bool html(const Node& node, const Scope& scope, std::string& out, bool& known);
    std::string table(const Node& node, const Scope& scope);
    std::string list(const Node& node, const Scope& scope, bool numbered);

    // snippets.cpp
    bool snippet(const Node& node, const Scope& scope, std::string& out, bool& known);
    std::string expand(const std::string& path, const std::string& exported, const Node& node,
                       const Scope& scope);

    const MdxOptions& options_;
    std::vector<Fence> fences_;
    int level_ = 1;          // of the last heading
    std::size_t steps_ = 0;  // number of the step within its list
    std::size_t expansions_ = 0, nesting_ = 0, written_ = 0;
};

/// Takes the common indentation off, and blank lines at both ends.
std::string dedent(std::string_view text);

/// `text` with `prefix` before each line but the first.
std::string indent_rest(std::string_view text, std::string_view prefix);

/// A Markdown link; a bold text when it leads nowhere.
std::string link_to(std::string_view title, std::string_view href);
std::string on_one_line(std::string text);

}  // namespace docent::docs
