#include "docs/html.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "docs/html_depth.hpp"

namespace docent::docs {
namespace {

std::string markdown(std::string_view body) {
    const auto page = html_to_page("<!doctype html><body><main>" + std::string(body) + "</main>");
    return page.markdown;
}

TEST(Html, OnlyTheMainContentIsRead) {
    const auto page = html_to_page(R"(<!doctype html><html><head><title>Install | The Docs</title>
      <meta name="description" content="How to install."><style>p{}</style></head>
      <body><header>Logo</header><nav><a href="/">Home</a></nav>
      <main><aside class="sidebar">Menu</aside><article><header><h1>Install it<a class="headerlink" href="#x">#</a></h1></header>
      <p>Run this.</p><script>alert(1)</script><footer>Edit this page</footer></article></main>
      <footer>Imprint</footer></body></html>)");
    EXPECT_EQ(page.title, "Install it");
    EXPECT_EQ(page.description, "How to install.");
    EXPECT_EQ(page.markdown, "Run this.\n");
    EXPECT_EQ(page.problem, "");
}

TEST(Html, WithoutAHeadingTheTitleIsTheHeads) {
    const auto page = html_to_page("<title>Install - The Docs</title><p>Text");
    EXPECT_EQ(page.title, "Install");
    EXPECT_EQ(page.markdown, "Text\n");
}

TEST(Html, RoleMainIsMain) {
    EXPECT_EQ(html_to_page("<div>a</div><div role=main><p>b</div><div>c</div>").markdown, "b\n");
}

TEST(Html, HeadingsParagraphsAndMarks) {
    EXPECT_EQ(markdown("<h2 id=a>A  <em>b</em></h2><p>One <strong>two</strong> <code>x | y</code>,\n <a "
                       "href='/c d'>three</a>.<br>Four</p><hr><h3>C</h3>"),
              "## A *b*\n\nOne **two** `x | y`, [three](/c%20d).\\\nFour\n\n---\n\n### C\n");
}

TEST(Html, ListsNestAndCountFromTheirStart) {
    EXPECT_EQ(markdown("<ul><li>a<ul><li>b</li><li>c</li></ul></li><li><p>d</p></li></ul>"),
              "- a\n  - b\n  - c\n- d\n");
    EXPECT_EQ(markdown("<ol start=3><li>a<li>b<pre>x\ny</pre></ol>"),
              "3. a\n\n4. b\n\n   ```\n   x\n   y\n   ```\n");
}

TEST(Html, TablesBecomeGfmTables) {
    EXPECT_EQ(markdown("<table><thead><tr><th>Name<th>What</tr></thead><tbody><tr><td><code>a|b</"
                       "code><td>one<br>two<tr><td colspan=2>wide</table>"),
              "| Name | What |\n| --- | --- |\n| `a\\|b` | one two |\n| wide |  |\n");
}

TEST(Html, ATableOfOneColumnIsLayout) {
    EXPECT_EQ(markdown("<table><tr><td><h2>A</h2><p>b</td></tr></table>"), "## A\n\nb\n");
}

TEST(Html, CodeBlocksKeepTheirLanguageAndText) {
    EXPECT_EQ(markdown("<pre><code class=\"hljs language-C++\">int a &lt; b;\n  c();\n</code></pre>"),
              "```c++\nint a < b;\n  c();\n```\n");
    EXPECT_EQ(markdown("<div class=\"highlight-python\"><div class=highlight><pre>x = 1\n</pre></div></div>"),
              "```python\nx = 1\n```\n");
    EXPECT_EQ(markdown("<pre>a\n```\nb<button>Copy</button></pre>"), "````\na\n```\nb\n````\n");
}

TEST(Html, TextThatLooksLikeMarkdownIsEscaped) {
    EXPECT_EQ(
        markdown("<p>*a* snake_case _b_ [c](d) &lt;e&gt; &amp;lt; `f`</p><p># g</p><p>1. h</p><p>- i</p>"),
        "\\*a\\* snake_case \\_b\\_ \\[c\\](d) \\<e> \\&lt; \\`f\\`\n\n\\# g\n\n1\\. h\n\n\\- i\n");
}

TEST(Html, LinksThatRunScriptsLoseTheirAddress) {
    EXPECT_EQ(markdown("<p><a href=' JavaScript:alert(1)'>a</a> <a href='java\nscript:x'>b</a> <a "
                       "href='data:text/html,x'>c</a>"),
              "a b c\n");
}

TEST(Html, ImagesAreTheirAlternativeText) {
    EXPECT_EQ(markdown("<p><img src=/a.png alt='The menu'><img src=/b.png><img alt=C "
                       "src='data:image/png;base64,AA'></p>"),
              "![The menu](/a.png)C\n");
}

TEST(Html, DefinitionsAreAList) {
    EXPECT_EQ(
        markdown("<dl><dt><code>--flag</code></dt><dd>Does it.</dd><dt>Term</dt><dd>Meaning.</dd></dl>"),
        "- `--flag`\n\n  Does it.\n\n- **Term**\n\n  Meaning.\n");
}

TEST(Html, QuotesAndDetails) {
    EXPECT_EQ(
        markdown(
            "<blockquote><p>a</p><p>b</p></blockquote><details><summary>More</summary><p>c</p></details>"),
        "> a\n>\n> b\n\n**More**\n\nc\n");
}

TEST(Html, APageWithoutTextSaysSo) {
    EXPECT_EQ(html_to_page("").problem, "the page has no text");
    EXPECT_EQ(html_to_page("<script>x</script>").problem, "the page has no text");
}

TEST(Html, DeepPagesAreRefusedAndWideOnesRead) {
    std::string deep;
    for (int i = 0; i < 200'000; ++i) deep += "<div>";
    EXPECT_EQ(html_to_page(deep).problem, "the elements are nested too deeply");
    std::string wide = "<ul>";
    for (int i = 0; i < 20'000; ++i) wide += "<li>a";
    EXPECT_EQ(html_to_page(wide).problem, "");
}

TEST(Html, FormattingThatMultipliesIsRefused) {
    std::string page;
    for (int i = 0; i < 400; ++i) page += "<font a" + std::to_string(i) + ">";
    for (int i = 0; i < 20'000; ++i) page += "<p>";
    const auto read = html_to_page(page);
    EXPECT_FALSE(read.problem.empty());
}

TEST(HtmlDepth, EndTagsThatAreLeftOutDoNotCount) {
    std::string page = "<body>";
    for (int i = 0; i < 1000; ++i) page += "<div><p>a<ul><li>b<li>c</ul></div>";
    EXPECT_LT(html_depth_bound(page, 100), 10U);
}

TEST(HtmlDepth, WhatIsNoTagDoesNotClose) {
    std::string page;
    for (int i = 0; i < 1000; ++i) page += "<div><!-- </div> --><br a=\"</div>\">";
    EXPECT_EQ(html_depth_bound(page, 100), 100U);
}

}  // namespace
}  // namespace docent::docs
