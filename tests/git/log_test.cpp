#include "git/log.hpp"

#include "git/session_fixture.hpp"

namespace docent::git {
namespace {

class Log : public SessionTest {};

TEST_F(Log, commits_tell_their_files_with_renames_and_contents) {
    begin({{"docs/a.md", "one\ntwo\nthree\nfour\n"}, {"docs/\xc3\xa4 b.md", "x\n"}, {"other.md", "y\n"}});
    std::filesystem::rename(person / "docs/a.md", person / "docs/c.md");
    person_pushes("docs/new\nline.md", "z\n");
    std::filesystem::remove(person / "docs/\xc3\xa4 b.md");
    person_pushes("docs/c.md", "one\ntwo\nthree\nfour\nfive\n");
    person_pushes("other.md", "not below the folder\n");
    refresh();
    open();
    const auto log = blocking_log(workspace, "docs");
    ASSERT_TRUE(log) << log.error().detail;
    ASSERT_EQ(log->size(), 3U);
    EXPECT_EQ((*log)[0].subject, "of a person");
    EXPECT_EQ((*log)[0].sha.size(), 40U);
    EXPECT_GT((*log)[0].time, 1'000'000'000'000);
    ASSERT_EQ((*log)[0].changes.size(), 2U);
    EXPECT_EQ((*log)[0].changes[0].path, "docs/c.md");
    EXPECT_EQ((*log)[0].changes[1].path, "docs/\xc3\xa4 b.md");
    EXPECT_EQ((*log)[0].changes[1].change, Change::removed);
    ASSERT_EQ((*log)[1].changes.size(), 2U);
    EXPECT_EQ((*log)[1].changes[0].change, Change::renamed);
    EXPECT_EQ((*log)[1].changes[0].old_path, "docs/a.md");
    EXPECT_EQ((*log)[1].changes[0].path, "docs/c.md");
    EXPECT_EQ((*log)[1].changes[1].path, "docs/new\nline.md");
    const auto& edit = (*log)[0].changes[0];
    const auto blobs = blocking_blobs(workspace, {edit.old_blob, std::string(40, '1'), edit.blob});
    ASSERT_TRUE(blobs);
    EXPECT_EQ((*blobs)[0], "one\ntwo\nthree\nfour\n");
    EXPECT_EQ((*blobs)[1], std::nullopt);
    EXPECT_EQ((*blobs)[2], "one\ntwo\nthree\nfour\nfive\n");
    EXPECT_FALSE(blocking_blobs(workspace, {"--help"}));
}

TEST_F(Log, at_most_so_many_commits_and_bytes_are_read) {
    begin({{"a.md", "one\n"}});
    for (int i = 0; i < 5; ++i) person_pushes("a.md", std::to_string(i));
    refresh();
    open();
    LogLimits limits;
    limits.max_commits = 2;
    EXPECT_EQ(blocking_log(workspace, "", limits)->size(), 2U);
    limits.max_commits = 100;
    limits.max_bytes = 500;
    const auto cut = blocking_log(workspace, "", limits);
    ASSERT_TRUE(cut);
    EXPECT_LT(cut->size(), 6U);
}

TEST(LogParser, takes_what_is_not_whole) {
    EXPECT_TRUE(parse_log("", false).empty());
    EXPECT_TRUE(parse_log("\x01"
                          "abc",
                          false)
                    .empty());
    const std::string text(
        "\x01"
        "abc\0"
        "12\0s\0:1 2 a b R100\0x\0",
        22);
    EXPECT_EQ(parse_log(text, false).size(), 1U);
    EXPECT_TRUE(parse_log(text, false)[0].changes.empty());
    EXPECT_TRUE(parse_log(text, true).empty());
}

}  // namespace
}  // namespace docent::git
