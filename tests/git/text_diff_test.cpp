#include "git/text_diff.hpp"

#include <gtest/gtest.h>

#include "git/changes.hpp"
#include "git/status.hpp"

namespace docent::git {
namespace {

TEST(TextDiff, AnEditACreationAndARemovalAreUnifiedDiffs) {
    auto edit = text_diff("docs/a.md", "1\n2\n3\n", "1\ntwo\n3\n");
    ASSERT_TRUE(edit.ok());
    EXPECT_EQ(*edit->text,
              "diff --git a/docs/a.md b/docs/a.md\n--- a/docs/a.md\n+++ b/docs/a.md\n@@ -1,3 +1,3 @@\n "
              "1\n-2\n+two\n 3\n");
    EXPECT_EQ(edit->additions, 1);
    EXPECT_EQ(edit->deletions, 1);
    auto created = text_diff("a b.md", std::nullopt, "x");
    EXPECT_EQ(*created->text,
              "diff --git a/a b.md b/a b.md\nnew file mode 100644\n--- /dev/null\n+++ b/a b.md\t\n@@ -0,0 +1 "
              "@@\n+x\n"
              "\\ No newline at end of file\n");
    auto removed = text_diff("a\n\".md", "x\n", std::nullopt);
    EXPECT_EQ(
        *removed->text,
        "diff --git \"a/a\\n\\\".md\" \"b/a\\n\\\".md\"\ndeleted file mode 100644\n--- \"a/a\\n\\\".md\"\n"
        "+++ /dev/null\n@@ -1 +0,0 @@\n-x\n");
    EXPECT_EQ(*text_diff("a", "x", "x")->text, "");
    EXPECT_EQ(text_diff("a", std::nullopt, "")->additions, 0);
}

TEST(TextDiff, BinaryFilesHaveNoText) {
    auto diff = text_diff("a.bin", std::string_view("\0\1", 2), std::string_view("\0\2", 2));
    ASSERT_TRUE(diff.ok());
    EXPECT_FALSE(diff->text);
}

TEST(TextDiff, LongTextsAreCutAtALineAndVeryLongOnesRefused) {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "line\n";
    auto diff = text_diff("a", std::nullopt, text, 500);
    ASSERT_TRUE(diff.ok());
    EXPECT_TRUE(diff->truncated);
    EXPECT_LE(diff->text->size(), 500u);
    EXPECT_TRUE(diff->text->ends_with("\n"));
    EXPECT_EQ(diff->additions, 1000);
    const std::string huge((16 << 20) + 1, 'x');
    EXPECT_EQ(text_diff("a", "", huge).error().code, ErrorCode::too_large);
    bool cut = false;
    EXPECT_EQ(cut_at_line("äää", 3, cut), "ä");
    EXPECT_TRUE(cut);
}

TEST(GitFormats, AListThatIsNotWholeIsAnError) {
    using namespace std::string_literals;
    const auto printed = ":100644 100644 a b M\0x\0"s + "1\t2\tx\0\0diff"s;
    auto diff = parse_diff(printed, false, 100);
    ASSERT_TRUE(diff.ok());
    EXPECT_EQ(diff->additions, 1);
    EXPECT_EQ(diff->text, "diff");
    EXPECT_FALSE(parse_diff(printed.substr(0, 10), true, 100).ok());
    EXPECT_FALSE(parse_diff(printed.substr(0, printed.size() - 7), true, 100).ok());
    EXPECT_TRUE(parse_diff("", false, 100).ok());
    EXPECT_TRUE(parse_status(std::string_view("1 \0u\0? \0", 8)).empty());
}

}  // namespace
}  // namespace docent::git
