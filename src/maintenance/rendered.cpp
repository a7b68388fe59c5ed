#include "maintenance/rendered.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <cstdlib>
#include <memory>

#include "base/text.hpp"
#include "docs/front_matter.hpp"
#include "docs/mdx.hpp"

namespace docent::maintenance {
namespace {

struct FreeParser {
    void operator()(cmark_parser* p) const { cmark_parser_free(p); }
};
struct FreeNode {
    void operator()(cmark_node* p) const { cmark_node_free(p); }
};

std::string html_of(std::string_view markdown) {
    cmark_gfm_core_extensions_ensure_registered();
    constexpr int options = CMARK_OPT_UNSAFE | CMARK_OPT_FOOTNOTES;
    const std::unique_ptr<cmark_parser, FreeParser> parser(cmark_parser_new(options));
    for (const char* name : {"table", "strikethrough", "autolink", "tasklist"})
        if (auto* extension = cmark_find_syntax_extension(name))
            cmark_parser_attach_syntax_extension(parser.get(), extension);
    cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
    const std::unique_ptr<cmark_node, FreeNode> document(cmark_parser_finish(parser.get()));
    char* html = cmark_render_html(document.get(), options, cmark_parser_get_syntax_extensions(parser.get()));
    std::string out = html ? html : "";
    std::free(html);
    return out;
}

}  // namespace

std::string rendered(std::string_view page, bool mdx) {
    const auto body = page.substr(docs::read_front_matter(page).body);
    std::string out;
    if (mdx) {
        const auto markdown = docs::mdx_to_markdown(body, {});
        out = html_of(markdown.marked);
        for (const auto& id : markdown.ids) out += "#" + id + "\n";
        for (const auto& file : markdown.missing) out += "missing " + file + "\n";
    } else {
        out = html_of(body);
    }
    constexpr std::string_view language = "<code class=\"language-";
    for (auto at = out.find(language); at != out.npos; at = out.find(language, at + 1))
        for (auto i = at + language.size(); i < out.size() && out[i] != '"'; ++i)
            if (out[i] >= 'A' && out[i] <= 'Z') out[i] = static_cast<char>(out[i] - 'A' + 'a');
    return out;
}

}  // namespace docent::maintenance
