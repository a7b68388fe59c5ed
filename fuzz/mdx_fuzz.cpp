// Any bytes become valid UTF-8 Markdown without our marks, in bounded size, and a fence's content stays. The
// links of a page are the same whether it is parsed once or twice.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "docs/chunks.hpp"
#include "docs/links.hpp"
#include "docs/mdx.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace docent::docs;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const bool mdx : {true, false}) {
        MdxOptions options;
        options.mdx = mdx;
        options.file = "a/b.mdx";
        options.snippet = [&](const std::string&) { return std::optional<std::string>(text.substr(0, 500)); };
        const auto page = mdx_to_markdown(text, options);
        const auto chunks = chunk_page(page.marked, "t", 50);
        if (!docent::is_utf8(chunks.markdown) ||
            chunks.markdown.find_first_of("\x01\x02") != std::string::npos)
            std::abort();
        for (const auto& chunk : chunks.chunks)
            if (!docent::is_utf8(chunk.text) || !docent::is_utf8(chunk.code) ||
                !docent::is_utf8(chunk.markdown))
                std::abort();
        if (page.pieces) {
            const auto once = find_links(text, 1, *page.pieces);
            const auto twice = find_links(text, 1, mdx ? Syntax::mdx : Syntax::markdown);
            const auto same = [](const Link& a, const Link& b) {
                return a.target == b.target && a.text == b.text && a.line == b.line;
            };
            if (!std::equal(once.begin(), once.end(), twice.begin(), twice.end(), same)) std::abort();
        }
        const std::string code = "a <b> {c} /* */\n";
        const auto fenced = mdx_to_markdown("```js\n" + code + "```\n\n" + std::string(text), options);
        if (fenced.marked.find(code) == std::string::npos) std::abort();
    }
    return 0;
}
