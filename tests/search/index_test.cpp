#include "search/index.hpp"

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace docent::search {
namespace {

docs::Site small_site() {
    docs::Site site;
    site.name = "Small";
    for (const auto& [path, title, text] : std::vector<std::array<std::string, 3>>{
             {"guides/deploy", "Deploying", "Run the deploy command to publish your site to the cloud."},
             {"guides/keys", "API keys", "A key opens the assistant. Keys expire after ninety days."},
             {"index", "Welcome", "Docent answers questions from your documentation."}}) {
        docs::Page page;
        page.path = path;
        page.title = title;
        page.language = "en";
        page.markdown = text;
        docs::Chunk chunk;
        chunk.page = static_cast<std::uint32_t>(site.pages.size());
        chunk.text = text;
        chunk.markdown = text;
        site.pages.push_back(page);
        site.chunks.push_back(chunk);
    }
    return site;
}

TEST(Index, FindsThePageThatAnswers) {
    test::TempDir dir;
    ASSERT_TRUE(write_index(small_site(), dir.path() / "a.index").ok());
    const auto index = Index::open(dir.path() / "a.index");
    ASSERT_TRUE(index.ok()) << index.error().detail;
    Query query;
    query.text = "How do I publish?";
    const auto found = (*index)->search(query);
    ASSERT_FALSE(found.pages.empty());
    EXPECT_EQ((*index)->page(found.pages[0].page).path, "guides/deploy");
    EXPECT_EQ((*index)->chunk(found.sections[0].chunk).markdown, small_site().chunks[0].markdown);
    EXPECT_GT(found.coverage, 0.9);
    EXPECT_EQ((*index)->find_page("/guides/keys.md#x"), 1u);
}

}  // namespace
}  // namespace docent::search
