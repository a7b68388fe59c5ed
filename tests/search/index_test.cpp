#include "search/index.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "search/paths.hpp"
#include "search/sites.hpp"

namespace docent::search {
namespace {

using test_sites::Built;
using test_sites::site_of;

docs::Site small_site() {
    auto site =
        site_of({{"guides/deploy", "Deploying", "Run the deploy command to publish your site to the cloud."},
                 {"guides/keys", "API keys", "A key opens the assistant. Keys expire after ninety days."},
                 {"index", "Welcome", "Docent answers questions from your documentation."}});
    site.description = "A small site";
    site.files["llms.txt"] = "# Small\n";
    site.redirects = {{"/old-keys", "/guides/keys"},
                      {"/older", "/old-keys"},
                      {"/v1/:slug*", "/guides/:slug*"},
                      {"/v0/*", "/guides/keys"},
                      {"/a/*", "/guides/*"}};
    return site;
}

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void overwrite(const std::filesystem::path& file, std::string_view bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

TEST(Index, GivesBackWhatWasWritten) {
    const auto site = small_site();
    const Built built(site);
    const Index& index = *built.index;
    EXPECT_EQ(index.site_name(), "Test");
    EXPECT_EQ(index.site_description(), "A small site");
    EXPECT_EQ(index.file("llms.txt"), "# Small\n");
    EXPECT_EQ(index.file("other"), "");
    ASSERT_EQ(index.page_count(), 3u);
    ASSERT_EQ(index.chunk_count(), 3u);
    for (std::uint32_t i = 0; i < 3; ++i) {
        EXPECT_EQ(index.page(i).path, site.pages[i].path);
        EXPECT_EQ(index.page(i).title, site.pages[i].title);
        EXPECT_EQ(index.page(i).markdown, site.pages[i].markdown);
        EXPECT_EQ(index.chunk(i).markdown, site.chunks[i].markdown);
        EXPECT_EQ(index.chunk(i).page, i);
    }
    EXPECT_EQ(index.page(99).title, "");
    EXPECT_EQ(index.chunk(99).markdown, "");
}

TEST(Index, FindsAPageHoweverItsPathIsWritten) {
    const Built built(small_site());
    for (const char* path : {"guides/keys", "/guides/keys/", "guides/keys.md", "guides/keys.mdx#expiry",
                             "https://docs.example.com/guides/keys?x=1", "/old-keys", "older", "/v1/keys",
                             "/v0/x/y", "/a/keys", "guides/keys/index"}) {
        EXPECT_EQ(built.index->find_page(path), 1u) << path;
    }
    EXPECT_EQ(built.index->find_page("/"), 2u);
    EXPECT_EQ(built.index->find_page(""), 2u);
    EXPECT_FALSE(built.index->find_page("guides/nothing"));
    EXPECT_FALSE(built.index->find_page("v1/nothing"));
}

TEST(Index, IsTheSameFileForTheSameSite) {
    const Built a(small_site()), b(small_site());
    EXPECT_EQ(bytes_of(a.file), bytes_of(b.file));
}

TEST(Index, IsRefusedWhenItIsCutOrFlippedInAnyByte) {
    const Built built(small_site());
    const std::string whole = bytes_of(built.file);
    const auto copy = built.dir.path() / "copy.index";
    for (std::size_t size = 0; size < whole.size(); size += 97) {
        overwrite(copy, std::string_view(whole).substr(0, size));
        const auto opened = Index::open(copy);
        ASSERT_FALSE(opened.ok()) << size;
        EXPECT_EQ(opened.error().code, ErrorCode::invalid_argument);
    }
    std::size_t harmless = 0;
    for (std::size_t at = 0; at < whole.size(); at += 13) {
        std::string flipped = whole;
        flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
        overwrite(copy, flipped);
        if (const auto opened = Index::open(copy); opened.ok()) {
            ++harmless;  // a byte of padding between sections
            Query query;
            query.text = "publish";
            EXPECT_EQ((*opened)->search(query).pages.size(), 1u);
        }
    }
    EXPECT_LT(harmless, 8u);
    EXPECT_EQ(Index::open(built.dir.path() / "absent.index").error().code, ErrorCode::not_found);
}

TEST(Index, AnEmptySiteIsAnIndexWithoutAnswers) {
    const Built built{docs::Site()};
    EXPECT_TRUE(built.paths("anything").empty());
    EXPECT_FALSE(built.index->find_page("index"));
}

TEST(Index, WritingWhereThereIsNoFolderIsUnavailable) {
    test::TempDir dir;
    const auto written = write_index(small_site(), dir.path() / "absent" / "a.index");
    ASSERT_FALSE(written.ok());
    EXPECT_EQ(written.error().code, ErrorCode::unavailable);
    EXPECT_EQ(written.error().message.find(dir.path().string()), std::string::npos);
}

TEST(Paths, AreNormal) {
    EXPECT_EQ(normal_path("/a/b.md?x#y"), "a/b");
    EXPECT_EQ(normal_path("https://x.dev"), "index");
    EXPECT_EQ(normal_path("a%20b/"), "a b");
}

}  // namespace
}  // namespace docent::search
