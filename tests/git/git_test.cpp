#include <gtest/gtest.h>

#include <fstream>

#include "base/process.hpp"
#include "git/repository.hpp"
#include "git/transport.hpp"
#include "support/temp_dir.hpp"

namespace docent::git {
namespace {

namespace fs = std::filesystem;

class GitTest : public ::testing::Test {
protected:
    std::string git(std::vector<std::string> words) {
        Command command;
        command.argv = {
            "git", "-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"};
        command.argv.insert(command.argv.end(), words.begin(), words.end());
        command.directory = repo;
        auto done = blocking_run(command);
        if (!done || done->exit_code != 0) throw std::runtime_error(done ? done->err : done.error().message);
        return done->out.substr(0, done->out.find('\n'));
    }
    void init() {
        fs::create_directories(repo);
        git({"init", "-q", "-b", "main"});
    }
    std::string commit() {
        git({"add", "-A"});
        git({"commit", "-q", "-m", "x"});
        return git({"rev-parse", "HEAD"});
    }
    void write(const std::string& name, std::string_view text) { folder.write("repo/" + name, text); }

    test::TempDir folder;
    fs::path repo = folder.path() / "repo";
    fs::path mirror = folder.path() / "mirror";
    fs::path out = folder.path() / "out";
};

TEST_F(GitTest, AFolderOutsideIsNoWorkingTree) {
    auto found = blocking_find_working_tree(folder.path());
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().code, ErrorCode::not_found);
}

TEST_F(GitTest, AWorkingTreeTellsRootBranchHeadAndRemote) {
    init();
    EXPECT_EQ(blocking_find_working_tree(repo)->head, "");
    write("docs/a.md", "# A");
    const auto head = commit();
    git({"remote", "add", "origin", "https://example.com/x.git"});
    auto found = blocking_find_working_tree(repo / "docs");
    ASSERT_TRUE(found.ok()) << found.error().detail;
    EXPECT_EQ(found->root, fs::canonical(repo));
    EXPECT_EQ(found->branch, "main");
    EXPECT_EQ(found->head, head);
    EXPECT_EQ(found->remote, "https://example.com/x.git");
    git({"checkout", "-q", "--detach"});
    EXPECT_EQ(blocking_find_working_tree(repo)->branch, "");
}

TEST_F(GitTest, LookingRunsNothingThatTheRepositoryNames) {
    init();
    write("a.md", "x");
    commit();
    const auto touched = (folder.path() / "touched").string();
    git({"config", "core.fsmonitor", "touch " + touched});
    git({"config", "filter.evil.smudge", "touch " + touched});
    git({"config", "core.hooksPath", repo.string()});
    ASSERT_TRUE(blocking_find_working_tree(repo).ok());
    auto id = blocking_fetch(repo.string(), "", mirror);
    ASSERT_TRUE(id.ok()) << id.error().detail;
    ASSERT_TRUE(blocking_export(mirror, *id, "", out).ok());
    EXPECT_FALSE(fs::exists(touched));
}

TEST_F(GitTest, FetchFollowsTheBranchAndExportWritesItsFolder) {
    init();
    write("docs/a.md", "one");
    write("src/b.txt", "other");
    const auto first = commit();
    auto id = blocking_fetch("file://" + repo.string(), "", mirror);
    ASSERT_TRUE(id.ok()) << id.error().detail;
    EXPECT_EQ(*id, first);
    ASSERT_TRUE(blocking_export(mirror, *id, "docs", out).ok());
    EXPECT_EQ(folder.read("out/a.md"), "one");
    EXPECT_FALSE(fs::exists(out / "src"));

    write("docs/a.md", "two");
    git({"add", "-A"});
    git({"commit", "-q", "--amend", "-m", "rewritten"});  // history may be forced
    auto next = blocking_fetch("file://" + repo.string(), "main", mirror);
    ASSERT_TRUE(next.ok()) << next.error().detail;
    EXPECT_NE(*next, first);
    ASSERT_TRUE(blocking_export(mirror, *next, "/docs/", folder.path() / "out2").ok());
    EXPECT_EQ(folder.read("out2/a.md"), "two");
}

TEST_F(GitTest, OddNamesAreWrittenAndLinksNeverLeaveTheTree) {
    init();
    write("-rf", "dash");
    write("a\nb.md", "newline");
    write("ü ~.md", "odd");
    fs::create_symlink("-rf", repo / "inside");
    fs::create_symlink("/etc/passwd", repo / "absolute");
    fs::create_symlink("../../../../etc/passwd", repo / "above");
    fs::create_directory_symlink("/etc", repo / "folder");
    const auto id = commit();
    ASSERT_TRUE(blocking_fetch(repo.string(), "main", mirror).ok());
    auto done = blocking_export(mirror, id, "", out);
    ASSERT_TRUE(done.ok()) << done.error().detail;
    EXPECT_EQ(folder.read("out/-rf"), "dash");
    EXPECT_EQ(folder.read("out/a\nb.md"), "newline");
    EXPECT_EQ(folder.read("out/ü ~.md"), "odd");
    EXPECT_EQ(folder.read("out/inside"), "dash");
    EXPECT_FALSE(fs::is_symlink(out / "inside"));
    for (const char* name : {"absolute", "above", "folder"})
        EXPECT_FALSE(fs::exists(fs::symlink_status(out / name))) << name;
}

TEST_F(GitTest, FilesOverTheLimitAndSubmodulesAreLeftOut) {
    init();
    write("big.md", std::string(2000, 'x'));
    write("small.md", "x");
    commit();
    git({"submodule", "--quiet", "add", repo.string(), "sub"});
    const auto id = commit();
    ASSERT_TRUE(blocking_fetch(repo.string(), "main", mirror).ok());
    ASSERT_TRUE(blocking_export(mirror, id, "", out, 1000).ok());
    EXPECT_TRUE(fs::exists(out / "small.md"));
    EXPECT_FALSE(fs::exists(out / "big.md"));
    EXPECT_FALSE(fs::exists(out / "sub"));
}

TEST_F(GitTest, WhatIsMissingIsNotFound) {
    init();
    write("a.md", "x");
    const auto id = commit();
    auto branch = blocking_fetch(repo.string(), "nothing", mirror);
    ASSERT_FALSE(branch.ok());
    EXPECT_EQ(branch.error().code, ErrorCode::not_found);
    ASSERT_TRUE(blocking_fetch(repo.string(), "main", mirror).ok());
    EXPECT_EQ(blocking_export(mirror, id, "nowhere", out).error().code, ErrorCode::not_found);
    EXPECT_EQ(blocking_export(mirror, id, "a.md", out).error().code, ErrorCode::not_found);
    EXPECT_EQ(blocking_export(mirror, "feedfeed", "", out).error().code, ErrorCode::not_found);
    auto remote = blocking_fetch((folder.path() / "none").string(), "", mirror);
    ASSERT_FALSE(remote.ok());
    EXPECT_EQ(remote.error().code, ErrorCode::upstream_failed);
}

TEST(GitUrl, OnlyAddressesWithoutTricksAreTaken) {
    for (const std::string url :
         {"https://a.example/x.git", "http://a/x", "ssh://git@a/x", "git://a/x", "file:///x", "/srv/x",
          "git@a.example:x/y.git", "https://u:p@a.example/x"}) {
        EXPECT_TRUE(check_url(url).ok()) << url;
    }
    for (const std::string url :
         {"", "-u", "--upload-pack=x", "ext::sh -c x", "x", "../x", "ftp://a/x", "https://",
          "ssh://-oProxyCommand=x/y", "ssh://u@-o/x", "git@-oX:y", "https://a/\nx", "a::b@c:d"}) {
        EXPECT_FALSE(check_url(url).ok()) << url;
    }
}

TEST(GitUrl, CredentialsAreNeverShown) {
    EXPECT_EQ(masked("https://user:secret@a.example/x"), "https://a.example/x");
    EXPECT_EQ(masked("https://a.example/x@y"), "https://a.example/x@y");
    test::TempDir folder;
    auto done = blocking_fetch("http://user:secret-word@127.0.0.1:1/x.git", "main", folder.path() / "m");
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().code, ErrorCode::upstream_failed);
    EXPECT_EQ((done.error().message + done.error().detail).find("secret-word"), std::string::npos)
        << done.error().detail;
}

TEST(GitUrl, BranchNamesAreChecked) {
    EXPECT_TRUE(is_branch_name("feature/x-1"));
    for (const std::string name : {"", "-x", "a..b", "a b", "x.lock", "a^", "a:b"})
        EXPECT_FALSE(is_branch_name(name)) << name;
}

}  // namespace
}  // namespace docent::git
