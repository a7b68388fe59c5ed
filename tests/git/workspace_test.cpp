#include "git/workspace.hpp"

#include "session_fixture.hpp"

namespace docent::git {
namespace {

namespace fs = std::filesystem;

class WorkspaceTest : public SessionTest {};

TEST_F(WorkspaceTest, ANewBranchBeginsWhereTheTargetStandsAndCopiesNoObject) {
    begin({{"docs/a.md", "one"}, {"run.sh", "#!/bin/sh\n"}});
    open("work", "main");
    EXPECT_TRUE(checkout.branch_created);
    EXPECT_EQ(checkout.head_sha, remote_sha("main"));
    EXPECT_EQ(checkout.target_sha, remote_sha("main"));
    EXPECT_EQ(read("docs/a.md"), "one");
    EXPECT_FALSE(is_there(".git"));
    EXPECT_EQ(blocking_head(workspace)->branch, "work");
    std::size_t objects = 0;
    for (const auto& file : fs::recursive_directory_iterator(workspace.git_dir / "objects"))
        objects += file.is_regular_file() && file.path().filename() != "alternates";
    EXPECT_EQ(objects, 0u);
    EXPECT_EQ(
        try_git(workspace.tree, {"--git-dir", workspace.git_dir.string(), "--work-tree", ".", "status", "-s"})
            .out,
        "");
}

TEST_F(WorkspaceTest, AnExistingBranchIsCheckedOutAsItStands) {
    begin({{"a.md", "one"}});
    git(person, {"checkout", "-q", "-b", "feature/x"});
    const auto head = person_pushes("a.md", "two", "feature/x");
    refresh();
    open("feature/x", "main");
    EXPECT_FALSE(checkout.branch_created);
    EXPECT_EQ(checkout.head_sha, head);
    EXPECT_EQ(read("a.md"), "two");
}

TEST_F(WorkspaceTest, WhatIsWrongIsSaidAndLeavesNothing) {
    begin({{"a.md", "one"}});
    const auto at = folder.path() / "session";
    for (const std::string name : {"", "-x", "a..b", "a b", "x.lock", "a\nb", "@{-1}"}) {
        auto made = blocking_create_workspace(mirror, at, name, "main");
        ASSERT_FALSE(made.ok()) << name;
        EXPECT_EQ(made.error().code, ErrorCode::invalid_argument) << name;
    }
    EXPECT_EQ(blocking_create_workspace(mirror, at, "work", "nothing").error().code, ErrorCode::not_found);
    EXPECT_EQ(blocking_create_workspace(folder.path() / "no", at, "work", "main").error().code,
              ErrorCode::not_found);
    CheckoutLimits small;
    small.max_bytes = 2;
    EXPECT_EQ(blocking_create_workspace(mirror, at, "work", "main", small).error().code,
              ErrorCode::too_large);
    small = {};
    small.max_files = 0;
    EXPECT_EQ(blocking_create_workspace(mirror, at, "work", "main", small).error().code,
              ErrorCode::too_large);
    small = {};
    small.time = std::chrono::milliseconds(0);
    EXPECT_EQ(blocking_create_workspace(mirror, at, "work", "main", small).error().code,
              ErrorCode::timed_out);
    EXPECT_FALSE(fs::exists(at));
    EXPECT_FALSE(fs::exists(at.string() + ".new"));
    open();
    EXPECT_EQ(blocking_create_workspace(mirror, at, "work", "main").error().code, ErrorCode::conflict);
}

TEST_F(WorkspaceTest, ARestartFindsTheTreeAsItWasAndClearsWhatAKilledGitLeft) {
    begin({{"a.md", "one"}});
    open();
    write("a.md", "two");
    for (const char* name : {"index.lock", "HEAD.lock", "refs/heads/work.lock"})
        folder.write(std::string("session/git/") + name, "");
    auto again = blocking_open_workspace(mirror, folder.path() / "session");
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(read("a.md"), "two");
    for (const char* name : {"index.lock", "HEAD.lock", "refs/heads/work.lock"})
        EXPECT_FALSE(fs::exists(workspace.git_dir / name)) << name;
    EXPECT_EQ(blocking_open_workspace(mirror, folder.path() / "none").error().code, ErrorCode::not_found);
    ASSERT_TRUE(blocking_remove_workspace(folder.path() / "session").ok());
    EXPECT_FALSE(fs::exists(folder.path() / "session"));
    EXPECT_TRUE(blocking_remove_workspace(folder.path() / "session").ok());
}

TEST_F(WorkspaceTest, WhoReadsDisturbsNobody) {
    begin({{"a.md", "one"}});
    open();
    const auto at = folder.path() / "session";
    const auto alternates = workspace.git_dir / "objects/info/alternates";
    for (const char* name : {"index.lock", "docent-index-abc"})
        folder.write(std::string("session/git/") + name, "");
    // A link shows whether the file was written again or stayed.
    fs::create_hard_link(alternates, folder.path() / "before");
    ASSERT_TRUE(blocking_find_workspace(mirror, at).ok());
    EXPECT_TRUE(fs::exists(workspace.git_dir / "index.lock")) << "of a git that writes now";
    EXPECT_TRUE(fs::equivalent(alternates, folder.path() / "before"));
    ASSERT_TRUE(blocking_open_workspace(mirror, at).ok());
    EXPECT_TRUE(fs::exists(workspace.git_dir / "docent-index-abc")) << "of somebody who reads now";

    const auto moved = folder.path() / "moved";
    fs::rename(mirror, moved);
    ASSERT_TRUE(blocking_find_workspace(moved, at).ok());
    EXPECT_FALSE(fs::equivalent(alternates, folder.path() / "before")) << "replaced as a whole";
    EXPECT_EQ(git(workspace.tree, {"--git-dir=" + workspace.git_dir.string(), "log", "--format=%s"}),
              git(moved, {"log", "--format=%s", "main"}));
}

TEST_F(WorkspaceTest, AMirrorFollowsItsRemote) {
    begin({{"a.md", "one"}});
    git(person, {"push", "-q", "origin", "HEAD:old"});
    refresh();
    EXPECT_EQ(blocking_branches(mirror)->size(), 2u);
    git(person, {"push", "-q", "origin", ":old"});
    const auto head = person_pushes("a.md", "two");
    refresh();
    auto branches = blocking_branches(mirror);
    ASSERT_TRUE(branches.ok());
    ASSERT_EQ(branches->size(), 1u);
    EXPECT_EQ(branches->front().name, "main");
    EXPECT_EQ(branches->front().sha, head);
    EXPECT_EQ(*blocking_default_branch(remote), "main");
    EXPECT_EQ(blocking_branch_sha(mirror, "old").error().code, ErrorCode::not_found);
    EXPECT_EQ(blocking_refresh_mirror(remote, mirror, {"-x"}).error().code, ErrorCode::invalid_argument);
}

TEST_F(WorkspaceTest, APackOverItsLimitIsRefused) {
    begin({});
    std::string noise;
    for (unsigned i = 0, x = 1; i < 1'000'000; ++i)
        noise += static_cast<char>((x = x * 1664525 + 1013904223) >> 24);
    person_pushes("big.bin", noise);
    FetchLimits small;
    small.max_pack = 64 << 10;
    auto done = blocking_refresh_mirror(remote, folder.path() / "other.git", {}, small);
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().code, ErrorCode::too_large) << done.error().detail;
}

TEST(GitIdentity, WhatGitCannotWriteIsRefused) {
    EXPECT_TRUE(check_identity({"Jürgen O'Neil", "j@example.com"}).ok());
    for (const Identity& identity : {Identity{"", "a@b"}, Identity{"a", ""}, Identity{"a\nb", "a@b"},
                                     Identity{"a<b", "a@b"}, Identity{"...", "a@b"}})
        EXPECT_FALSE(check_identity(identity).ok()) << identity.name;
}

}  // namespace
}  // namespace docent::git
