#include "git/merge.hpp"

#include "git/commit.hpp"
#include "git/conflicts.hpp"
#include "git/diff.hpp"
#include "session_fixture.hpp"

namespace docent::git {
namespace {

namespace fs = std::filesystem;

class MergeTest : public SessionTest {
protected:
    std::string commit(const std::string& message = "of the session") {
        auto done = blocking_commit(workspace, {message, docent, docent, {}});
        if (!done) throw std::runtime_error(done.error().message + done.error().detail);
        return done->sha;
    }
    /// main and work both change line 2 of a.md.
    void diverge() {
        begin({{"a.md", "1\n2\n3\n"}, {"b.md", "b\n"}});
        open();
        write("a.md", "1\nours\n3\n");
        ours = commit();
        theirs = person_pushes("a.md", "1\ntheirs\n3\n");
        refresh();
    }
    const ConflictedFile* find(const ConflictState& state, const std::string& path) {
        for (const auto& file : state.conflicted_files) {
            if (file.path == path) return &file;
        }
        return nullptr;
    }
    std::string ours, theirs;
};

TEST_F(MergeTest, MergeabilityTellsWhatAMergeWouldDoAndChangesNothing) {
    diverge();
    auto check = blocking_mergeability(workspace, "main");
    ASSERT_TRUE(check.ok()) << check.error().detail;
    EXPECT_EQ(check->source_branch, "work");
    EXPECT_EQ(check->source_sha, ours);
    EXPECT_EQ(check->target_sha, theirs);
    EXPECT_EQ(check->merge_base_sha, checkout.head_sha);
    EXPECT_EQ(check->ahead_by, 1);
    EXPECT_EQ(check->behind_by, 1);
    EXPECT_FALSE(check->mergeable);
    EXPECT_EQ(check->conflicting_files, std::vector<std::string>{"a.md"});
    EXPECT_TRUE(blocking_uncommitted_changes(workspace)->clean);
    EXPECT_EQ(blocking_mergeability(workspace, "nothing").error().code, ErrorCode::not_found);
}

TEST_F(MergeTest, BranchesThatGetAlongAreMerged) {
    begin({{"a.md", "1\n"}, {"b.md", "1\n"}});
    open();
    EXPECT_EQ(blocking_merge(workspace, "main", docent)->result, MergeResult::already_up_to_date);
    person_pushes("b.md", "2\n");
    refresh();
    EXPECT_TRUE(blocking_mergeability(workspace, "main")->mergeable);
    auto forward = blocking_merge(workspace, "main", docent);
    ASSERT_TRUE(forward.ok()) << forward.error().detail;
    EXPECT_EQ(forward->result, MergeResult::fast_forwarded);
    EXPECT_EQ(forward->commits, 1);
    EXPECT_EQ(read("b.md"), "2\n");
    write("a.md", "2\n");
    commit();
    person_pushes("b.md", "3\n");
    refresh();
    auto check = blocking_mergeability(workspace, "main");
    EXPECT_TRUE(check->mergeable);
    EXPECT_TRUE(check->conflicting_files.empty());
    auto merged = blocking_merge(workspace, "main", docent);
    ASSERT_TRUE(merged.ok()) << merged.error().detail;
    EXPECT_EQ(merged->result, MergeResult::merged) << merged->reason;
    EXPECT_EQ(git(workspace.git_dir, {"log", "-1", "--format=%an %cn"}), "Docent Docent");
    EXPECT_EQ(read("b.md"), "3\n");
}

TEST_F(MergeTest, AConflictIsShownEditedAndConcluded) {
    diverge();
    EXPECT_EQ(blocking_conflict_state(workspace)->operation, Operation::none);
    auto merged = blocking_merge(workspace, "main", docent);
    ASSERT_TRUE(merged.ok()) << merged.error().detail;
    ASSERT_EQ(merged->result, MergeResult::conflicts) << merged->reason;
    EXPECT_EQ(merged->conflicted_files, std::vector<std::string>{"a.md"});
    EXPECT_FALSE(merged->new_sha);
    auto state = blocking_conflict_state(workspace);
    ASSERT_TRUE(state.ok()) << state.error().detail;
    EXPECT_EQ(state->operation, Operation::merge);
    EXPECT_EQ(state->ours, "work");
    EXPECT_EQ(state->theirs, "origin/main");
    ASSERT_EQ(state->conflicted_files.size(), 1u);
    EXPECT_EQ(state->conflicted_files[0].kind, ConflictKind::both_modified);
    EXPECT_EQ(state->conflicted_files[0].conflict_count, 1);
    EXPECT_TRUE(blocking_uncommitted_changes(workspace).ok());
    EXPECT_EQ(blocking_merge(workspace, "main", docent).error().reason, "conflicts_present");
    EXPECT_EQ(blocking_commit(workspace, {"x", docent, docent, {}}).error().reason, "conflicts_present");
    EXPECT_EQ(blocking_conclude(workspace, docent, docent).error().reason, "conflicts_present");

    write("a.md", "1\nboth\n3\n");
    write("besides.md", "not of the merge\n");
    state = blocking_conflict_state(workspace);
    EXPECT_TRUE(state->conflicted_files.empty());
    EXPECT_EQ(state->resolved_files, std::vector<std::string>{"a.md"});
    auto done = blocking_conclude(workspace, docent, docent);
    ASSERT_TRUE(done.ok()) << done.error().detail;
    EXPECT_TRUE(done->done);
    EXPECT_EQ(git(workspace.git_dir, {"log", "-1", "--format=%P"}), ours + " " + theirs);
    EXPECT_EQ(git(workspace.git_dir, {"log", "-1", "--format=%s"}),
              "Merge branch 'main' of the remote repository");
    auto left = blocking_uncommitted_changes(workspace);
    ASSERT_EQ(left->diff.files.size(), 1u);
    EXPECT_EQ(left->diff.files[0].path, "besides.md");
    EXPECT_EQ(blocking_conclude(workspace, docent, docent).error().reason, "nothing_to_conclude");
}

TEST_F(MergeTest, AnAbortGoesBackToWhereItBegan) {
    diverge();
    EXPECT_EQ(blocking_abort(workspace)->operation, Operation::none);
    write("b.md", "not committed\n");
    ASSERT_EQ(blocking_merge(workspace, "main", docent)->result, MergeResult::conflicts);
    auto aborted = blocking_abort(workspace);
    ASSERT_TRUE(aborted.ok()) << aborted.error().detail;
    EXPECT_EQ(aborted->operation, Operation::merge);
    EXPECT_EQ(aborted->head_sha, ours);
    EXPECT_EQ(read("a.md"), "1\nours\n3\n");
    EXPECT_EQ(read("b.md"), "not committed\n");
    EXPECT_EQ(open_operation(workspace), Operation::none);
}

TEST_F(MergeTest, EachKindOfConflictHasItsName) {
    begin({{"both.md", "1\n"}, {"we.md", "1\n"}, {"they.md", "1\n"}, {"bin", std::string("\0\1", 2)}});
    open();
    write("both.md", "ours\n");
    write("new.md", "ours\n");
    fs::remove(workspace.tree / "we.md");
    write("they.md", "ours\n");
    write("bin", std::string_view("\0\2", 2));
    commit();
    folder.write("person/both.md", "theirs\n");
    folder.write("person/new.md", "theirs\n");
    folder.write("person/we.md", "theirs\n");
    folder.write("person/bin", std::string_view("\0\3", 2));
    fs::remove(person / "they.md");
    person_pushes("other.md", "x\n");
    refresh();
    auto merged = blocking_merge(workspace, "main", docent);
    ASSERT_EQ(merged->result, MergeResult::conflicts);
    EXPECT_EQ(merged->conflicted_files.size(), 5u);
    auto state = blocking_conflict_state(workspace);
    ASSERT_TRUE(state.ok()) << state.error().detail;
    ASSERT_EQ(state->conflicted_files.size(), 5u);
    EXPECT_EQ(find(*state, "both.md")->kind, ConflictKind::both_modified);
    EXPECT_EQ(find(*state, "new.md")->kind, ConflictKind::both_added);
    EXPECT_EQ(find(*state, "we.md")->kind, ConflictKind::removed_by_us);
    EXPECT_EQ(find(*state, "they.md")->kind, ConflictKind::removed_by_them);
    EXPECT_EQ(find(*state, "bin")->kind, ConflictKind::both_modified);
    EXPECT_EQ(find(*state, "bin")->conflict_count, 0);

    write("both.md", "both\n");
    write("new.md", "both\n");
    fs::remove(workspace.tree / "we.md");
    EXPECT_EQ(blocking_conflict_state(workspace)->conflicted_files.size(), 2u);
    EXPECT_EQ(blocking_conclude(workspace, docent, docent).error().reason, "conflicts_present");
    EXPECT_EQ(blocking_mark_resolved(workspace, {"other.md"}).error().code, ErrorCode::invalid_argument);
    ASSERT_TRUE(blocking_mark_resolved(workspace, {"they.md", "bin"}).ok());
    state = blocking_conflict_state(workspace);
    EXPECT_TRUE(state->conflicted_files.empty());
    EXPECT_EQ(state->resolved_files.size(), 5u);
    auto done = blocking_conclude(workspace, docent, docent, "by hand");
    ASSERT_TRUE(done.ok()) << done.error().message << done.error().detail;
    EXPECT_EQ(git(workspace.git_dir, {"log", "-1", "--format=%s"}), "by hand");
    EXPECT_EQ(try_git(workspace.git_dir, {"ls-tree", "-r", "--name-only", "HEAD"}).out,
              "bin\nboth.md\nnew.md\nother.md\nthey.md\n");
}

TEST_F(MergeTest, UncommittedWorkIsNeverOverwritten) {
    begin({{"a.md", "1\n"}});
    open();
    person_pushes("a.md", "theirs\n");
    person_pushes("fresh.md", "theirs\n");
    refresh();
    write("a.md", "not committed\n");
    write("fresh.md", "not committed\n");
    auto merged = blocking_merge(workspace, "main", docent);
    ASSERT_TRUE(merged.ok()) << merged.error().detail;
    EXPECT_EQ(merged->result, MergeResult::failed);
    EXPECT_NE(merged->reason.find("uncommitted"), std::string::npos) << merged->reason;
    EXPECT_EQ(read("a.md"), "not committed\n");
    EXPECT_EQ(read("fresh.md"), "not committed\n");
    EXPECT_EQ(blocking_head(workspace)->sha, checkout.head_sha);
    EXPECT_EQ(open_operation(workspace), Operation::none);
}

TEST_F(MergeTest, APullForwardsMergesOrRebases) {
    begin({{"a.md", "1\n"}, {"b.md", "1\n"}});
    open();
    const auto first = person_pushes("b.md", "2\n");
    auto forward = blocking_pull(workspace, remote, "main", PullStrategy::fast_forward, docent);
    ASSERT_TRUE(forward.ok()) << forward.error().detail;
    EXPECT_EQ(forward->result, MergeResult::fast_forwarded);
    EXPECT_EQ(forward->new_sha, first);
    EXPECT_EQ(blocking_pull(workspace, remote, "main", PullStrategy::rebase, docent)->result,
              MergeResult::already_up_to_date);
    write("a.md", "2\n");
    ASSERT_TRUE(blocking_commit(workspace, {"mine", {"Ann", "ann@example.com"}, docent, {}}).ok());
    const auto second = person_pushes("b.md", "3\n");
    auto refused = blocking_pull(workspace, remote, "main", PullStrategy::fast_forward, docent);
    EXPECT_EQ(refused->result, MergeResult::failed);
    EXPECT_NE(refused->reason.find("diverged"), std::string::npos) << refused->reason;
    auto rebased = blocking_pull(workspace, remote, "main", PullStrategy::rebase, docent);
    ASSERT_TRUE(rebased.ok()) << rebased.error().detail;
    EXPECT_EQ(rebased->result, MergeResult::merged) << rebased->reason;
    EXPECT_EQ(rebased->commits, 1);
    EXPECT_EQ(git(workspace.git_dir, {"log", "-1", "--format=%P %an"}), second + " Ann");
    EXPECT_EQ(blocking_head(workspace)->branch, "work");
    EXPECT_EQ(blocking_pull(workspace, remote, "nothing", PullStrategy::merge, docent).error().code,
              ErrorCode::not_found);
}

TEST_F(MergeTest, ARebaseInConflictGoesOnOrBack) {
    diverge();
    auto pulled = blocking_pull(workspace, remote, "main", PullStrategy::rebase, docent);
    ASSERT_TRUE(pulled.ok()) << pulled.error().detail;
    ASSERT_EQ(pulled->result, MergeResult::conflicts) << pulled->reason;
    auto state = blocking_conflict_state(workspace);
    EXPECT_EQ(state->operation, Operation::rebase);
    EXPECT_EQ(state->ours, "origin/main");
    EXPECT_EQ(state->theirs, ours);
    ASSERT_TRUE(blocking_abort(workspace).ok());
    EXPECT_EQ(blocking_head(workspace)->sha, ours);
    EXPECT_EQ(blocking_head(workspace)->branch, "work");

    ASSERT_EQ(blocking_pull(workspace, remote, "main", PullStrategy::rebase, docent)->result,
              MergeResult::conflicts);
    write("a.md", "1\nboth\n3\n");
    auto done = blocking_conclude(workspace, docent, docent);
    ASSERT_TRUE(done.ok()) << done.error().message << done.error().detail;
    EXPECT_TRUE(done->done);
    EXPECT_EQ(blocking_head(workspace)->branch, "work");
    EXPECT_EQ(git(workspace.git_dir, {"log", "-1", "--format=%P"}), theirs);
}

TEST_F(MergeTest, BranchesWithoutCommonHistoryAreNotMerged) {
    begin({{"a.md", "1\n"}});
    open();
    git(person, {"checkout", "-q", "--orphan", "other"});
    person_pushes("b.md", "x\n", "other");
    refresh();
    auto check = blocking_mergeability(workspace, "other");
    ASSERT_TRUE(check.ok()) << check.error().detail;
    EXPECT_FALSE(check->mergeable);
    EXPECT_EQ(check->merge_base_sha, "");
    auto merged = blocking_merge(workspace, "other", docent);
    ASSERT_TRUE(merged.ok()) << merged.error().detail;
    EXPECT_EQ(merged->result, MergeResult::failed);
    EXPECT_NE(merged->reason.find("no history"), std::string::npos) << merged->reason;
    EXPECT_EQ(blocking_branch_diff(workspace, "other").error().code, ErrorCode::conflict);
}

}  // namespace
}  // namespace docent::git
