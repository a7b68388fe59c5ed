#include "maintenance/segments.hpp"

#include <gtest/gtest.h>

#include <string>

namespace docent::maintenance {
namespace {

/// The page with what is no text taken out: "[prose]", "`code`", "=attribute=", "'field'", the rest as dots.
std::string drawn(std::string_view text, bool mdx = true) {
    std::string out;
    for (const auto& piece : split_page(text, mdx)) {
        const std::string source(text.substr(piece.begin, piece.end - piece.begin));
        switch (piece.kind) {
            case Segment::Kind::markup:
                out += ".";
                break;
            case Segment::Kind::prose:
                out += "[" + source + "]";
                break;
            case Segment::Kind::field:
                out += "<" + source + ">";
                break;
            case Segment::Kind::attribute:
                out += "=" + source + "=";
                break;
            case Segment::Kind::code:
                out += "`" + source + "`";
                break;
        }
    }
    return out;
}

}  // namespace

TEST(Segments, TitlesAndDescriptionsOfFrontMatterAreText) {
    EXPECT_EQ(drawn("---\ntitle: \"A b\"\nicon: star\ndescription: 'It''s' # note\nurl: /x\n---\nText\n"),
              ".<\"A b\">.<'It''s'>.[Text\n]");
    EXPECT_EQ(drawn("---\ntitle: Plain words\n---\n"), ".<Plain words>.");
    EXPECT_EQ(drawn("---\ntitle: >\n  Folded\n---\n"), ".");
    EXPECT_EQ(drawn("---\ntitle: [broken\n---\nx"), ".[x]");
}

TEST(Segments, MarksOfBlocksAreNoText) {
    EXPECT_EQ(drawn("# A title {#own}\n\nA b\nc d\n"), ".[A title ].[A b\nc d\n]");
    EXPECT_EQ(drawn("## Closed ##\n"), ".[Closed ].");
    EXPECT_EQ(drawn("> - [ ] task\n> 12. more\n"), ".[task\n].[more\n]");
    EXPECT_EQ(drawn("| a | b |\n| --- | :-: |\n| c \\| d | e |\n"), ".[ a ].[ b ].[ c \\| d ].[ e ].");
    EXPECT_EQ(drawn("Title\n=====\n\n---\n\n* * *\n"), "[Title\n].");
    EXPECT_EQ(drawn(":::note[Take care]\ntext\n:::\n"), ".[[Take care]].[text\n].");
    EXPECT_EQ(drawn("$$\na b\n$$\nc\n"), ".[c\n]");
}

TEST(Segments, AddressesAreNoTextAndWordsOfLinksAre) {
    EXPECT_EQ(drawn("See [the guide](/guide \"tip\") and ![a picture](x.png).\n"),
              "[See [the guide].[ and ![a picture].[.\n]");
    EXPECT_EQ(drawn("[a](b(c)d) x"), "[[a].[ x]");
    EXPECT_EQ(drawn("At https://a.example/docent, www.docent.example and me@docent.example.\n"),
              "[At ].[, ].[ and ].[.\n]");
    EXPECT_EQ(drawn("<https://docent.example> &nbsp; x\n"), ".[ ].[ x\n]");
    EXPECT_EQ(drawn("[docent] and [the docs][docent] and [docent][]\n\n[docent]: /docent\n"),
              ".[ and [the docs].[ and ].[\n].");
    EXPECT_EQ(drawn("Note[^docent] x\n\n[^docent]: A note\n"), "[Note].[ x\n].[ A note\n]");
}

TEST(Segments, ElementsAreNoTextButWhatTheyShow) {
    EXPECT_EQ(drawn("<Card title=\"A card\" icon=\"x\" href=\"/a\">\n  Words\n</Card>\n"),
              ".=A card=.[\n  Words\n].[\n]");
    EXPECT_EQ(drawn("<Tooltip tip='What it is'>word</Tooltip>"), ".=What it is=.[word].");
    EXPECT_EQ(drawn("<Card title={name} cta={\"x\"} />"), ".");
    EXPECT_EQ(drawn("a {variable} b <!-- c --> d {/* e */} f"), "[a ].[ b ].[ d ].[ f]");
    EXPECT_EQ(drawn("import X from \"/snippets/x.mdx\";\n\nexport const a = \"b\";\n\ntext"), ".[text]");
    EXPECT_EQ(drawn("<style>\n.docent {}\n</style>\ntext", false), ".[\ntext]");
}

TEST(Segments, CodeIsWhatStandsBetweenItsMarks) {
    EXPECT_EQ(drawn("Run `docent serve` or ``a ` b``.\n"), "[Run ].`docent serve`.[ or ].`a ` b`.[.\n]");
    EXPECT_EQ(drawn("```bash Terminal\ndocent\n```\nx"), ".`docent\n`.[x]");
    EXPECT_EQ(drawn("- a\n  ~~~\n  b\n  ~~~\n"), ".[a\n].`  b\n`.");
    EXPECT_EQ(drawn("```\nnever closed"), ".`never closed`");
    EXPECT_EQ(drawn("```\n```\n"), ".");
    EXPECT_EQ(drawn("a <code>docent</code> b"), "[a ].`docent`.[ b]");
    EXPECT_EQ(drawn("a\n\n    indented\n\nb", false), "[a\n].`    indented\n`.[b]");
}

TEST(Segments, LineEndsOfWindowsChangeNothing) {
    EXPECT_EQ(drawn("# A\r\n\r\nb\r\nc `d`\r\n"), ".[A].[b\r\nc ].`d`.[\r\n]");
}

}  // namespace docent::maintenance
