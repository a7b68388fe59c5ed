#include <gtest/gtest.h>

#include "docs/front_matter.hpp"
#include "maintenance/first_sentences.hpp"
#include "maintenance/front_matter_fields.hpp"
#include "maintenance/tree_fixture.hpp"

namespace docent::maintenance {
namespace {

class Frontmatter : public TreeTest {
protected:
    std::string page(std::string_view text) {
        write("guides/a-page.mdx", text);
        return after(run("/frontmatter"), "guides/a-page.mdx");
    }
    void mintlify() { write("docs.json", R"({"name": "Zoo", "navigation": {"pages": ["guides/a-page"]}})"); }
};

}  // namespace

TEST_F(Frontmatter, ATitleComesFromTheHeadingAndADescriptionFromTheFirstParagraph) {
    EXPECT_EQ(
        page("# Feed the `cats`\n\nCats eat fish twice a day. They like it.\n\n## More\n"),
        "---\ntitle: \"Feed the cats\"\ndescription: \"Cats eat fish twice a day. They like it.\"\n---\n\n"
        "# Feed the `cats`\n\nCats eat fish twice a day. They like it.\n\n## More\n");
    EXPECT_EQ(page("## Food\n\nshort\n"), "---\ntitle: \"A page\"\n---\n\n## Food\n\nshort\n");
}

TEST_F(Frontmatter, OnASiteThatShowsTitlesTheHeadingMovesThere) {
    mintlify();
    EXPECT_EQ(page("# Feed cats\n\nCats eat fish: twice a day.\n"),
              "---\ntitle: \"Feed cats\"\ndescription: \"Cats eat fish: twice a day.\"\n---\n\nCats eat "
              "fish: twice a "
              "day.\n");
    EXPECT_EQ(page("---\nicon: cat\ndescription: Here\n---\n\n# Feed cats\n\nText\n"),
              "---\ntitle: Feed cats\nicon: cat\ndescription: Here\n---\n\nText\n");
    EXPECT_EQ(page("---\ndescription: Here\n---\nimport A from \"/a.mdx\"\n\n# Feed cats\n\nText\n"),
              "---\ntitle: Feed cats\ndescription: Here\n---\nimport A from \"/a.mdx\"\n\nText\n");
    EXPECT_EQ(page("---\ndescription: Here\n---\n\n# Feed `cats` {#feed}\n\nText\n"),
              "---\ntitle: Feed cats\ndescription: Here\n---\n\n# Feed `cats` {#feed}\n\nText\n");
}

TEST_F(Frontmatter, FieldsThatAreThereStayAsTheyAreWritten) {
    EXPECT_EQ(page("---\nicon:   cat   # a cat\ntitle: 'It''s'\nkeywords: [a,\n  b]\n---\n\nCats eat fish "
                   "twice a day.\n"),
              "---\nicon:   cat   # a cat\ntitle: 'It''s'\ndescription: 'Cats eat fish twice a "
              "day.'\nkeywords: [a,\n  "
              "b]\n---\n\nCats eat fish twice a day.\n");
    EXPECT_EQ(page("---\ntitle: >\n  A folded\n  title\nicon: cat\n---\n\nCats eat fish twice a day.\n"),
              "---\ntitle: >\n  A folded\n  title\ndescription: \"Cats eat fish twice a day.\"\nicon: "
              "cat\n---\n\nCats eat fish twice a day.\n");
    EXPECT_EQ(
        page("---\ntitle: Cats\ndescription: \"\"\n---\n\nCats eat fish twice a day.\n"),
        "---\ntitle: Cats\ndescription: \"Cats eat fish twice a day.\"\n---\n\nCats eat fish twice a day.\n");
    EXPECT_EQ(
        page("---\ntitle: Cats\ndescription:\n---\n\nCats eat fish twice a day.\n"),
        "---\ntitle: Cats\ndescription: Cats eat fish twice a day.\n---\n\nCats eat fish twice a day.\n");
    EXPECT_EQ(page("---\ntitle: Cats\ndescription: All\n---\n\nCats eat fish twice a day.\n"), "");
}

TEST_F(Frontmatter, ValuesAreQuotedWhereYamlNeedsIt) {
    EXPECT_EQ(page("---\ntitle: Cats\n---\n\nCats: they eat \"fish\" # twice a day.\n"),
              "---\ntitle: Cats\ndescription: \"Cats: they eat \\\"fish\\\" # twice a day.\"\n---\n\nCats: "
              "they eat "
              "\"fish\" # twice a day.\n");
}

TEST_F(Frontmatter, LineEndsAndAByteOrderMarkAreKept) {
    EXPECT_EQ(
        page("\xef\xbb\xbf# Cats\r\n\r\nCats eat fish twice a day.\r\n"),
        "\xef\xbb\xbf---\r\ntitle: \"Cats\"\r\ndescription: \"Cats eat fish twice a day.\"\r\n---\r\n\r\n# "
        "Cats\r\n\r\nCats eat fish twice a day.\r\n");
}

TEST_F(Frontmatter, OnlyAParagraphDescribes) {
    for (const auto* text : {
             "---\ntitle: Cats\n---\n\n> Cats eat fish twice a day.\n",
             "---\ntitle: Cats\n---\n\n- Cats eat fish twice a day.\n",
             "---\ntitle: Cats\n---\n\n<Note>Cats eat fish twice a day.</Note>\n",
             "---\ntitle: Cats\n---\n\n```\nCats eat fish twice a day.\n```\n",
             "---\ntitle: Cats\n---\n\nTo feed the cats do this:\n\n1. Go\n",
             "---\ntitle: Cats\n---\n\n![Cats eat fish twice a day.](a.png)\n",
         })
        EXPECT_EQ(page(text), "") << text;
    const auto got = run("/frontmatter");
    EXPECT_EQ(got.problems, 1U);
    EXPECT_EQ(got.report,
              "Of 1 page none lacks a title or description that its content could give.\n\nLeft for a "
              "person:\n\n- `guides/a-page.mdx:1`: no paragraph that could be its description\n");
}

TEST_F(Frontmatter, SnippetsApiPagesAndFilesOfTheRepositoryAreNoPages) {
    mintlify();
    write("guides/a-page.mdx",
          "---\ntitle: A\ndescription: B\n---\n\nimport S from \"/snippets/s.mdx\"\n\n<S />\n");
    write("snippets/s.mdx", "Cats eat fish twice a day.\n");
    write("snippets/unused.mdx", "Cats eat fish twice a day.\n");
    write("README.md", "# Zoo\n\nHow to work on the docs of the zoo.\n");
    write("api.mdx", "---\nopenapi: GET /cats\n---\n");
    EXPECT_EQ(run("/frontmatter").report, "Of 2 pages none lacks a title or description.\n");
}

TEST_F(Frontmatter, BrokenYamlIsLeftForAPersonWithItsLine) {
    mintlify();
    write("guides/a-page.mdx", "---\nicon: cat\ntags: [a\n---\n\nCats eat fish twice a day.\n");
    const auto got = run("/frontmatter");
    EXPECT_TRUE(got.changes.empty());
    EXPECT_NE(got.report.find("- `guides/a-page.mdx:"), std::string::npos) << got.report;
    EXPECT_EQ(got.problems, 1U);
}

TEST_F(Frontmatter, TheReportNamesFileLineAndOrigin) {
    mintlify();
    write("guides/a-page.mdx", "---\nicon: cat\n---\n\n# Feed cats\n\nCats eat fish twice a day.\n");
    write("other.mdx", "Dogs eat what they find.\n");
    const auto got = run("/frontmatter");
    EXPECT_EQ(got.title, "Add 2 titles and 2 descriptions");
    EXPECT_EQ(
        got.report,
        "2 titles and 2 descriptions for 2 pages of 2, from what stands on them:\n\n"
        "- `guides/a-page.mdx:2`: title \"Feed cats\" (its heading moves there), description \"Cats eat fish "
        "twice a day.\"\n"
        "- `other.mdx:1`: title \"Other\" (the file's name), description \"Dogs eat what they find.\"\n");
    apply(got);
    EXPECT_TRUE(run("/frontmatter").changes.empty());
}

TEST(FirstSentences, EndWhereSentencesEnd) {
    EXPECT_EQ(first_sentences("One two. Three four."), "One two. Three four.");
    EXPECT_EQ(first_sentences("Use e.g. a cat, i.e. Felis, vs. a dog. Then more.", 20),
              "Use e.g. a cat, i.e. Felis, vs. a dog.");
    EXPECT_EQ(first_sentences("Version 1.2 is here. It works.", 20), "Version 1.2 is here.");
    EXPECT_EQ(first_sentences("He said \"stop.\" Then he went.", 16), "He said \"stop.\"");
    EXPECT_EQ(first_sentences("猫は魚を食べる。犬も食べる。", 5), "猫は魚を食べる。");
    EXPECT_EQ(first_sentences("No end"), std::nullopt);
    EXPECT_EQ(first_sentences("To do this:"), std::nullopt);
    EXPECT_EQ(first_sentences(std::string(400, 'a') + "."), std::nullopt);
}

TEST(FrontMatterFields, YamlReadsWhatWasWritten) {
    for (const auto* value : {"plain", "it's",       "a: b", "a #b", "\"q\"", "- x", "true", "12",
                              "1.0",   "2024-01-01", "@x",   "{a}",  "[b]",   "~",   "null", "a\\b",
                              "ends:", "日本語",     "!tag", "a, b", "#x",    "=",   "y"})
        for (const auto style : {Scalar::plain, Scalar::single_quoted, Scalar::double_quoted}) {
            const auto written = yaml_scalar(value, style);
            const auto read = docs::read_front_matter("---\ntitle: " + written + "\n---\n");
            EXPECT_EQ(read.error, "") << written;
            EXPECT_EQ(read.fields.title, value) << written;
        }
    EXPECT_EQ(yaml_scalar("plain", Scalar::plain), "plain");
    EXPECT_EQ(yaml_scalar("12", Scalar::plain), "\"12\"");
}

}  // namespace docent::maintenance
