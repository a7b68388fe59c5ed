#include <gtest/gtest.h>

#include "maintenance/tree_fixture.hpp"

namespace docent::maintenance {
namespace {

class HistoryReports : public TreeTest {
protected:
    std::string sha(const std::string& subject) {
        return git({"log", "-1", "--format=%h", "--abbrev=7", "--fixed-strings", "--grep=" + subject})
            .substr(0, 7);
    }
};

}  // namespace

TEST_F(HistoryReports, StalePagesComeFirstWhenWhatTheyUseChangedAfterThem) {
    write("docs/old.mdx", "Old text\n");
    write("docs/older.mdx", "Older text\n");
    write("docs/uses.mdx",
          "import S from \"/snippets/s.mdx\"\n\n<S />\n\nSee `src/serve.cpp:12` and "
          "[it](https://forge.example/o/n/blob/main/src/link.cpp#L1).\n");
    write("docs/api.mdx", "---\nopenapi: openapi.json GET /cats\n---\n");
    write("docs/snippets/s.mdx", "Snippet\n");
    write("docs/openapi.json", "{\"openapi\": \"3.0.0\"}\n");
    write("docs/docs.json", "{\"navigation\": {\"pages\": []}}\n");
    write("src/serve.cpp", "int a;\n");
    write("src/link.cpp", "int b;\n");
    commit("First", "2022-01-01T12:00:00Z");
    write("docs/old.mdx", "Old text of later\n");
    commit("Later", "2022-02-01T12:00:00Z");
    write("docs/snippets/s.mdx", "Snippet, changed\n");
    commit("Change the snippet", "2023-10-01T12:00:00Z");
    write("docs/openapi.json", "{\"openapi\": \"3.1.0\"}\n");
    commit("Change the API", "2023-10-02T12:00:00Z");
    write("src/serve.cpp", "int c;\n");
    commit("Change the code", "2023-10-03T12:00:00Z");
    write("src/link.cpp", "int d;\n");
    write("docs/fresh.mdx", "Fresh\n");
    commit("Change what is linked", "2023-10-04T12:00:00Z");
    write("docs/new.mdx", "Not committed\n");
    tree.docs = "docs";
    const auto got = run("/stale --since 2023-09-01");
    EXPECT_TRUE(got.changes.empty());
    EXPECT_EQ(got.problems, 4U);
    EXPECT_EQ(got.title, "4 stale pages");
    const auto first = sha("First") + " of 2022-01-01 (First)\n";
    EXPECT_EQ(got.report,
              "4 of 7 pages were not changed since 2023-09-01.\n\n"
              "## What they use changed after them\n\n"
              "- `docs/uses.mdx:1`: 682 days, " +
                  first + "  - `src/link.cpp`: " + sha("Change what is linked") +
                  " of 2023-10-04 (Change what is linked)\n"
                  "  - `src/serve.cpp`: " +
                  sha("Change the code") +
                  " of 2023-10-03 (Change the code)\n"
                  "  - `docs/snippets/s.mdx`: " +
                  sha("Change the snippet") +
                  " of 2023-10-01 (Change the snippet)\n"
                  "- `docs/api.mdx:1`: 682 days, " +
                  first + "  - `docs/openapi.json`: " + sha("Change the API") +
                  " of 2023-10-02 (Change the API)\n"
                  "\n## The others, oldest first\n\n"
                  "- `docs/older.mdx:1`: 682 days, " +
                  first + "- `docs/old.mdx:1`: 651 days, " + sha("Later") + " of 2022-02-01 (Later)\n");
}

TEST_F(HistoryReports, AMoveAloneMakesNoPageFresh) {
    write("a.mdx", "Text\n");
    commit("First", "2022-01-01T12:00:00Z");
    std::filesystem::rename(root / "a.mdx", root / "b.mdx");
    commit("Move", "2023-11-01T12:00:00Z");
    EXPECT_EQ(run("/stale").report.substr(0, 51), "1 of 1 page was not changed since 2023-05-18.\n\n- `b");
    EXPECT_EQ(run("/stale --since 800d").report, "0 of 1 page were not changed since 2021-09-05.\n");
}

TEST_F(HistoryReports, WrongTimesAndFoldersWithoutHistoryAreNamed) {
    write("a.mdx", "Text\n");
    EXPECT_EQ(complaint("/stale"), "this command needs a git repository with a commit");
    commit("First");
    for (const auto* wrong : {"yesterday", "12", "2023-13-01", "d"})
        EXPECT_EQ(complaint("/stale --since " + std::string(wrong)),
                  "--since takes a time such as 180d or a day such as 2025-01-01");
    tree.workspace.git_dir.clear();
    EXPECT_EQ(complaint("/stale"), "this command needs a git repository");
}

TEST_F(HistoryReports, TranslationsBehindTheirSourceAreListedWithCommitsAndSections) {
    write("docs.json",
          R"({"navigation": {"languages": [
            {"language": "en", "pages": ["index", "guide", "new"]},
            {"language": "es", "pages": ["es/index", "es/guide"]},
            {"language": "cn", "pages": ["zh/index", "zh/guide"]}]}})");
    write("index.mdx", "Hello\n");
    write("guide.mdx", "# Guide\n\nIntro\n\n## Limits\n\nTen\n\n## Errors\n\nNone\n\n## Old\n\nGone soon\n");
    commit("Write", "2023-01-01T12:00:00Z");
    for (const auto* language : {"es", "zh"}) {
        write(std::string(language) + "/index.mdx", "Hola\n");
        write(std::string(language) + "/guide.mdx", "Guia\n");
    }
    commit("Translate", "2023-02-01T12:00:00Z");
    write("guide.mdx", "# Guide\n\nIntro\n\n## Limits\n\nTwenty\n\n## Errors\n\nNone\n\n## More\n\nText\n");
    write("index.mdx", "Hello  \n\n");
    commit("Raise the limits", "2023-03-01T12:00:00Z");
    write("zh/guide.mdx", "Guia, of now\n");
    commit("Translate again", "2023-04-01T12:00:00Z");
    write("new.mdx", "New\n");
    const auto got = run("/translations");
    EXPECT_TRUE(got.changes.empty());
    EXPECT_EQ(got.title, "3 translations behind");
    EXPECT_EQ(got.problems, 3U);
    EXPECT_EQ(got.report,
              "Of 6 translations in 2 languages, 2 are missing and 1 are older than what they translate.\n"
              "\n## es\n\n"
              "- `es/guide.mdx:1` of 2023-02-01: `guide.mdx` changed in 1 commit since\n"
              "  - " +
                  sha("Raise the limits") +
                  " of 2023-03-01 (Raise the limits)\n"
                  "  - sections: `guide.mdx:5` Limits, `guide.mdx:13` More (new), Old (gone)\n"
                  "- `es/new.mdx` is missing: a translation of `new.mdx:1`\n"
                  "\n## zh\n\n"
                  "- `zh/new.mdx` is missing: a translation of `new.mdx:1`\n");
    EXPECT_EQ(run("/translations --in zh").problems, 1U);
    tree.workspace.git_dir.clear();
    EXPECT_EQ(run("/translations").problems, 2U);
}

TEST_F(HistoryReports, FoldersNamedAsLanguagesAreTranslationsWithoutANavigation) {
    for (const auto* name : {"en/a.md", "en/b.md", "fr/a.md", "api/a.md", "pt-BR/a.md", "pt-BR/b.md"})
        write(name, "Text\n");
    commit("First");
    const auto got = run("/translations");
    EXPECT_EQ(got.problems, 1U);
    EXPECT_NE(got.report.find("- `fr/b.md` is missing: a translation of `en/b.md:1`\n"), std::string::npos)
        << got.report;
}

TEST_F(HistoryReports, OneLanguageHasNoTranslations) {
    write("a.md", "Text\n");
    commit("First");
    EXPECT_EQ(run("/translations").title, "There are no translations");
}

}  // namespace docent::maintenance
