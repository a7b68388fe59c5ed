#include "docs/links.hpp"

#include <gtest/gtest.h>

#include "docs/mdx.hpp"

namespace docent::docs {
namespace {

std::string spans(std::string_view source, Syntax syntax = Syntax::mdx) {
    static constexpr const char* names[] = {"link",      "image",  "definition", "autolink",
                                            "attribute", "source", "import"};
    std::string out;
    std::size_t at = 0;
    for (const auto& span : find_link_spans(source, syntax)) {
        EXPECT_LE(at, span.begin);
        at = span.end;
        out += std::string(names[static_cast<int>(span.form)]) + " " + std::to_string(span.line) + " " +
               std::string(span.target(source)) + "\n";
    }
    return out;
}

TEST(LinkSpans, links_of_markdown_have_the_bytes_of_their_targets) {
    EXPECT_EQ(spans("a [b](/c \"t\") ![d](<e f.png>) [g]( h )\r\n\r\n[i]: /j 'k'\r\n<https://l.m/n>\r\n"),
              "link 1 /c\nimage 1 e f.png\nlink 1 h\ndefinition 3 /j\nautolink 4 https://l.m/n\n");
    EXPECT_EQ(spans("[![logo](/l.png)](/home) [a(b)](/c(d)) [text\nover lines](/x)"),
              "image 1 /l.png\nlink 1 /home\nlink 1 /c(d)\nlink 2 /x\n");
    EXPECT_EQ(spans("[a](b c\n\n[d](/e"), "");
    EXPECT_EQ(spans("\\[a](/b) [c\\]](/d) [^1]: /e\n[Note]: this is prose\n"), "link 1 /d\n");
}

TEST(LinkSpans, code_and_comments_have_no_links) {
    EXPECT_EQ(spans("```md\n[a](/b)\n```\n`[c](/d)` ``[e`](/f)`` [g](/h)\n{/* [i](/j) */}\n<!-- [k](/l) -->\n"
                    "`code\n[m](/n) span`\n  ~~~~\n  [o](/p)\n  ~~~~\n[q](/r)"),
              "link 4 /h\nlink 12 /r\n");
    EXPECT_EQ(spans("text\n\n    [a](/b)\n\n[c](/d)", Syntax::markdown), "link 5 /d\n");
    EXPECT_EQ(spans("<Card>\n    [a](/b)\n</Card>\n"), "link 2 /b\n");
}

TEST(LinkSpans, elements_and_scripts_have_links_in_their_attributes) {
    EXPECT_EQ(spans("<Card title=\"[x](/no)\" href=\"/a\"\n  img='/b.png' icon=\"book\">[c](/d)</Card>\n"
                    "<a href={\"/e\"}>f</a> <Link to={`/g`} /> <Tile {...x} link=\"/h\" />"),
              "attribute 1 /a\nsource 2 /b.png\nlink 2 /d\nattribute 3 /e\nattribute 3 /g\nattribute 3 /h\n");
    EXPECT_EQ(spans("import A from \"/snippets/a.mdx\";\nimport { b,\n  c } from './b.jsx'\n\n"
                    "export const cards = [{ href: \"/c\", title: 'It\\'s' }, { 'src': '/d.png' }]\n\n"
                    "{cards.map(x => <Card href={x.href} to=\"/e\" />)}\n<Snippet file=\"f.mdx\" />"),
              "import 1 /snippets/a.mdx\nimport 3 ./b.jsx\nattribute 5 /c\nsource 5 /d.png\nattribute 7 "
              "/e\nimport 8 "
              "f.mdx\n");
    EXPECT_EQ(
        spans("// <a href=\"/no\">\nexport default () => <div>Don't <a href=\"/a\">it's</a></div>; const "
              "t = `<a href=\"/no\">`",
              Syntax::script),
        "attribute 2 /a\n");
    EXPECT_EQ(spans("<p>`<a href='/a'>`</p><script>x = '<a href=\"/no\">'</script><!-- <a href=\"/no\"> -->",
                    Syntax::html),
              "attribute 1 /a\n");
}

TEST(LinkSpans, many_brackets_take_linear_time) {
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += "[](";
    EXPECT_EQ(find_link_spans(text, Syntax::mdx).size(), 0U);
    text.clear();
    for (int i = 0; i < 25'000; ++i) text += "<a b='";
    find_link_spans(text, Syntax::script);
    text.assign(100'000, '[');
    find_link_spans(text, Syntax::markdown);
}

TEST(FindLinks, a_page_that_was_converted_need_not_be_parsed_again) {
    const std::string text =
        "[a](/b) `[c](/d)` <Card href=\"/e\">{/* [f](/g) */}</Card>\n\n```\n[h](/i)\n```\n[j]: /k\n";
    const auto page = mdx_to_markdown(text, {});
    ASSERT_TRUE(page.pieces.has_value());
    const auto once = find_links(text, 3, *page.pieces), twice = find_links(text, 3);
    ASSERT_EQ(once.size(), 3U);
    ASSERT_EQ(twice.size(), 3U);
    for (std::size_t i = 0; i < once.size(); ++i) {
        EXPECT_EQ(once[i].target, twice[i].target);
        EXPECT_EQ(once[i].text, twice[i].text);
        EXPECT_EQ(once[i].line, twice[i].line);
    }
}

TEST(FindLinks, a_page_that_was_changed_before_it_was_parsed_gives_no_pieces) {
    const std::map<std::string, std::string> variables{{"version", "1.2"}};
    MdxOptions options;
    options.variables = &variables;
    EXPECT_FALSE(mdx_to_markdown("a\r\n[b](/c)\r\n", {}).pieces.has_value());
    EXPECT_FALSE(mdx_to_markdown("{{version}} [b](/c)\n", options).pieces.has_value());
    EXPECT_FALSE(mdx_to_markdown("a\xff [b](/c)\n", {}).pieces.has_value());
    EXPECT_TRUE(mdx_to_markdown("{{other}} [b](/c)\n", options).pieces.has_value());
}

}  // namespace
}  // namespace docent::docs
