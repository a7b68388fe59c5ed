#include "docs/chunks.hpp"

#include <gtest/gtest.h>

#include "docs/mdx.hpp"

namespace docent::docs {
namespace {

ChunkedPage page_of(std::string_view text, std::size_t words = 300) {
    return chunk_page(mdx_to_markdown(text, MdxOptions{}).marked, "Title", words);
}

TEST(Chunks, OneForEachHeadingWithItsPath) {
    const auto page = page_of(
        "Intro.\n\n## A\n\nText `code` and [link](/x).\n\n### B\n\nMore.\n\n## C {#see}\n\n```js "
        "title=\"f.js\"\ncall()\n```\n");
    ASSERT_EQ(page.chunks.size(), 4u);
    EXPECT_EQ(page.chunks[0].anchor, "");
    EXPECT_EQ(page.chunks[1].headings, std::vector<std::string>{"A"});
    EXPECT_EQ(page.chunks[1].text, "Text code and link.");
    EXPECT_EQ(page.chunks[1].code, "code\n");
    EXPECT_EQ(page.chunks[1].markdown, "Text `code` and [link](/x).");
    EXPECT_EQ(page.chunks[2].headings, (std::vector<std::string>{"A", "B"}));
    EXPECT_EQ(page.chunks[3].anchor, "see");
    EXPECT_EQ(page.chunks[3].code, "f.js\ncall()\n");
    EXPECT_EQ(page.anchors, (std::vector<std::string>{"a", "b", "see"}));
    EXPECT_EQ(page.markdown.find("{#"), std::string::npos);
}

TEST(Chunks, QuestionsOfAccordionsAreHeadingsAndTheSectionGoesOnAfterThem) {
    const auto page = page_of(
        "## FAQ\n\n<Accordion title=\"Why?\">\n  Because.\n\n  ## Inside\n\n  "
        "Deeper.\n</Accordion>\n\nAfter.\n");
    ASSERT_EQ(page.chunks.size(), 3u);
    EXPECT_EQ(page.chunks[0].headings, (std::vector<std::string>{"FAQ", "Why?"}));
    EXPECT_EQ(page.chunks[0].anchor, "why");
    EXPECT_EQ(page.chunks[1].headings, (std::vector<std::string>{"FAQ", "Why?", "Inside"}));
    EXPECT_EQ(page.chunks[2].headings, std::vector<std::string>{"FAQ"});
    EXPECT_EQ(page.chunks[2].text, "After.");
}

TEST(Chunks, LongSectionsAreCutBetweenBlocks) {
    std::string text = "## Long\n\n";
    for (int i = 0; i < 40; ++i) text += "One two three four five six seven eight nine ten.\n\n";
    const auto page = page_of(text, 100);
    EXPECT_EQ(page.chunks.size(), 4u);
    for (const auto& chunk : page.chunks) EXPECT_EQ(chunk.headings, std::vector<std::string>{"Long"});
}

TEST(Chunks, LongParagraphsAndLongChineseAreCutToo) {
    std::string text;
    for (int i = 0; i < 2000; ++i) text += "word ";
    EXPECT_GT(page_of(text, 100).chunks.size(), 5u);
    std::string chinese;
    for (int i = 0; i < 400; ++i) chinese += "这是一个很长的句子。\n\n";
    EXPECT_GT(page_of(chinese, 300).chunks.size(), 4u);
}

TEST(Chunks, TheRestOfALongTableKeepsItsHead) {
    std::string text = "| Key | Value |\n| --- | --- |\n";
    for (int i = 0; i < 60; ++i) text += "| name" + std::to_string(i) + " | some words of text |\n";
    const auto page = page_of(text, 100);
    ASSERT_GT(page.chunks.size(), 2u);
    EXPECT_EQ(page.chunks[1].markdown.substr(0, 15), "| Key | Value |");
}

TEST(Chunks, TheTitleHeadingIsNotRepeated) {
    const auto same = page_of("# title\n\nText.\n");
    EXPECT_EQ(same.markdown, "Text.\n");
    EXPECT_TRUE(same.chunks[0].headings.empty());
    const auto other = page_of("# Another\n\nText.\n");
    EXPECT_EQ(other.title, "Another");
    EXPECT_EQ(other.chunks[0].headings, std::vector<std::string>{"Another"});
}

}  // namespace
}  // namespace docent::docs
