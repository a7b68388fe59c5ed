#include "git/diff.hpp"

#include <chrono>
#include <thread>

#include "git/commit.hpp"
#include "session_fixture.hpp"

namespace docent::git {
namespace {

namespace fs = std::filesystem;

class DiffTest : public SessionTest {
protected:
    static const FileChange* find(const Diff& diff, const std::string& path) {
        for (const auto& file : diff.files) {
            if (file.path == path) return &file;
        }
        return nullptr;
    }
};

TEST_F(DiffTest, EveryKindOfUncommittedChangeIsListed) {
    begin({{"a.md", "1\n2\n3\n"},
           {"gone.md", "x\n"},
           {"old name.md", "a long enough text\nto be found again\nunder another name\n"},
           {"picture.bin", std::string("\0\1\2", 3)},
           {"type", "text\n"},
           {".gitignore", "*.log\n"}});
    open();
    auto clean = blocking_uncommitted_changes(workspace);
    ASSERT_TRUE(clean.ok()) << clean.error().detail;
    EXPECT_TRUE(clean->clean);
    EXPECT_EQ(clean->branch, "work");
    EXPECT_EQ(clean->diff.text, "");

    write("a.md", "1\ntwo\n3\n4\n");
    fs::remove(workspace.tree / "gone.md");
    fs::rename(workspace.tree / "old name.md", workspace.tree / "new name.md");
    write("picture.bin", std::string_view("\0\1\3", 3));
    fs::remove(workspace.tree / "type");
    fs::create_symlink("a.md", workspace.tree / "type");
    write("docs/new.md", "hello\n");
    write("noise.log", "ignored");
    auto changes = blocking_uncommitted_changes(workspace);
    ASSERT_TRUE(changes.ok()) << changes.error().detail;
    EXPECT_FALSE(changes->clean);
    EXPECT_EQ(changes->head_sha, checkout.head_sha);
    ASSERT_EQ(changes->diff.files.size(), 6u);
    const auto* edited = find(changes->diff, "a.md");
    ASSERT_TRUE(edited);
    EXPECT_EQ(edited->change, Change::modified);
    EXPECT_EQ(edited->additions, 2);
    EXPECT_EQ(edited->deletions, 1);
    EXPECT_FALSE(edited->staged);
    EXPECT_EQ(find(changes->diff, "gone.md")->change, Change::removed);
    const auto* renamed = find(changes->diff, "new name.md");
    ASSERT_TRUE(renamed);
    EXPECT_EQ(renamed->change, Change::renamed);
    EXPECT_EQ(renamed->old_path, "old name.md");
    EXPECT_TRUE(renamed->untracked);
    EXPECT_TRUE(find(changes->diff, "picture.bin")->binary);
    EXPECT_EQ(find(changes->diff, "type")->change, Change::type_changed);
    const auto* fresh = find(changes->diff, "docs/new.md");
    ASSERT_TRUE(fresh);
    EXPECT_EQ(fresh->change, Change::added);
    EXPECT_TRUE(fresh->untracked);
    EXPECT_NE(changes->diff.text.find("--- /dev/null\n+++ b/docs/new.md\n@@ -0,0 +1 @@\n+hello\n"),
              std::string::npos)
        << changes->diff.text;
    EXPECT_FALSE(changes->diff.truncated);
    // Looking left the index alone.
    EXPECT_EQ(try_git(workspace.tree, {"--git-dir", workspace.git_dir.string(), "--work-tree", ".", "diff",
                                       "--cached", "--name-only"})
                  .out,
              "");
}

// git compares seconds and sizes. What was written in the second of the checkout is seen although neither
// differs, also by a look in a later second.
TEST_F(DiffTest, AChangeInTheSecondOfTheCheckoutIsSeenLater) {
    using std::chrono::seconds;
    begin({{"a.md", "1\n"}});
    const auto second = [&] {
        return std::chrono::floor<seconds>(fs::last_write_time(folder.path() / "session/tree/a.md"));
    };
    do {
        (void)blocking_remove_workspace(folder.path() / "session");
        open();
        const auto of_checkout = second();
        write("a.md", "2\n");
        if (second() == of_checkout) break;
    } while (true);
    while (std::chrono::floor<seconds>(fs::file_time_type::clock::now()) == second())
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    auto changes = blocking_uncommitted_changes(workspace);
    ASSERT_TRUE(changes.ok()) << changes.error().detail;
    EXPECT_FALSE(changes->clean);
    EXPECT_TRUE(find(changes->diff, "a.md"));
}

TEST_F(DiffTest, TheTextIsCutAtALineAndTheListStaysWhole) {
    begin({{"a.md", "a\n"}, {"b.md", "b\n"}});
    open();
    std::string long_text;
    for (int i = 0; i < 10'000; ++i) long_text += "line " + std::to_string(i) + "\n";
    write("a.md", long_text);
    write("b.md", long_text);
    DiffLimits limits;
    limits.max_text = 1000;
    auto changes = blocking_uncommitted_changes(workspace, limits);
    ASSERT_TRUE(changes.ok());
    EXPECT_EQ(changes->diff.files.size(), 2u);
    EXPECT_EQ(changes->diff.additions, 20'000);
    EXPECT_TRUE(changes->diff.truncated);
    EXPECT_LE(changes->diff.text.size(), 1000u);
    EXPECT_TRUE(changes->diff.text.ends_with('\n'));
}

TEST_F(DiffTest, ABranchIsComparedFromWhereItLeftItsBase) {
    begin({{"a.md", "one\n"}, {"b.md", "x\n"}});
    open();
    const auto start = remote_sha("main");
    write("a.md", "mine\n");
    ASSERT_TRUE(blocking_commit(workspace, {"edit", docent, docent, {}}).ok());
    write("c.md", "not committed\n");
    person_pushes("b.md", "theirs\n");
    refresh();
    auto committed = blocking_branch_diff(workspace, "main");
    ASSERT_TRUE(committed.ok()) << committed.error().detail;
    EXPECT_EQ(committed->base_sha, start);
    EXPECT_EQ(committed->head_branch, "work");
    ASSERT_EQ(committed->diff.files.size(), 1u);
    EXPECT_EQ(committed->diff.files[0].path, "a.md");
    auto all = blocking_branch_diff(workspace, "main", Uncommitted::included);
    ASSERT_TRUE(all.ok()) << all.error().detail;
    ASSERT_EQ(all->diff.files.size(), 2u);
    EXPECT_EQ(all->diff.files[1].path, "c.md");
    EXPECT_EQ(blocking_branch_diff(workspace, "nothing").error().code, ErrorCode::not_found);
}

TEST_F(DiffTest, APatchOfAllWorkMakesTheSameTreeElsewhere) {
    begin({{"a.md", "1\n2\n"}, {"gone.md", "x\n"}, {"move.md", "a text of some length\nwith lines\n"}});
    open();
    write("a.md", "1\ntwo");
    fs::remove(workspace.tree / "gone.md");
    fs::rename(workspace.tree / "move.md", workspace.tree / "moved.md");
    write("picture.bin", std::string_view("\0\1\2\xff\n", 5));
    write("run.sh", "#!/bin/sh\n");
    fs::permissions(workspace.tree / "run.sh", fs::perms::owner_exec, fs::perm_options::add);
    write("odd \"name\"\n.md", "odd\n");
    fs::create_symlink("a.md", workspace.tree / "link");
    const auto patch = folder.path() / "work.patch";
    auto left_out = blocking_write_patch(workspace, patch);
    ASSERT_TRUE(left_out.ok()) << left_out.error().detail;
    EXPECT_TRUE(left_out->empty());

    git(person, {"apply", "--index", patch.string()});
    for (const char* name : {"a.md", "moved.md", "picture.bin", "odd \"name\"\n.md"})
        EXPECT_EQ(folder.read(std::string("person/") + name), read(name)) << name;
    EXPECT_FALSE(fs::exists(person / "gone.md"));
    EXPECT_TRUE(fs::is_symlink(person / "link"));
    EXPECT_NE(fs::status(person / "run.sh").permissions() & fs::perms::owner_exec, fs::perms::none);

    PatchLimits small;
    small.max_bytes = 10'000;
    std::string noise;
    for (unsigned i = 0, x = 1; i < 100'000; ++i)
        noise += static_cast<char>((x = x * 1664525 + 1013904223) >> 24);
    write("big.bin", noise);
    auto too_large = blocking_write_patch(workspace, patch, "", small);
    ASSERT_FALSE(too_large.ok());
    EXPECT_EQ(too_large.error().code, ErrorCode::too_large) << too_large.error().detail;
    EXPECT_FALSE(fs::exists(patch));
}

TEST_F(DiffTest, ACommitHoldsWhatWasAskedForAndNothingElse) {
    begin({{"a.md", "1\n"}, {"docs/b.md", "1\n"}, {"docs/c.md", "1\n"}});
    open();
    EXPECT_EQ(blocking_commit(workspace, {"x", docent, docent, {}}).error().reason, "nothing_to_commit");
    write("a.md", "2\n");
    write("docs/b.md", "2\n");
    fs::remove(workspace.tree / "docs/c.md");
    write("-new\nfile", "2\n");
    auto some = blocking_commit(workspace, {"docs\n\nwhy\n", {"Ann", "ann@example.com"}, docent, {"docs/"}});
    ASSERT_TRUE(some.ok()) << some.error().detail;
    EXPECT_EQ(some->parent_sha, checkout.head_sha);
    EXPECT_EQ(some->files, (std::vector<std::string>{"docs/b.md", "docs/c.md"}));
    const auto dir = workspace.git_dir;
    EXPECT_EQ(git(dir, {"log", "-1", "--format=%an %ae %cn %s"}), "Ann ann@example.com Docent docs");
    EXPECT_EQ(try_git(dir, {"show", "--name-status", "--format=", "HEAD"}).out,
              "M\tdocs/b.md\nD\tdocs/c.md\n");
    auto rest = blocking_commit(workspace, {"rest", docent, docent, {}});
    ASSERT_TRUE(rest.ok()) << rest.error().detail;
    EXPECT_EQ(rest->files, (std::vector<std::string>{"-new\nfile", "a.md"}));
    EXPECT_TRUE(blocking_uncommitted_changes(workspace)->clean);
    EXPECT_EQ(blocking_commit(workspace, {" \n", docent, docent, {}}).error().code,
              ErrorCode::invalid_argument);
    EXPECT_EQ(blocking_commit(workspace, {std::string("a\0b", 3), docent, docent, {}}).error().code,
              ErrorCode::invalid_argument);
}

TEST_F(DiffTest, AFolderThatBecameALinkAndAFileThatBecameAFolderAreCommitted) {
    begin({{"d/q.md", "1\n"}, {"file", "1\n"}});
    open();
    fs::remove_all(workspace.tree / "d");
    fs::create_symlink("file", workspace.tree / "d");
    fs::remove(workspace.tree / "file");
    write("file/inside.md", "2\n");
    auto changes = blocking_uncommitted_changes(workspace);
    ASSERT_TRUE(changes.ok()) << changes.error().detail;
    auto done = blocking_commit(workspace, {"x", docent, docent, {}});
    ASSERT_TRUE(done.ok()) << done.error().detail;
    EXPECT_TRUE(blocking_uncommitted_changes(workspace)->clean);
    EXPECT_EQ(try_git(workspace.git_dir, {"ls-tree", "-r", "--name-only", "HEAD"}).out,
              "d\nfile/inside.md\n");
}

}  // namespace
}  // namespace docent::git
