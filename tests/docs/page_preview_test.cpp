#include "docs/page_preview.hpp"

#include <gtest/gtest.h>

#include <map>

namespace docent::docs {
namespace {

class PagePreviewTest : public testing::Test {
protected:
    PagePreview preview(const std::string& file) {
        return preview_page(file, files.at(file), [&](const std::string& path) -> std::optional<std::string> {
            const auto found = files.find(path);
            if (found == files.end()) return std::nullopt;
            return found->second;
        });
    }
    std::map<std::string, std::string> files{
        {"site/docs.json", R"({"name":"Zoo","variables":{"animal":"lion"}})"},
        {"site/snippets/warn.mdx", "Mind the gap."},
        {"site/guides/cages.md",
         "---\ntitle: Cages\ndescription: Where they live.\n---\n\nimport Warn from '/snippets/warn.mdx'\n\n"
         "<Note>The {{animal}} bites.</Note>\n\n<Warn />\n\n## Doors\n\nKeep them shut.\n"}};
};

TEST_F(PagePreviewTest, APageIsShownWithTheSnippetsAndVariablesOfItsSite) {
    const auto page = preview("site/guides/cages.md");
    EXPECT_EQ(page.title, "Cages");
    EXPECT_EQ(page.description, "Where they live.");
    EXPECT_NE(page.markdown.find("The lion bites."), std::string::npos) << page.markdown;
    EXPECT_NE(page.markdown.find("Mind the gap."), std::string::npos) << page.markdown;
    EXPECT_NE(page.markdown.find("## Doors"), std::string::npos);
    EXPECT_EQ(page.markdown.find("<Note>"), std::string::npos);
    EXPECT_TRUE(page.missing.empty());
}

TEST_F(PagePreviewTest, WhatIsMissingOrBrokenIsSaid) {
    files.erase("site/snippets/warn.mdx");
    EXPECT_EQ(preview("site/guides/cages.md").missing, std::vector<std::string>{"snippets/warn.mdx"});
    files["a.md"] = "---\ntitle: [\n---\nText\n";
    const auto broken = preview("a.md");
    EXPECT_FALSE(broken.problem.empty());
    EXPECT_NE(broken.markdown.find("Text"), std::string::npos);
    files["b.md"] = "# From a heading\n\n{braces} \xff\n";
    EXPECT_EQ(preview("b.md").title, "From a heading");
    EXPECT_NE(preview("b.md").markdown.find("{braces}"), std::string::npos) << "no MDX without a site";
}

TEST_F(PagePreviewTest, HtmlIsAPageTooAndPicturesAreNone) {
    files["a.html"] = "<html><head><title>T</title></head><body><h1>Top</h1><p>Words</p></body></html>";
    EXPECT_EQ(preview("a.html").title, "Top");
    EXPECT_TRUE(is_page_file("A/B.MDX"));
    EXPECT_TRUE(is_page_file("a.htm"));
    EXPECT_FALSE(is_page_file("a.png"));
    EXPECT_FALSE(is_page_file("docs.json"));
}

}  // namespace
}  // namespace docent::docs
