#include "assistant/blocks.hpp"

#include <gtest/gtest.h>

#include "assistant/excerpt.hpp"
#include "assistant/phrases.hpp"
#include "assistant/quotation.hpp"
#include "assistant/suggestions.hpp"

namespace docent::assistant {
namespace {

using Kind = Block::Kind;

std::vector<Kind> kinds(std::string_view markdown) {
    std::vector<Kind> out;
    for (const auto& block : split_blocks(markdown)) out.push_back(block.kind);
    return out;
}

TEST(Blocks, EachKindIsToldApart) {
    EXPECT_EQ(kinds("Text\n\n- a\n- b\n\n1. a\n2. b\n\n```\nx\n\ny\n```\n\n| a | b |\n|---|---|\n| 1 | 2 "
                    "|\n\n> q\n\n---\n\n## H\n\n<p>\n"),
              (std::vector<Kind>{Kind::paragraph, Kind::list, Kind::list, Kind::code, Kind::table,
                                 Kind::quote, Kind::rule, Kind::heading, Kind::html}));
}

TEST(Blocks, AStepKeepsTheCodeBelowIt) {
    const auto blocks = split_blocks(
        "1. Install:\n\n   ```bash\n   apt install x\n\n   reboot\n   ```\n\n2. Start it.\n\nDone.\n");
    ASSERT_EQ(blocks.size(), 2u);
    EXPECT_TRUE(blocks[0].ordered);
    EXPECT_EQ(split_items(blocks[0].text).size(), 2u);
}

TEST(Blocks, AFenceThatIsNeverClosedGoesToTheEnd) {
    EXPECT_EQ(kinds("a\n\n```js\nlet x\n\nlet y\n"), (std::vector<Kind>{Kind::paragraph, Kind::code}));
}

TEST(Sentences, AreCutAtFullStopsOnly) {
    const auto cut = split_sentences("Use v1.2 or later, e.g. `a. B`. It [runs. Fast](x). 你好。再见！ Done");
    ASSERT_EQ(cut.size(), 5u);
    EXPECT_EQ(cut[0], "Use v1.2 or later, e.g. `a. B`. ");
    EXPECT_EQ(cut[1], "It [runs. Fast](x). ");
    EXPECT_EQ(cut[2], "你好。");
}

TEST(Units, AParagraphKeepsWhatItLeadsTo) {
    const auto units =
        split_units("Run this:\n\n```sh\nx\n```\n\nThe flags are:\n\n- a\n- b\n\nOther text.\n");
    ASSERT_EQ(units.size(), 3u);
    EXPECT_TRUE(units[0].has_code);
}

TEST(LooseEnds, WhatLeadsToNothingIsGone) {
    EXPECT_EQ(without_loose_ends("Click it. The console prints the following:\n"), "Click it.");
    EXPECT_EQ(without_loose_ends("Text.\n\n**A label**\n"), "Text.");
    EXPECT_EQ(without_loose_ends("…\n\nText.\n\n…\n\n…\n\nMore.\n\n…\n"), "Text.\n\n…\n\nMore.");
    EXPECT_EQ(without_loose_ends("Run this:\n\n```sh\nx:\n```\n"), "Run this:\n\n```sh\nx:\n```");
    EXPECT_EQ(without_loose_ends("For example:\n"), "");
}

TEST(Quotation, LinksLeadWhereTheyLedOnTheirPageAndImagesAreGone) {
    Origin origin;
    origin.page_path = "guides/start";
    origin.page_url = "/docs/guides/start";
    origin.base_path = "/docs";
    EXPECT_EQ(quotable("See [a](../ref/x.md#y), [b](/z), [c](#d), [e](https://f.g/h). ![i](j.png)", origin),
              "See [a](/docs/ref/x#y), [b](/docs/z), [c](/docs/guides/start#d), [e](https://f.g/h).");
    EXPECT_EQ(quotable("```\n[a](b) ![c](d)\n```", origin), "```\n[a](b) ![c](d)\n```");
    EXPECT_EQ(quotable("Use `[a](b)` <b>now</b><!-- no -->", origin), "Use `[a](b)` now");
    EXPECT_EQ(resolve_link("/docs/x", origin), "/docs/x");
}

TEST(Language, OfAQuestionIsFoundByScriptAndCommonWords) {
    EXPECT_EQ(detect_language("How do I install it?"), "en");
    EXPECT_EQ(detect_language("¿Cómo instalo esto?"), "es");
    EXPECT_EQ(detect_language("Comment puis-je installer cela ?"), "fr");
    EXPECT_EQ(detect_language("Wie kann ich das installieren?"), "de");
    EXPECT_EQ(detect_language("如何安装 CLI？"), "zh");
    EXPECT_EQ(detect_language("CLI をインストールするには"), "ja");
    EXPECT_EQ(detect_language("어떻게 설치하나요?"), "ko");
}

TEST(SmallTalk, IsNotTakenForAQuestion) {
    EXPECT_EQ(small_talk("Hi there!"), SmallTalk::greeting);
    EXPECT_EQ(small_talk("thanks a lot"), SmallTalk::none);
    EXPECT_EQ(small_talk("Thank you!"), SmallTalk::thanks);
    EXPECT_EQ(small_talk("你好！"), SmallTalk::greeting);
    EXPECT_EQ(small_talk("???"), SmallTalk::empty);
    EXPECT_EQ(small_talk("How do I log in?"), SmallTalk::none);
    EXPECT_EQ(small_talk("404"), SmallTalk::none);
}

TEST(Suggestions, OfAModelAreKeptOutOfAStreamHoweverItIsCut) {
    const std::string text = "One `two`.\n\n```suggestions\n(A)[/a]\n```\nand ```js\nx\n```";
    for (std::size_t piece = 1; piece < text.size(); ++piece) {
        SuggestionsFilter filter;
        std::string out;
        for (std::size_t i = 0; i < text.size(); i += piece) out += filter.feed(text.substr(i, piece));
        out += filter.end();
        EXPECT_EQ(out, "One `two`.\n\n\nand ```js\nx\n```") << piece;
    }
}

TEST(Suggestions, AreLeftOutOfATextWhereverTheyStand) {
    EXPECT_EQ(without_suggestions("A\n\n```suggestions\n(x)[/x]\n```\n"), "A");
    EXPECT_EQ(without_suggestions("A\n\n```suggestions\n(x)[/x]"), "A") << "a stopped answer";
    EXPECT_EQ(without_suggestions("A\n\n```suggestions\n(x)[/x]\n```\nB"), "A\n\n\nB");
    EXPECT_EQ(without_suggestions("A ```suggest"), "A ```suggest");
    std::string many;
    for (int i = 0; i < 50'000; ++i) many += "```suggestions\n```";
    EXPECT_EQ(without_suggestions(many + "end"), "end");
}

}  // namespace
}  // namespace docent::assistant
