#include "git/landing.hpp"

#include "git/commit.hpp"
#include "git/commit_range.hpp"
#include "session_fixture.hpp"

namespace docent::git {
namespace {

class LandingTest : public SessionTest {
protected:
    std::string commit(const std::string& message) {
        auto done = blocking_commit(workspace, {message, docent, docent, {}});
        if (!done) throw std::runtime_error(done.error().message + done.error().detail);
        return done->sha;
    }
    /// Two commits on the branch, and one of somebody else on main, which does not touch the same lines.
    void work() {
        begin({{"a.md", "1\n2\n3\n4\n5\n"}, {"b.md", "b\n"}});
        open();
        write("a.md", "1\ntwo\n3\n4\n5\n");
        first = commit("first change");
        write("a.md", "1\ntwo\n3\nfour\n5\n");
        write("new.md", "new\n");
        second = commit("second change");
        git(person, {"fetch", "-q", (folder.path() / "session" / "git").string(), "HEAD:work"});
        person_pushes("b.md", "moved\n");
        refresh();
    }
    std::optional<std::string> landed() {
        auto tried = blocking_mergeability(workspace, "main");
        if (!tried) throw std::runtime_error(tried.error().message);
        auto found = blocking_find_landed(workspace, *tried);
        if (!found) throw std::runtime_error(found.error().message + found.error().detail);
        return *found;
    }
    std::string push_main() {
        git(person, {"push", "-q", "origin", "main"});
        refresh();
        return git(person, {"rev-parse", "main"});
    }
    std::string first, second;
};

TEST_F(LandingTest, ASquashedBranchIsFoundByTheCommitThatBroughtIt) {
    work();
    EXPECT_EQ(landed(), std::nullopt);
    git(person, {"merge", "-q", "--squash", "work"});
    git(person, {"commit", "-q", "-m", "all of it"});
    const auto squashed = push_main();
    EXPECT_EQ(landed(), squashed);
    person_pushes("a.md", "1\nzwei\n3\nfour\n5\n");
    refresh();
    EXPECT_EQ(landed(), squashed) << "what comes later on the same lines changes nothing";
}

TEST_F(LandingTest, ARebasedBranchIsFoundByItsLastCommit) {
    work();
    git(person, {"cherry-pick", first, second});
    EXPECT_EQ(landed(), std::nullopt);
    const auto head = push_main();
    EXPECT_EQ(landed(), head);
}

TEST_F(LandingTest, HalfOfABranchAndAnEmptyOneAreNotTakenForIt) {
    work();
    git(person, {"cherry-pick", first});
    push_main();
    EXPECT_EQ(landed(), std::nullopt);
    write("a.md", "1\n2\n3\n4\n5\n");
    std::filesystem::remove(workspace.tree / "new.md");
    commit("all taken back");
    EXPECT_EQ(landed(), std::nullopt);
}

TEST_F(LandingTest, ASquashIsOneCommitOfEverything) {
    work();
    const auto head = *blocking_head(workspace);
    SquashRequest request;
    request.onto = checkout.head_sha;
    request.message = "One\n\nCo-authored-by: Person <p@example.com>\n";
    request.author = {"Writer", "w@example.com"};
    request.committer = docent;
    const auto sha = blocking_squash(workspace, request);
    ASSERT_TRUE(sha) << sha.error().detail;
    EXPECT_EQ(blocking_head(workspace)->sha, *sha);
    EXPECT_EQ(*blocking_first_parent(workspace.git_dir, *sha), checkout.head_sha);
    CommitRange range;
    range.git_dir = workspace.git_dir;
    range.base_sha = checkout.head_sha;
    range.head_sha = *sha;
    const auto commits = blocking_commits(range);
    ASSERT_TRUE(commits);
    ASSERT_EQ(commits->size(), 1u);
    EXPECT_EQ(commits->front().author.email, "w@example.com");
    EXPECT_EQ(commits->front().body, "Co-authored-by: Person <p@example.com>");
    EXPECT_NE(head.sha, *sha);
    request.onto = *sha;
    EXPECT_EQ(blocking_squash(workspace, request).error().reason, "nothing_to_commit");
}

TEST_F(LandingTest, ARangeHasItsCommitsFilesAndTheirContent) {
    work();
    CommitRange range;
    range.git_dir = workspace.git_dir;
    range.base_sha = checkout.head_sha;
    range.head_sha = second;
    EXPECT_EQ(*blocking_commit_count(range), 2);
    const auto commits = blocking_commits(range);
    ASSERT_TRUE(commits) << commits.error().detail;
    ASSERT_EQ(commits->size(), 2u);
    EXPECT_EQ(commits->front().subject, "first change");
    EXPECT_EQ(commits->front().sha, first);
    EXPECT_GT(commits->front().authored, 1'500'000'000'000);
    const auto diff = blocking_range_diff(range);
    ASSERT_TRUE(diff) << diff.error().detail;
    const auto files = split_by_file(*diff, 64 << 10);
    ASSERT_EQ(files.size(), 2u);
    EXPECT_EQ(files[0].file.path, "a.md");
    EXPECT_NE(files[0].text.find("+four\n"), std::string::npos);
    EXPECT_EQ(files[0].text.find("new.md"), std::string::npos);
    EXPECT_TRUE(files[1].text.starts_with("diff --git a/new.md b/new.md\n"));
    const auto cut = split_by_file(*diff, 60);
    EXPECT_TRUE(cut[0].truncated);
    EXPECT_TRUE(cut[0].text.ends_with('\n'));
    EXPECT_EQ(**blocking_file_at(range.git_dir, range.base_sha, "a.md", 100), "1\n2\n3\n4\n5\n");
    EXPECT_EQ(*blocking_file_at(range.git_dir, range.base_sha, "new.md", 100), std::nullopt);
    EXPECT_EQ(blocking_file_at(range.git_dir, second, "a.md", 3).error().code, ErrorCode::too_large);
    EXPECT_EQ(blocking_file_at(range.git_dir, std::string(40, '1'), "a.md", 3).error().code,
              ErrorCode::not_found);
    range.base_sha = "--output=/tmp/x";
    EXPECT_EQ(blocking_commits(range).error().code, ErrorCode::not_found);
    EXPECT_EQ(blocking_range_diff(range).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace docent::git
