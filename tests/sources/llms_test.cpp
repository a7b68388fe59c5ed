#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <mutex>

#include "base/crypto.hpp"
#include "sources/llms_site.hpp"
#include "sources/sources.hpp"
#include "support/net_test_server.hpp"
#include "support/temp_dir.hpp"

namespace docent::sources {
namespace {

namespace fs = std::filesystem;

TEST(LlmsPages, OnlyMarkdownPagesOfTheSameOriginEachOnce) {
    const auto pages = llms_pages("https://docs.example.com/en/llms.txt",
                                  "# Site\n"
                                  "- [A](https://docs.example.com/a.md): first\n"
                                  "- [A again](/a.md#part)\n"
                                  "- [B](b%20c.md \"title\")\n"
                                  "- [Elsewhere](https://evil.example.com/x.md)\n"
                                  "- [Port](https://docs.example.com:8443/x.md)\n"
                                  "- [Scheme](file:///etc/passwd.md)\n"
                                  "- [Plain](http://docs.example.com/p.md)\n"
                                  "- [Up](../up.md)\n"
                                  "- [Above](../../../above.md)\n"
                                  "- [Hidden](/%2e%2e/%2e%2e/etc/x.md)\n"
                                  "- [Slash](/a%2f..%2f..%2fx.md)\n"
                                  "- [Nul](/a%00.md)\n"
                                  "- [No page](/a.html)\n"
                                  "- [broken](http://[)\n");
    std::vector<std::string> files;
    for (const auto& page : pages) files.push_back(page.file);
    EXPECT_EQ(files, (std::vector<std::string>{"a.md", "en/b c.md", "up.md"}));
    EXPECT_EQ(pages[0].url, "https://docs.example.com/a.md");
}

/// What the site answers with; counts who asked for what, and how often nothing new was sent.
struct Site {
    std::mutex mutex;
    std::map<std::string, std::string> files;
    std::map<std::string, int> sent;
    int unchanged = 0;
};

Task<Result<net::Response>> answer(Site& site, net::Request& request) {
    const std::lock_guard lock(site.mutex);
    const auto found = site.files.find(request.path);
    if (found == site.files.end()) co_return not_found("no such page");
    const auto tag = "\"" + hash_hex(found->second).substr(0, 16) + "\"";
    net::Response response;
    if (request.header("if-none-match") == tag) {
        ++site.unchanged;
        response.status = 304;
    } else {
        ++site.sent[request.path];
        response.body = found->second;
        response.headers.emplace_back("ETag", tag);
    }
    co_return response;
}

class LlmsSiteTest : public ::testing::Test {
protected:
    LlmsSiteTest()
        : server([this](net::Router& router) {
              router.add("GET", "/{path...}",
                         [this](net::Request& request) { return answer(site, request); });
          }) {
        project.id = "01M80VES7PEXW72QM3DEEBTRZX";
        project.slug = "site";
        project.source_kind = "llms";
        project.source = server.url("/llms.txt");
    }
    Result<Built> build() { return blocking_build(project, folder.path(), {}); }
    std::string address(const Built& built, const std::string& page) {
        const auto index = search::Index::open(folder.path() / "index" / built.index_file);
        const auto found = (*index)->find_page(page);
        return found ? std::string((*index)->page(*found).url) : "none";
    }

    test::TempDir folder;
    Site site;
    test::TestServer server;
    store::Project project;
};

TEST_F(LlmsSiteTest, PagesAreFetchedOnceAndCitedAtTheirAddress) {
    site.files = {{"/llms.txt", "# S\n\n- [A](/a.md)\n- [B](guides/b.md)\n- [Gone](/gone.md)\n"},
                  {"/a.md", "# A\n\nThe aardvark.\n"},
                  {"/guides/b.md", "# B\n\nThe buffalo.\n"}};
    auto first = build();
    ASSERT_TRUE(first.ok()) << first.error().message << first.error().detail;
    EXPECT_EQ(first->pages, 2u);
    EXPECT_EQ(address(*first, "guides/b"), server.url("/guides/b"));

    auto second = build();
    ASSERT_TRUE(second.ok()) << second.error().message;
    EXPECT_EQ(second->revision, first->revision);
    EXPECT_EQ(site.unchanged, 2);
    EXPECT_EQ(site.sent["/a.md"], 1);

    site.files["/a.md"] = "# A\n\nThe antelope.\n";
    site.files.erase("/guides/b.md");
    auto third = build();
    ASSERT_TRUE(third.ok()) << third.error().message;
    EXPECT_NE(third->revision, first->revision);
    EXPECT_EQ(third->pages, 1u);
    EXPECT_EQ(site.sent["/a.md"], 2);
}

TEST_F(LlmsSiteTest, ASiteWithoutPagesIsAnErrorThatSaysSo) {
    auto none = build();
    ASSERT_FALSE(none.ok());
    EXPECT_EQ(none.error().code, ErrorCode::upstream_failed);
    EXPECT_NE(none.error().message.find("404"), std::string::npos);
    site.files = {{"/llms.txt", "# S\n\n- [Elsewhere](https://example.com/a.md)\n"}};
    auto empty = build();
    ASSERT_FALSE(empty.ok());
    EXPECT_EQ(empty.error().code, ErrorCode::upstream_failed);
}

}  // namespace
}  // namespace docent::sources
