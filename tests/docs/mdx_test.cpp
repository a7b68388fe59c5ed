#include "docs/mdx.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "base/text.hpp"
#include "docs/chunks.hpp"
#include "docs/support.hpp"

namespace docent::docs {
namespace {

MdxOptions with_snippets() {
    MdxOptions options;
    options.file = "page.mdx";
    options.snippet = [](const std::string& path) -> std::optional<std::string> {
        if (path == "snippets/shared.mdx") return "---\ntitle: no page\n---\n\nHello {name} from a snippet.";
        if (path == "snippets/values.mdx") return "export const product = \"Docent\";\n";
        if (path == "snippets/loop.mdx")
            return "a <Snippet file=\"loop.mdx\" /><Snippet file=\"loop.mdx\" />";
        return std::nullopt;
    };
    return options;
}

std::string markdown(std::string_view text, bool mdx = true) {
    MdxOptions options;
    options.mdx = mdx;
    return chunk_page(mdx_to_markdown(text, options).marked, "", 300).markdown;
}

TEST(Mdx, ComponentsBecomeTheGoldenMarkdown) {
    const auto page = mdx_to_markdown(test::slurp(test::fixtures() / "mdx/components.mdx"), with_snippets());
    const auto got = chunk_page(page.marked, "", 300).markdown;
    const auto golden = test::fixtures() / "mdx/components.md";
    if (std::getenv("UPDATE_GOLDEN")) std::ofstream(golden, std::ios::binary) << got;
    EXPECT_EQ(got, test::slurp(golden));
    EXPECT_EQ(got.find("Secret"), std::string::npos);
    EXPECT_EQ(page.missing.size(), 0u);
}

TEST(Mdx, CodeFencesStayByteForByte) {
    EXPECT_EQ(markdown("<Steps>\n  <Step title=\"A\">\n    ```js\n    if (a) {\n      b(<C/>); // {x}\n\n    "
                       "}\n    ```\n  </Step>\n</Steps>\n"),
              "**1. A**\n\n```js\nif (a) {\n  b(<C/>); // {x}\n\n}\n```\n");
    EXPECT_EQ(markdown("> ```js\n> a <b>\n> ```\n"), "> ```js\n> a <b>\n> ```\n");
    EXPECT_EQ(markdown("- x\n\n  ~~~\n  {a}\n  ~~~\n"), "- x\n\n  ```\n  {a}\n  ```\n");
}

TEST(Mdx, VariablesAreReplacedWhereTheyAreKnown) {
    const std::map<std::string, std::string> variables{{"version", "2.1"}};
    MdxOptions options;
    options.variables = &variables;
    EXPECT_EQ(mdx_to_markdown("v{{version}} and `{{other}}`", options).marked, "v2.1 and `{{other}}`\n");
}

TEST(Mdx, SnippetsThatContainThemselvesEnd) {
    auto options = with_snippets();
    const auto page = mdx_to_markdown("<Snippet file=\"loop.mdx\" />", options);
    EXPECT_LT(page.marked.size(), 100'000u);
    const auto gone = mdx_to_markdown("<Snippet file=\"none.mdx\" />", options);
    EXPECT_EQ(gone.missing.size(), 1u);
}

TEST(Mdx, SnippetPathsStayInsideTheRoot) {
    EXPECT_EQ(resolve_path("/snippets/a.mdx", "x/y.mdx"), "snippets/a.mdx");
    EXPECT_EQ(resolve_path("../a.mdx", "x/y.mdx"), "a.mdx");
    EXPECT_EQ(resolve_path("../../etc/passwd", "x/y.mdx"), "");
    EXPECT_EQ(resolve_path("/../x", ""), "");
}

TEST(Mdx, PlainMarkdownKeepsItsBraces) {
    EXPECT_EQ(markdown("Use {name} here.\n\n    <indented> {code}\n", false),
              "Use {name} here.\n\n```\n<indented> {code}\n```\n");
}

TEST(Mdx, ProseThatBeginsWithImportIsNoCode) {
    EXPECT_EQ(markdown("import your data first.\n"), "import your data first.\n");
    EXPECT_EQ(markdown("import X from 'x';\n\nText.\n"), "Text.\n");
    EXPECT_EQ(markdown("export const A = () => {\n  return (\n    <p>\n\n    don't</p>\n  );\n};\n\nText.\n"),
              "Text.\n");
}

TEST(Mdx, IllFormedBytesAreRepaired) {
    const auto page = mdx_to_markdown("a \xff\xfe <b", MdxOptions{});
    EXPECT_TRUE(is_utf8(page.marked));
}

TEST(Mdx, HostileTextIsLinear) {
    // Each of these would take minutes if the work grew with the square.
    for (const std::string piece :
         {"<",     "{",  ">",       "`a",  "<a ",  "{a",   "![",     "[",          "**",
          "<!--",  "</", "<a b=\"", "{`",  "- ",   "> ",   ":::a\n", "<a>",        "<a>\n",
          "&",     "_",  "|",       "1. ", "[a](", "<a {", "\\",     "import {\n", "export const a = {\n",
          "```\n", "{/*"}) {
        std::string text;
        while (text.size() < 200'000) text += piece;
        const auto page = mdx_to_markdown(text, MdxOptions{});
        const auto chunks = chunk_page(page.marked, "", 300);
        EXPECT_TRUE(is_utf8(chunks.markdown)) << piece;
    }
}

}  // namespace
}  // namespace docent::docs
