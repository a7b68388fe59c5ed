#include "agent/tree_files.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "support/temp_dir.hpp"

namespace docent::agent {
namespace fs = std::filesystem;
namespace {

class TreeFilesTest : public ::testing::Test {
protected:
    TreeFilesTest() {
        fs::create_directories(root);
        folder.write("secret", "of the machine");
        auto opened = TreeFiles::open(root);
        files.emplace(*std::move(opened));
    }
    std::string reason_of(std::string_view path) {
        const auto read = files->read(path, 1 << 20);
        return read ? "read: " + read->bytes : read.error().reason;
    }

    test::TempDir folder;
    fs::path root = folder.path() / "tree";
    std::optional<TreeFiles> files;
};

TEST(TreePath, IsRelativeAndStaysInside) {
    EXPECT_EQ(*tree_path("a/b.md"), "a/b.md");
    EXPECT_EQ(*tree_path("./a//b/"), "a/b");
    EXPECT_EQ(*tree_path(""), "");
    EXPECT_EQ(*tree_path("-rf"), "-rf");
    EXPECT_EQ(*tree_path("a\nb"), "a\nb");
    EXPECT_EQ(*tree_path("..."), "...");
    for (const char* path : {"/etc/passwd", "..", "../x", "a/../../x", "a/..", "//x"})
        EXPECT_EQ(tree_path(path).error().reason, "outside_repository") << path;
    EXPECT_EQ(tree_path(std::string_view("a\0b", 3)).error().reason, "invalid_path");
    EXPECT_EQ(tree_path(std::string(5000, 'a')).error().reason, "invalid_path");
    EXPECT_EQ(tree_path(std::string(300, 'a')).error().reason, "invalid_path");
}

TEST(TreePath, GitsOwnFolderIsNotAPathHoweverItIsWritten) {
    for (const char* path : {".git", ".git/config", "a/.git/hooks/x", ".GIT/config", ".Git", ".git./x",
                             ".git /x", "GIT~1/config", ".git::$INDEX_ALLOCATION/config"})
        EXPECT_EQ(tree_path(path).error().reason, "not_allowed") << path;
    for (const char* path : {".gitignore", ".github/x", "a.git/x", "git/x", ".gitmodules"})
        EXPECT_TRUE(tree_path(path).ok()) << path;
}

TEST_F(TreeFilesTest, LinksInsideAreFollowedAndThoseThatLeadOutAreNot) {
    folder.write("tree/docs/a.md", "text");
    fs::create_symlink("docs/a.md", root / "inside");
    fs::create_symlink("../docs/a.md", root / "docs" / "up");
    fs::create_directory_symlink("docs", root / "folder");
    fs::create_symlink("../secret", root / "out");
    fs::create_symlink(folder.path() / "secret", root / "absolute");
    fs::create_directory_symlink("..", root / "above");
    fs::create_symlink("docs/../../secret", root / "winding");
    fs::create_symlink("loop", root / "loop");
    EXPECT_EQ(reason_of("inside"), "read: text");
    EXPECT_EQ(reason_of("docs/up"), "read: text");
    EXPECT_EQ(reason_of("folder/a.md"), "read: text");
    EXPECT_EQ(files->resolve("folder/a.md", true).ok(), true);
    EXPECT_EQ(*files->resolve("folder/a.md", true), "docs/a.md");
    EXPECT_EQ(reason_of("out"), "outside_repository");
    EXPECT_EQ(reason_of("absolute"), "outside_repository");
    EXPECT_EQ(reason_of("above/secret"), "outside_repository");
    EXPECT_EQ(reason_of("winding"), "outside_repository");
    EXPECT_EQ(reason_of("loop"), "invalid_path");
}

TEST_F(TreeFilesTest, ALinkIsNoWayIntoGitsOwnFolder) {
    folder.write("tree/.git/config", "[core]");
    fs::create_directory_symlink(".git", root / "harmless");
    fs::create_symlink(".git/config", root / "file");
    EXPECT_EQ(reason_of("harmless/config"), "not_allowed");
    EXPECT_EQ(reason_of("file"), "not_allowed");
    EXPECT_EQ(files->write("harmless/hooks/x", "x", 0755, true).error().reason, "not_allowed");
    EXPECT_EQ(files->list("harmless").error().reason, "not_allowed");
    EXPECT_EQ(files->remove(".git").error().reason, "not_allowed");
    EXPECT_EQ(files->move(".git/config", "x", true).error().reason, "not_allowed");
}

TEST_F(TreeFilesTest, WhatIsWrittenOverALinkReplacesTheLink) {
    fs::create_symlink("../secret", root / "out");
    ASSERT_TRUE(files->write("out", "mine", 0644, true).ok());
    EXPECT_EQ(folder.read("secret"), "of the machine");
    EXPECT_EQ(folder.read("tree/out"), "mine");
    EXPECT_FALSE(fs::is_symlink(root / "out"));
}

TEST_F(TreeFilesTest, WritingBreaksAHardLinkInsteadOfChangingWhatItShares) {
    fs::create_hard_link(folder.path() / "secret", root / "shared");
    ASSERT_TRUE(files->write("shared", "mine", 0644, true).ok());
    EXPECT_EQ(folder.read("secret"), "of the machine");
}

TEST_F(TreeFilesTest, NothingIsWrittenBehindALinkThatLeadsOut) {
    fs::create_directory_symlink("..", root / "above");
    EXPECT_EQ(files->write("above/new", "x", 0644, true).error().reason, "outside_repository");
    EXPECT_EQ(files->remove("above/secret").error().reason, "outside_repository");
    EXPECT_EQ(files->move("above/secret", "mine", true).error().reason, "outside_repository");
    EXPECT_TRUE(fs::exists(folder.path() / "secret"));
    EXPECT_FALSE(fs::exists(folder.path() / "new"));
}

TEST_F(TreeFilesTest, AFolderThatTurnsIntoALinkMeanwhileFindsNobodyOutside) {
    folder.write("tree/real/x", "inside");
    folder.write("outside/x", "outside");
    fs::create_directory_symlink("../outside", root / "link");
    std::atomic<bool> stop{false};
    std::jthread swapper([&] {
        // The place is by turns a folder and a link that leads out.
        while (!stop)
            renameat2(AT_FDCWD, (root / "real").c_str(), AT_FDCWD, (root / "link").c_str(), RENAME_EXCHANGE);
    });
    for (int i = 0; i < 3000; ++i) {
        const auto read = files->read("real/x", 100);
        if (read) {
            ASSERT_EQ(read->bytes, "inside");
        }
        const auto written = files->write("real/new", "x", 0644, true);
        (void)written;
        ASSERT_FALSE(fs::exists(folder.path() / "outside" / "new"));
    }
    stop = true;
}

TEST_F(TreeFilesTest, PipesAndDevicesAreNoFiles) {
    ASSERT_EQ(mkfifo((root / "pipe").c_str(), 0644), 0);
    EXPECT_EQ(reason_of("pipe"), "not_a_file");
    fs::create_symlink("pipe", root / "link");
    EXPECT_EQ(reason_of("link"), "not_a_file");
    fs::create_directory(root / "folder");
    EXPECT_EQ(reason_of("folder"), "not_a_file");
    EXPECT_EQ(reason_of(""), "not_a_file");
}

TEST_F(TreeFilesTest, StrangeNamesAreNamesLikeOthers) {
    for (const char* name :
         {"-rf", "--help", "a\nb", "a b", "\"quoted\"", "$(id)", "a\\b", "\xC3\xA9t\xC3\xA9"}) {
        ASSERT_TRUE(files->write(name, name, 0644, false).ok()) << name;
        EXPECT_EQ(reason_of(name), "read: " + std::string(name));
    }
    EXPECT_EQ(files->list("")->size(), 8u);
}

TEST_F(TreeFilesTest, AMissingNameThatDiffersInCaseIsSaid) {
    folder.write("tree/docs/README.md", "text");
    const auto read = files->read("docs/readme.md", 100);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().reason, "not_found");
    EXPECT_NE(read.error().message.find("docs/README.md"), std::string::npos) << read.error().message;
}

TEST_F(TreeFilesTest, AWriteIsWholeAndKeepsNothingBeside) {
    ASSERT_TRUE(files->write("a/b/c.md", "one", 0644, false).ok());
    EXPECT_EQ(files->write("a/b/c.md", "two", 0644, false).error().reason, "already_exists");
    ASSERT_TRUE(files->write("a/b/c.md", "two", 0755, true).ok());
    EXPECT_EQ(folder.read("tree/a/b/c.md"), "two");
    EXPECT_EQ(files->info("a/b/c.md")->mode, mode_t{0755});
    EXPECT_EQ(files->list("a/b")->size(), 1u);
    EXPECT_EQ(files->write("a/b", "x", 0644, true).error().reason, "not_a_file");
    EXPECT_EQ(files->list("a")->size(), 1u);
    EXPECT_EQ(files->write("a/b/c.md/d", "x", 0644, true).error().reason, "not_a_directory");
}

TEST_F(TreeFilesTest, AFileOverTheLimitIsNotRead) {
    folder.write("tree/big", std::string(1000, 'x'));
    EXPECT_EQ(files->read("big", 999).error().reason, "too_large");
    EXPECT_TRUE(files->read("big", 1000).ok());
}

}  // namespace
}  // namespace docent::agent
