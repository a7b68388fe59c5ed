#include <gtest/gtest.h>

#include "maintenance/page_files.hpp"
#include "maintenance/text_match.hpp"
#include "maintenance/tree_fixture.hpp"

namespace docent::maintenance {
namespace {

class Replace : public TreeTest {
protected:
    /// One page, and what the command makes of it.
    std::string page(std::string_view text, std::string_view line) {
        write("page.mdx", text);
        return after(run(line), "page.mdx");
    }
};

constexpr std::string_view sample = R"(---
title: Acme guide
description: "Use Acme: the server"
icon: Acme
---

import Acme from "/snippets/Acme.mdx";

# Start Acme

Acme reads [the Acme page](/Acme/start "Acme"), see https://Acme.example/Acme.
Run `Acme serve` with <Card title="Why Acme" href="/Acme">Acme</Card> and <Acme />.

```bash Acme
Acme serve
```

| Acme | use |
| --- | --- |
| Acmes | `Acme` |
)";

}  // namespace

TEST_F(Replace, TextThatReadersSeeChangesAndNothingElse) {
    EXPECT_EQ(page(sample, R"(/replace Acme Docent)"), R"(---
title: Docent guide
description: "Use Docent: the server"
icon: Acme
---

import Acme from "/snippets/Acme.mdx";

# Start Docent

Docent reads [the Docent page](/Acme/start "Acme"), see https://Acme.example/Acme.
Run `Acme serve` with <Card title="Why Docent" href="/Acme">Docent</Card> and <Acme />.

```bash Acme
Acme serve
```

| Docent | use |
| --- | --- |
| Docents | `Acme` |
)");
}

TEST_F(Replace, TheReportNamesEveryPlaceTheNewAnchorsAndWhatStays) {
    write("page.mdx", sample);
    write("docs.json", R"({"name": "Acme", "navigation": {"pages": ["page"]}})");
    const auto got = run(R"(/replace Acme Docent)");
    EXPECT_EQ(got.title, "Replace \"Acme\" with \"Docent\"");
    EXPECT_EQ(got.report,
              "\"Acme\" becomes \"Docent\" in the text: 9 times in 1 file.\n\n"
              "- `page.mdx:2`, 3, 9, 11 (2 times), 12 (2 times), 18, 20\n"
              "\nHeadings changed, and their anchors with them:\n\n"
              "- `page.mdx`: `#start-acme` is now `#start-docent`\n"
              "\n`/fix-links` brings links to them up to date.\n"
              "\nLeft alone: 3 times in the code of 1 file (`--both` takes them, too).\n"
              "\nLeft alone: 1 time in `docs.json`, where names of groups and paths of pages stand.\n");
}

TEST_F(Replace, CodeOrBothWhenAskedFor) {
    EXPECT_EQ(page("Acme `Acme`\n\n```\nAcme\n```\n", "/replace Acme D --code"), "Acme `D`\n\n```\nD\n```\n");
    EXPECT_EQ(page("Acme `Acme`\n\n```\nAcme\n```\n", "/replace Acme D --both"), "D `D`\n\n```\nD\n```\n");
}

TEST_F(Replace, WholeWordsEndWhereTheScriptEndsThem) {
    EXPECT_EQ(
        page("cat cats concat cat-like _cat_ snake_cat cat's 猫cat猫 caté\n", "/replace cat dog --word"),
        "dog cats concat dog-like _dog_ snake_cat dog's 猫dog猫 caté\n");
    EXPECT_EQ(page("Ärger, ÄrgerX\n", "/replace Ärger Freude --word"), "Freude, ÄrgerX\n");
    EXPECT_EQ(page("使用猫咪服务器\n", "/replace 猫咪 狗 --word"), "使用狗服务器\n");
}

TEST_F(Replace, AnAccentBelongsToItsLetter) {
    EXPECT_EQ(page("cafe\xcc\x81 cafe\n", "/replace cafe bar"), "cafe\xcc\x81 bar\n");
}

TEST_F(Replace, CaseIsKeptWhenItIsIgnored) {
    EXPECT_EQ(page("GitHub github GITHUB Github gitHub\n", "/replace GitHub GitLab --ignore-case"),
              "GitLab gitlab GITLAB Gitlab GitLab\n");
    EXPECT_EQ(page("a B A b\n", "/replace a x --ignore-case"), "x B X b\n");
    EXPECT_EQ(page("ÜBER über\n", "/replace über Mit --ignore-case"), "MIT Mit\n");
}

TEST_F(Replace, ATextThatIsWrappedIsFoundAndStaysWrapped) {
    EXPECT_EQ(page("The old\n  name here, old\nname.\n", "/replace \"old name\" \"brand new name\""),
              "The brand\n  new name here, brand\nnew name.\n");
    EXPECT_EQ(page("the old\r\nname here\r\n", "/replace \"old name\" Docent"), "the Docent here\r\n");
    EXPECT_EQ(page("old\n\nname\n\n# old\nname\n- old\n- name\n", "/replace \"old name\" x"), "");
}

TEST_F(Replace, ASecondRunChangesNothing) {
    const auto first = page("Docent and Docent Server.\n", "/replace Docent \"Docent Server\"");
    EXPECT_EQ(first, "Docent Server and Docent Server.\n");
    EXPECT_EQ(page(first, "/replace Docent \"Docent Server\""), "");
}

TEST_F(Replace, WhatIsWrittenFitsItsPlace) {
    EXPECT_EQ(
        page("---\ntitle: A name\ndescription: 'a name'\n---\n", "/replace name \"key: it's \\\"so\\\"\""),
        "---\ntitle: \"A key: it's \\\"so\\\"\"\ndescription: 'a key: it''s \"so\"'\n---\n");
    EXPECT_EQ(page("<Card title=\"a b\" /> b\n", "/replace b '\"c\"'"),
              "<Card title=\"a &quot;c&quot;\" /> \"c\"\n");
    EXPECT_EQ(page("| a b |\n|---|\n| b |\n\nb\n", "/replace b \"c|d\""),
              "| a c\\|d |\n|---|\n| c\\|d |\n\nc|d\n");
    EXPECT_EQ(page("---\ntitle: version name\n---\n", "/replace \"version name\" 1.0"),
              "---\ntitle: \"1.0\"\n---\n");
}

TEST_F(Replace, BytesAroundStayAsTheyAre) {
    EXPECT_EQ(page("\xef\xbb\xbf# A\r\n\r\nb \t\r\nlast A", "/replace A C"),
              "\xef\xbb\xbf# C\r\n\r\nb \t\r\nlast C");
}

TEST_F(Replace, PatternsNameFilesFoldersAndNames) {
    for (const auto* name : {"a.mdx", "guides/b.mdx", "guides/deep/c.md", "es/guides/b.mdx"})
        write(name, "Acme\n");
    const auto paths = [&](const std::string& options) {
        std::string out;
        for (const auto& change : run("/replace Acme Docent " + options).changes) out += change.path + " ";
        return out;
    };
    EXPECT_EQ(paths(""), "a.mdx es/guides/b.mdx guides/b.mdx guides/deep/c.md ");
    EXPECT_EQ(paths("--in guides"), "guides/b.mdx guides/deep/c.md ");
    EXPECT_EQ(paths("--in /guides/"), "guides/b.mdx guides/deep/c.md ");
    EXPECT_EQ(paths("--in guides/*"), "guides/b.mdx guides/deep/c.md ");
    EXPECT_EQ(paths("--in **/guides/*.mdx"), "es/guides/b.mdx guides/b.mdx ");
    EXPECT_EQ(paths("--in b.mdx --in a.mdx"), "a.mdx es/guides/b.mdx guides/b.mdx ");
    EXPECT_EQ(complaint("/replace Acme Docent --in nowhere/**"),
              "--in nowhere/** names no page: it takes a file, a folder or a pattern such as guides/**");
}

TEST_F(Replace, WithADocsFolderPatternsMayBeginThereToo) {
    write("docs/guides/a.mdx", "Acme\n");
    write("README.md", "Acme\n");
    tree.docs = "docs";
    for (const auto* pattern : {"guides", "docs/guides/**", "a.mdx"}) {
        const auto got = run("/replace Acme Docent --in " + std::string(pattern));
        ASSERT_EQ(got.changes.size(), 1U) << pattern;
        EXPECT_EQ(got.changes[0].path, "docs/guides/a.mdx");
        EXPECT_EQ(got.changes[0].before, "Acme\n");
    }
    tree.docs = "nowhere";
    EXPECT_EQ(complaint("/replace Acme Docent"), "there is no folder nowhere");
}

TEST_F(Replace, FilesThatAreNoTextOrIgnoredOrLinksAreLeftAlone) {
    write("a.mdx", "Acme\n");
    write("broken.mdx", "Acme \xff\n");
    write("null.mdx", std::string_view("Acme \0", 6));
    write("node_modules/x.md", "Acme\n");
    write("build/x.md", "Acme\n");
    write(".gitignore", "build/\n");
    std::filesystem::create_symlink("a.mdx", root / "link.mdx");
    const auto got = run("/replace Acme Docent");
    ASSERT_EQ(got.changes.size(), 1U);
    EXPECT_NE(
        got.report.find("\nNot read:\n\n- `broken.mdx`: this file is not UTF-8\n- `null.mdx`: this file is "
                        "not text\n"),
        std::string::npos)
        << got.report;
}

TEST_F(Replace, WrongTextsAreNamed) {
    EXPECT_EQ(complaint("/replace \"\" x"), "OLD is empty: name the text to replace");
    EXPECT_EQ(complaint("/replace x x"), "OLD and NEW are the same");
    EXPECT_EQ(complaint("/replace \"a\nb\" x"), "OLD runs over lines; it takes one line");
    EXPECT_EQ(complaint("/replace " + std::string(2000, 'x') + " x"), "OLD is longer than 1000 bytes");
    write("a.mdx", "text\n");
    const auto got = run("/replace Acme \"\"");
    EXPECT_TRUE(got.changes.empty());
    EXPECT_EQ(got.report, "\"Acme\" does not occur in the text of 1 page.\n");
}

}  // namespace docent::maintenance
