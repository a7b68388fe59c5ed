// Everything that a repository, or a command that ran in its tree, can plant to have the host run a program
// or touch a file of somebody else. Each shape would make the file `touched`, or change `outside`.
#include "git/commit.hpp"
#include "git/conflicts.hpp"
#include "git/diff.hpp"
#include "git/files.hpp"
#include "git/merge.hpp"
#include "git/push.hpp"
#include "git/rollback.hpp"
#include "session_fixture.hpp"

namespace docent::git {
namespace {

namespace fs = std::filesystem;

class HostileTest : public SessionTest {
protected:
    void executable(const fs::path& file, const std::string& text) {
        folder.write(fs::relative(file, folder.path()).string(), text);
        fs::permissions(file, fs::perms::owner_all);
    }
    /// A git directory with every setting that names a program.
    void plant_git_dir(const fs::path& dir) {
        const auto touch = "touch " + touched.string();
        executable(dir / "evil", "#!/bin/sh\n" + touch + "\ncat\n");
        const auto evil = (dir / "evil").string();
        folder.write(fs::relative(dir / "config", folder.path()).string(),
                     "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = " + evil +
                         "\n\thooksPath = " + dir.string() + "/hooks\n\tsshCommand = " + evil +
                         "\n\teditor = " + evil + "\n\tworktree = " + (folder.path() / "outside").string() +
                         "\n[filter \"evil\"]\n\tclean = " + evil + "\n\tsmudge = " + evil +
                         "\n\trequired = true\n[diff]\n\texternal = " + evil +
                         "\n[diff \"evil\"]\n\ttextconv = " + evil + "\n\tcommand = " + evil +
                         "\n[merge \"evil\"]\n\tdriver = " + evil + "\n[credential]\n\thelper = " + evil +
                         "\n[alias]\n\tstatus = !" + evil +
                         "\n[include]\n\tpath = " + (dir / "more").string() + "\n");
        folder.write(fs::relative(dir / "HEAD", folder.path()).string(), "ref: refs/heads/main\n");
        for (const char* hook : {"pre-commit", "post-commit", "commit-msg", "prepare-commit-msg",
                                 "pre-merge-commit", "post-merge", "pre-push", "pre-rebase", "post-checkout",
                                 "post-rewrite", "reference-transaction", "post-index-change"})
            executable(dir / "hooks" / hook, "#!/bin/sh\n" + touch + "\n");
        fs::create_directories(dir / "objects");
        fs::create_directories(dir / "refs/heads");
    }
    /// Every function of a session, one after the other.
    void use_all() {
        write("mine.md", "2\n");
        auto changes = blocking_uncommitted_changes(workspace);
        EXPECT_TRUE(changes.ok()) << changes.error().detail;
        EXPECT_TRUE(blocking_browse(workspace, "", 9).ok());
        auto patch = blocking_write_patch(workspace, folder.path() / "x.patch");
        EXPECT_TRUE(patch.ok()) << patch.error().detail;
        auto committed = blocking_commit(workspace, {"edit", docent, docent, {}});
        EXPECT_TRUE(committed.ok()) << committed.error().message << committed.error().detail;
        EXPECT_TRUE(blocking_branch_diff(workspace, "main", Uncommitted::included).ok());
        EXPECT_TRUE(blocking_mergeability(workspace, "main").ok());
        auto pulled = blocking_pull(workspace, remote, "main", PullStrategy::merge, docent);
        EXPECT_TRUE(pulled.ok()) << pulled.error().detail;
        write("mine.md", "3\n");
        auto back = blocking_rollback(workspace, {std::nullopt, true});
        EXPECT_TRUE(back.ok()) << back.error().detail;
        auto pushed = blocking_push(workspace, remote, {"work", {}});
        ASSERT_TRUE(pushed.ok()) << pushed.error().detail;
        EXPECT_EQ(pushed->result, PushResult::pushed) << pushed->detail;
        EXPECT_FALSE(fs::exists(touched));
        EXPECT_FALSE(fs::exists(folder.path() / "outside"));
    }

    fs::path touched = folder.path() / "touched";
    const std::string attributes = "* filter=evil diff=evil merge=evil text ident\n";
};

TEST_F(HostileTest, AttributesOfTheRepositoryNameNothing) {
    begin({{"a.md", "1\n"},
           {".gitattributes", attributes},
           {"docs/.gitattributes", attributes},
           {"docs/b.md", "1\n"}});
    open();
    write("a.md", "2\n");
    person_pushes("docs/b.md", "2\n");
    use_all();
}

TEST_F(HostileTest, AGitDirectoryThatACommandMadeInTheTreeIsNotLookedAt) {
    begin({{"a.md", "1\n"}, {".gitattributes", attributes}});
    open();
    plant_git_dir(workspace.tree / ".git");
    person_pushes("b.md", "2\n");
    use_all();
    // What was planted does work: a git that looks into the tree runs it.
    (void)try_git(workspace.tree, {"--work-tree=.", "status"});
    EXPECT_TRUE(fs::exists(touched));
}

TEST_F(HostileTest, AGitFileOrLinkInTheTreeIsNotFollowed) {
    begin({{"a.md", "1\n"}});
    open();
    plant_git_dir(folder.path() / "elsewhere");
    write(".git", "gitdir: " + (folder.path() / "elsewhere").string() + "\n");
    person_pushes("b.md", "2\n");
    use_all();
    fs::remove(workspace.tree / ".git");
    fs::create_directory_symlink(folder.path() / "elsewhere", workspace.tree / ".git");
    EXPECT_TRUE(blocking_uncommitted_changes(workspace)->clean);
    EXPECT_FALSE(fs::exists(touched));
}

TEST_F(HostileTest, NestedRepositoriesAreNamedAndLeftAlone) {
    begin({{"a.md", "1\n"}, {"was-file", "1\n"}});
    open();
    plant_git_dir(workspace.tree / "nested/.git");
    write("nested/inside.md", "x\n");
    fs::remove(workspace.tree / "was-file");
    git(folder.path(), {"init", "-q", (workspace.tree / "was-file").string()});
    write("was-file/x", "x\n");
    fs::create_directories(workspace.tree / "linked");
    write("linked/.git", "gitdir: " + (workspace.tree / "nested/.git").string() + "\n");
    auto changes = blocking_uncommitted_changes(workspace);
    ASSERT_TRUE(changes.ok()) << changes.error().detail;
    EXPECT_FALSE(changes->nested_repositories.empty());
    for (const auto& file : changes->diff.files) EXPECT_EQ(file.path.find("inside"), std::string::npos);
    use_all();
    EXPECT_TRUE(is_there("nested/inside.md"));
}

TEST_F(HostileTest, SubmodulesAreNeitherFetchedNorEntered) {
    begin({{"a.md", "1\n"}});
    folder.write("person/.gitmodules", "[submodule \"x\"]\n\tpath = sub\n\turl = ext::sh -c touch% " +
                                           touched.string() + "\n\tupdate = !touch " + touched.string() +
                                           "\n");
    git(person, {"update-index", "--add", "--cacheinfo", "160000," + remote_sha("main") + ",sub"});
    git(person, {"add", ".gitmodules"});
    git(person, {"commit", "-q", "-m", "sub"});
    git(person, {"push", "-q", "origin", "HEAD:main"});
    refresh();
    open();
    plant_git_dir(workspace.tree / "sub/.git");
    write("sub/x.md", "x\n");
    use_all();
}

TEST_F(HostileTest, OddNamesAreOnlyNames) {
    begin({{"-rf", "1\n"},
           {"--output=touched", "1\n"},
           {"a\nb.md", "1\n"},
           {":(top)x", "1\n"},
           {"*", "1\n"},
           {"ü\"\\ .md", "1\n"}});
    open();
    const std::vector<std::string> names{"-rf", "--output=touched", "a\nb.md", ":(top)x", "*", "ü\"\\ .md"};
    for (const auto& name : names) EXPECT_EQ(read(name), "1\n") << name;
    write("*", "2\n");
    write("-rf", "2\n");
    write("--exec=evil", "2\n");
    auto back = blocking_rollback(workspace, {std::vector<std::string>{"*"}, true});
    ASSERT_TRUE(back.ok()) << back.error().detail;
    EXPECT_EQ(back->restored_files, std::vector<std::string>{"*"});
    EXPECT_EQ(read("-rf"), "2\n");
    auto committed = blocking_commit(workspace, {"-m --amend", docent, docent, {"-rf", "--exec=evil"}});
    ASSERT_TRUE(committed.ok()) << committed.error().detail;
    EXPECT_EQ(committed->files, (std::vector<std::string>{"--exec=evil", "-rf"}));
    EXPECT_TRUE(blocking_list_files(workspace, "-rf").ok());
}

TEST_F(HostileTest, ATreeThatWouldWriteIntoGitIsRefused) {
    begin({{"a.md", "1\n"}});
    const auto blob = git(person, {"rev-parse", "HEAD:a.md"});
    Command command;
    command.argv = {"git", "mktree"};
    command.directory = person;
    command.input = "100644 blob " + blob + "\tconfig\n";
    auto inner = blocking_run(command)->out;
    command.input = "040000 tree " + inner.substr(0, 40) + "\t.GIT\n";
    auto outer = blocking_run(command)->out;
    const auto commit = git(person, {"commit-tree", "-m", "evil", outer.substr(0, 40)});
    git(person, {"push", "-q", "origin", commit + ":refs/heads/evil"});
    refresh();
    auto made = blocking_create_workspace(mirror, folder.path() / "session", "evil", "main");
    EXPECT_FALSE(made.ok());
    EXPECT_FALSE(fs::exists(folder.path() / "session"));
}

TEST_F(HostileTest, LinksInTheTreeAreNeverWrittenThrough) {
    begin({{"a.md", "1\n"}});
    open();
    folder.write("victim/a.md", "a person's\n");
    fs::create_directory_symlink(folder.path() / "victim", person / "docs");
    person_pushes("b.md", "1\n");
    fs::remove(person / "docs");
    refresh();
    ASSERT_EQ(blocking_merge(workspace, "main", docent)->result, MergeResult::fast_forwarded);
    ASSERT_TRUE(fs::is_symlink(workspace.tree / "docs"));
    // The next commit has a folder of that name.
    person_pushes("docs/a.md", "theirs\n");
    refresh();
    auto merged = blocking_merge(workspace, "main", docent);
    ASSERT_TRUE(merged.ok()) << merged.error().detail;
    EXPECT_EQ(merged->result, MergeResult::fast_forwarded) << merged->reason;
    EXPECT_EQ(read("docs/a.md"), "theirs\n");
    EXPECT_EQ(folder.read("victim/a.md"), "a person's\n");
    // One that a command made in the place of a folder.
    fs::remove_all(workspace.tree / "docs");
    fs::create_directory_symlink(folder.path() / "victim", workspace.tree / "docs");
    person_pushes("docs/a.md", "again\n");
    refresh();
    (void)blocking_merge(workspace, "main", docent);
    EXPECT_EQ(folder.read("victim/a.md"), "a person's\n");
}

}  // namespace
}  // namespace docent::git
