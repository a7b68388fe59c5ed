#include <gtest/gtest.h>

#include "docs/import.hpp"
#include "maintenance/page_format.hpp"
#include "maintenance/rendered.hpp"
#include "maintenance/table_format.hpp"
#include "maintenance/tree_fixture.hpp"

namespace docent::maintenance {
namespace {

/// Formatted; fails when that shows something else or is not the last word.
std::string formatted(std::string_view text, bool mdx = true) {
    const auto made = format_page(text, mdx);
    EXPECT_EQ(rendered(text, mdx), rendered(made.text, mdx)) << text;
    EXPECT_EQ(format_page(made.text, mdx).text, made.text) << text;
    EXPECT_EQ(made.changes.empty(), made.text == text);
    return made.text;
}

}  // namespace

TEST(Format, BlanksAtLineEndsGoAndHardBreaksStay) {
    EXPECT_EQ(formatted("a \nb\t\nc  \nd  \n\n- e  \n- f   \n# g  \n"), "a\nb\nc  \nd\n\n- e\n- f\n\n# g\n");
    EXPECT_EQ(formatted("1. a  \n   b  \n2. c\n"), "1. a  \n   b  \n2. c\n");
    EXPECT_EQ(formatted("> a  \n> b  \n", false), "> a  \n> b\n");
}

TEST(Format, OneEmptyLineIsEnoughAndAFileEndsWithItsLine) {
    EXPECT_EQ(formatted("\n\na\n \n\n\nb\n\n\n"), "a\n\nb\n");
    EXPECT_EQ(formatted("---\ntitle: x   \n---\n\n\n\na"), "---\ntitle: x   \n---\n\na\n");
    EXPECT_EQ(formatted(""), "");
    EXPECT_EQ(formatted("\n\n"), "\n\n");
}

TEST(Format, HeadingsAndCodeBlocksStandFree) {
    EXPECT_EQ(formatted("a\n## B\nc\n```js\nd\n```\ne\n## F\n## G\n"),
              "a\n\n## B\n\nc\n\n```js\nd\n```\n\ne\n\n## F\n\n## G\n");
    EXPECT_EQ(formatted("- a\n## B\n- c\n"), "- a\n\n## B\n\n- c\n");
    EXPECT_EQ(formatted("##   A   b\n#\tC\n"), "## A   b\n\n# C\n");
}

TEST(Format, InListsNothingIsSetApart) {
    EXPECT_EQ(formatted("1. a\n   ```js\n   b\n   ```\n   c\n2. d\n"),
              "1. a\n   ```js\n   b\n   ```\n   c\n2. d\n");
    EXPECT_EQ(formatted("- ```js\n  a\n  ```\n- b\n"), "- ```js\n  a\n  ```\n- b\n");
    EXPECT_EQ(formatted("> a\n> ```\n> b  \n> ```\n> c\n"), "> a\n> ```\n> b  \n> ```\n> c\n");
}

TEST(Format, InsideOfElementsTheSameHolds) {
    EXPECT_EQ(formatted("<Steps>\n  <Step title=\"A\">\n    text\n    ```js\n    a  \n    ```\n    more\n  "
                        "</Step>\n</Steps>\n"),
              "<Steps>\n  <Step title=\"A\">\n    text\n\n    ```js\n    a  \n    ```\n\n    more\n  "
              "</Step>\n</Steps>\n");
    EXPECT_EQ(formatted("<Note>\n## A\ntext\n</Note>\n"), "<Note>\n## A\n\ntext\n</Note>\n");
}

TEST(Format, CodeCommentsImportsAndFormulasStayByteForByte) {
    for (const auto* text : {
             "```\na  \n\n\n\n##   b\n```\n",
             "~~~JSON5x\n- \n~~~\n",
             "{/* a  \n\n\n## b */}\n",
             "<!-- a  \n\n\n## b -->\n",
             "import A from \"/a.mdx\"\nimport B from \"/b.mdx\"\n\nexport const c = {\n  d: 1,  \n\n\n  e: "
             "2,\n};\n",
             "$$\na  \n\n\nb\n$$\n",
             "<Card\n  title=\"a\"  \n  href=\"/b\"\n>\n  c\n</Card>\n",
             "```\nnever closed  \n\n\n",
         })
        EXPECT_EQ(formatted(text), text);
    EXPECT_EQ(formatted("a\n\n    code\n\n\n    more  \n\nb\n", false),
              "a\n\n    code\n\n\n    more  \n\nb\n");
}

TEST(Format, LanguagesAreWrittenSmallWhereTheyAreLanguages) {
    EXPECT_EQ(formatted("```JSON title\n{}\n```\n\n```Python\na\n```\n\n```Terminal\nb\n```\n"),
              "```json title\n{}\n```\n\n```python\na\n```\n\n```Terminal\nb\n```\n");
    EXPECT_EQ(formatted("<CodeGroup>\n\n```Python\na\n```\n\n</CodeGroup>\n"),
              "<CodeGroup>\n\n```Python\na\n```\n\n</CodeGroup>\n");
}

TEST(Format, ListMarkersOfWholePagesLoseTheirBlanks) {
    EXPECT_EQ(formatted("-   a\n-  b\n\n1.  c\n2.  d\n"), "- a\n- b\n\n1. c\n2. d\n");
    EXPECT_EQ(formatted("-   a\n    more\n-   b\n"), "-   a\n    more\n-   b\n");
    EXPECT_EQ(formatted("-   a\nlazy\n"), "-   a\nlazy\n");
}

TEST(Format, TablesThatWereInLineAreBroughtBack) {
    EXPECT_EQ(formatted("| Name | Use   |\n| :--- | ----: |\n| a    | b     |\n| longer one | c |\n"),
              "| Name       | Use |\n| :--------- | --: |\n| a          |   b |\n| longer one |   c |\n");
    for (const auto* text : {
             "| a | b |\n|---|---|\n| long cell | c |\n",               // never in line
             "| a   | b |\n| --- | - |\n| c   | d |\n",                 // still in line
             "| a   | b |\n| --- | - |\n| c   | d |\n| e |\n",          // a cell is missing
             "| a   | b |\n| --- | - |\n| c   | d |\n| `e|f` | g |\n",  // a bar in code
         })
        EXPECT_EQ(formatted(text), text);
    EXPECT_EQ(formatted("| 名前 | 用途   |\n| ---- | ------ |\n| 猫   | 鳴く   |\n| a | b |\n"),
              "| 名前 | 用途 |\n| ---- | ---- |\n| 猫   | 鳴く |\n| a    | b    |\n");
}

TEST(Format, LineEndsOfWindowsAndAByteOrderMarkStay) {
    EXPECT_EQ(formatted("\xef\xbb\xbf# A\r\nb \r\n\r\n\r\nc"), "\xef\xbb\xbf# A\r\n\r\nb\r\n\r\nc\r\n");
}

TEST_F(TreeTest, FormatSaysWhatItTouchesAndWhatItLeaves) {
    write("a.mdx", "---\ntitle: A\n---\n# A  \nb \n\n\n\nc\n");
    write("b.mdx", "fine\n");
    write("c.md", "<div>\n\n\n## a\n</div>\n");
    write("d.md", "<div>\na\n## b\n</div>\n");
    const auto got = run("/format");
    EXPECT_EQ(got.title, "Format 2 pages");
    EXPECT_EQ(
        got.report,
        "2 pages of 4 change in form; what readers see stays the same:\n\n"
        "- blanks at line ends: 2\n"
        "- empty lines: 3\n"
        "- empty lines around headings and code blocks: 1\n"
        "\nBy file, with the lines as they were:\n\n"
        "- `a.mdx:4`: blanks at line ends (4, 5); empty lines (7, 8); empty lines around headings and code "
        "blocks (5)\n"
        "- `c.md:3`: empty lines (3)\n"
        "\nLeft alone, since another form could mean something else there:\n\n- `d.md:3`\n");
    EXPECT_EQ(after(got, "a.mdx"), "---\ntitle: A\n---\n# A\n\nb\n\nc\n");
    apply(got);
    EXPECT_EQ(run("/format").title, "Nothing to format");
}

}  // namespace docent::maintenance
