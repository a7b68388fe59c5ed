#include "agent/file_search.hpp"
#include "agent/tools_fixture.hpp"

namespace docent::agent {
namespace fs = std::filesystem;
namespace {

class SearchToolTest : public test::ToolsTest {
protected:
    /// "path:line path:line"; a file without lines is its path.
    std::string hits(std::string_view arguments) {
        const auto payload = call("search_files", arguments);
        std::string out;
        if (!outcome.error_code.empty()) return outcome.error_code;
        for (const auto& file : payload.at("files").as_array()) {
            const std::string path(file.at("path").as_string());
            if (file.at("matches").as_array().empty()) out += path + " ";
            for (const auto& line : file.at("matches").as_array())
                out += path + ":" + std::to_string(line.at("line").to_number<int>()) + " ";
        }
        return out;
    }
};

TEST_F(SearchToolTest, TextsExpressionsAndNamesAreFound) {
    write("a.md", "Alpha\nbeta alpha\n\ngamma\n");
    write("src/b.ts", "const alpha = 1;\n");
    write("src/c.tsx", "x\n");
    EXPECT_EQ(hits(R"({"query":"alpha"})"), "a.md:2 src/b.ts:1 ");
    EXPECT_EQ(hits(R"({"query":"alpha","case_sensitive":false})"), "a.md:1 a.md:2 src/b.ts:1 ");
    EXPECT_EQ(hits(R"({"query":"^(con|gam)\\w+","mode":"regex"})"), "a.md:4 src/b.ts:1 ");
    EXPECT_EQ(hits(R"({"query":"^$","mode":"regex","include":["*.md"]})"), "a.md:3 ");
    EXPECT_EQ(hits(R"({"query":"a.*c","mode":"regex"})"), "");
    EXPECT_EQ(hits(R"({"query":"[^x]+x","mode":"regex"})"), "");
    EXPECT_EQ(hits(R"({"query":"b.ts","mode":"file_name"})"), "src/b.ts ");
    EXPECT_EQ(hits(R"({"query":"*.{ts,tsx}","mode":"file_name"})"), "src/b.ts src/c.tsx ");
    EXPECT_EQ(hits(R"({"query":"B.TS","mode":"file_name","case_sensitive":false})"), "src/b.ts ");
    EXPECT_EQ(hits(R"({"query":"alpha","path":"src"})"), "src/b.ts:1 ");
    EXPECT_EQ(hits(R"({"query":"alpha","path":"a.md"})"), "a.md:2 ");
    EXPECT_EQ(hits(R"({"query":"(","mode":"regex"})"), "invalid_pattern");
    EXPECT_EQ(hits(R"({"query":"alpha","path":"../x"})"), "outside_repository");
    EXPECT_EQ(hits(R"({"query":"alpha","path":"none"})"), "not_found");
}

TEST_F(SearchToolTest, GlobsTakeInAndLeaveOut) {
    write("a.md", "x\n");
    write("docs/b.md", "x\n");
    write("docs/deep/c.md", "x\n");
    write("src/d.ts", "x\n");
    EXPECT_EQ(hits(R"({"query":"x","include":["*.md"]})"), "a.md:1 docs/b.md:1 docs/deep/c.md:1 ");
    EXPECT_EQ(hits(R"({"query":"x","include":["docs/*.md"]})"), "docs/b.md:1 ");
    EXPECT_EQ(hits(R"({"query":"x","include":["docs/**"]})"), "docs/b.md:1 docs/deep/c.md:1 ");
    EXPECT_EQ(hits(R"({"query":"x","include":["docs"]})"), "docs/b.md:1 docs/deep/c.md:1 ");
    EXPECT_EQ(hits(R"({"query":"x","exclude":["docs/"]})"), "a.md:1 src/d.ts:1 ");
    EXPECT_EQ(hits(R"({"query":"x","exclude":["**/deep/**","*.ts"]})"), "a.md:1 docs/b.md:1 ");
}

TEST_F(SearchToolTest, WhatIsIgnoredBinaryOrALinkIsLeftOut) {
    write(".gitignore", "/out\n");
    write("out/a", "needle\n");
    write(".git/config", "needle\n");
    write("bin", std::string_view("needle\0", 7));
    write("a", "needle\n");
    write(".github/b", "needle\n");
    folder.write("secret", "needle\n");
    fs::create_symlink("../secret", tree.path / "link");
    EXPECT_EQ(hits(R"({"query":"needle"})"), ".github/b:1 a:1 ");
    EXPECT_EQ(hits(R"({"query":"needle","ignored":true})"), ".github/b:1 a:1 out/a:1 ");
    EXPECT_EQ(hits(R"({"query":"needle","path":"link"})"), "outside_repository");
}

TEST_F(SearchToolTest, LinesHaveTheirColumnAndWhatIsAround) {
    write("a", "1\n2\n\xC3\xA4 x\r\n4\n5");
    const auto payload = call("search_files", R"({"query":"x","context_lines":3})");
    const auto& match = payload.at("files").at(0).at("matches").at(0);
    EXPECT_EQ(match.at("line").to_number<int>(), 3);
    EXPECT_EQ(match.at("column").to_number<int>(), 3);
    EXPECT_EQ(match.at("text").as_string(), "\xC3\xA4 x");
    EXPECT_EQ(boost::json::serialize(match.at("before")), R"(["1","2"])");
    EXPECT_EQ(boost::json::serialize(match.at("after")), R"(["4","5"])");
    EXPECT_NE(said.find("  2- 2\n  3: \xC3\xA4 x\n  4- 4\n"), std::string::npos) << said;
}

TEST_F(SearchToolTest, AllAreCountedAndSomeAreShown) {
    std::string many;
    for (int i = 0; i < 3000; ++i)
        many += "needle in a long line of text, number " + std::to_string(i) + "\n";
    for (int i = 0; i < 30; ++i) write("d/f" + std::to_string(i), many);
    const auto payload = call("search_files", R"({"query":"needle","limit":500})");
    EXPECT_EQ(number(payload, "total_matches"), 90'000);
    EXPECT_EQ(number(payload, "total_files"), 30);
    EXPECT_TRUE(payload.at("truncated").as_bool());
    EXPECT_LE(boost::json::serialize(payload).size(), 160u << 10);
}

TEST_F(SearchToolTest, ManyThreadsFindWhatOneFinds) {
    for (int i = 0; i < 700; ++i)
        write("d" + std::to_string(i % 7) + "/f" + std::to_string(i), i % 3 ? "hay\n" : "hay\nneedle\n");
    const auto files = TreeFiles::open(tree.path);
    FileSearch search;
    search.query = "needle";
    search.most_matches = 1000;
    search.threads = 1;
    const auto one = blocking_search(*files, search);
    search.threads = 4;
    const auto four = blocking_search(*files, search);
    ASSERT_TRUE(one.ok() && four.ok());
    EXPECT_EQ(one->total_matches, 234u);
    EXPECT_EQ(one->searched_files, 700u);
    ASSERT_EQ(four->files.size(), one->files.size());
    for (std::size_t i = 0; i < one->files.size(); ++i) EXPECT_EQ(one->files[i].path, four->files[i].path);
}

TEST_F(SearchToolTest, AtItsLimitItEndsWithWhatItHas) {
    for (int i = 0; i < 300; ++i) write("f" + std::to_string(i), "needle\n");
    const auto files = TreeFiles::open(tree.path);
    FileSearch search;
    search.query = "needle";
    search.limit = std::chrono::milliseconds(-1);
    const auto found = blocking_search(*files, search);
    ASSERT_TRUE(found.ok());
    EXPECT_TRUE(found->late);
    EXPECT_TRUE(found->truncated);
}

}  // namespace
}  // namespace docent::agent
