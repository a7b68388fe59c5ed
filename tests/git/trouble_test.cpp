// What people and remotes do to a branch while a session works on it, and repositories that are not as usual.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "git/commit.hpp"
#include "git/conflicts.hpp"
#include "git/diff.hpp"
#include "git/merge.hpp"
#include "git/push.hpp"
#include "session_fixture.hpp"

namespace docent::git {
namespace {

namespace fs = std::filesystem;

/// Takes connections and says nothing.
class Silence {
public:
    Silence() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* const at = reinterpret_cast<sockaddr*>(&address_);
        socklen_t size = sizeof address_;
        if (::bind(fd_, at, size) != 0 || ::listen(fd_, 8) != 0 || ::getsockname(fd_, at, &size) != 0)
            throw std::runtime_error("no port");
    }
    ~Silence() { ::close(fd_); }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    std::string url() const {
        return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)) + "/repo.git";
    }

private:
    int fd_;
    sockaddr_in address_{};
};

class TroubleTest : public SessionTest {
protected:
    std::string commit(const std::string& message = "of the session") {
        auto done = blocking_commit(workspace, {message, docent, docent, {}});
        if (!done) throw std::runtime_error(done.error().message + done.error().detail);
        return done->sha;
    }
    std::vector<std::string> kinds() {
        auto state = blocking_conflict_state(workspace);
        if (!state) throw std::runtime_error(state.error().message + state.error().detail);
        std::vector<std::string> out;
        for (const auto& file : state->conflicted_files)
            out.push_back(file.path + " " + std::string(to_string(file.kind)));
        std::ranges::sort(out);
        return out;
    }
    /// What the session has can be pushed, diffed against where it began, and goes on.
    void expect_work_is_safe(const std::string& head) {
        EXPECT_EQ(blocking_head(workspace)->sha, head);
        auto pushed = blocking_push(workspace, remote, {"work", {}});
        ASSERT_TRUE(pushed.ok()) << pushed.error().detail;
        EXPECT_EQ(pushed->result, PushResult::pushed) << pushed->detail;
        EXPECT_EQ(remote_sha("work"), head);
        write("later.md", "later\n");
        EXPECT_EQ(blocking_uncommitted_changes(workspace)->diff.files.size(), 1u);
        commit("later");
    }
};

TEST_F(TroubleTest, AForcedPushOfAnotherHistoryLosesNothing) {
    begin({{"a.md", "1\n"}, {"b.md", "1\n"}});
    open();
    write("a.md", "mine\n");
    const auto mine = commit();
    write("b.md", "not committed\n");
    git(person, {"checkout", "-q", "--orphan", "fresh"});
    folder.write("person/a.md", "all new\n");
    git(person, {"add", "-A"});
    git(person, {"commit", "-q", "-m", "begun again"});
    git(person, {"push", "-q", "--force", "origin", "HEAD:main"});
    // Nothing on the remote leads to the session's base any more.
    git(remote_path, {"reflog", "expire", "--expire=now", "--all"});
    git(remote_path, {"gc", "-q", "--prune=now"});
    refresh();
    auto check = blocking_mergeability(workspace, "main");
    ASSERT_TRUE(check.ok()) << check.error().detail;
    EXPECT_FALSE(check->mergeable);
    auto merged = blocking_merge(workspace, "main", docent);
    ASSERT_TRUE(merged.ok()) << merged.error().detail;
    EXPECT_EQ(merged->result, MergeResult::failed);
    EXPECT_NE(merged->reason.find("no history"), std::string::npos) << merged->reason;
    auto written = blocking_write_patch(workspace, folder.path() / "all.patch", checkout.target_sha);
    ASSERT_TRUE(written.ok()) << written.error().detail;
    const auto patch = folder.read("all.patch");
    EXPECT_NE(patch.find("+mine"), std::string::npos);
    EXPECT_NE(patch.find("+not committed"), std::string::npos);
    EXPECT_EQ(read("b.md"), "not committed\n");
    fs::remove(workspace.tree / "b.md");
    write("b.md", "1\n");
    expect_work_is_safe(mine);
}

TEST_F(TroubleTest, ATargetThatIsDeletedIsSaidAndTheWorkGoesOn) {
    begin({{"a.md", "1\n"}});
    git(person, {"push", "-q", "origin", "HEAD:release"});
    refresh();
    open("work", "release");
    write("a.md", "mine\n");
    const auto mine = commit();
    git(person, {"push", "-q", "origin", ":release"});
    refresh();
    EXPECT_EQ(blocking_mergeability(workspace, "release").error().code, ErrorCode::not_found);
    EXPECT_EQ(blocking_merge(workspace, "release", docent).error().code, ErrorCode::not_found);
    EXPECT_EQ(blocking_pull(workspace, remote, "release", PullStrategy::merge, docent).error().code,
              ErrorCode::not_found);
    expect_work_is_safe(mine);
    // Its own branch, too.
    git(person, {"push", "-q", "origin", ":work"});
    write("a.md", "more\n");
    const auto more = commit();
    EXPECT_EQ(blocking_push(workspace, remote, {"work", {}})->result, PushResult::pushed);
    EXPECT_EQ(remote_sha("work"), more);
}

TEST_F(TroubleTest, ARemoteWithoutACommitIsRefusedInASentence) {
    fs::create_directories(remote_path);
    git(remote_path, {"init", "-q", "--bare", "-b", "main"});
    const auto refreshed = blocking_refresh_mirror(remote, mirror);
    EXPECT_TRUE(refreshed.ok()) << refreshed.error().message;
    auto made = blocking_create_workspace(mirror, folder.path() / "session", "work", "main");
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().code, ErrorCode::not_found);
    EXPECT_NE(made.error().message.find("main"), std::string::npos) << made.error().message;
    EXPECT_FALSE(fs::exists(folder.path() / "session"));
    EXPECT_EQ(blocking_branches(mirror)->size(), 0u);
    // The first commit comes, and all is well.
    fs::create_directories(person);
    git(person, {"init", "-q", "-b", "main"});
    git(person, {"remote", "add", "origin", remote_path.string()});
    person_pushes("a.md", "1\n");
    refresh();
    open();
    EXPECT_EQ(read("a.md"), "1\n");
}

TEST_F(TroubleTest, ARemoteWhoseHeadNamesNoBranchIsWorkedOnByName) {
    begin({{"a.md", "1\n"}});
    git(remote_path, {"update-ref", "--no-deref", "HEAD", remote_sha("main")});
    EXPECT_EQ(blocking_default_branch(remote).error().code, ErrorCode::not_found);
    refresh();
    open();
    write("a.md", "mine\n");
    expect_work_is_safe(commit());
}

TEST_F(TroubleTest, APointerOfLargeFileStorageStaysWhatItIs) {
    const std::string pointer =
        "version https://git-lfs.github.com/spec/v1\n"
        "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    begin({{".gitattributes", "*.png filter=lfs diff=lfs merge=lfs -text\n"},
           {"a.png", pointer},
           {"a.md", "1\n"}});
    open();
    EXPECT_EQ(read("a.png"), pointer);
    EXPECT_TRUE(blocking_uncommitted_changes(workspace)->clean);
    write("a.md", "mine\n");
    commit();
    EXPECT_EQ(try_git(workspace.git_dir, {"diff", "--name-only", "HEAD~1", "HEAD"}).out, "a.md\n");
    EXPECT_EQ(try_git(workspace.git_dir, {"show", "HEAD:a.png"}).out, pointer);
}

TEST_F(TroubleTest, RenamesModesAndKindsInConflictAreShownAndAbortedWhole) {
    const std::string text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
    begin({{"moved.md", text},
           {"gone.md", text + "a\n"},
           {"mode.sh", "#!/bin/sh\necho 1\n"},
           {"kind", "file\n"}});
    open();
    fs::rename(workspace.tree / "moved.md", workspace.tree / "ours.md");
    fs::rename(workspace.tree / "gone.md", workspace.tree / "kept.md");
    fs::permissions(workspace.tree / "mode.sh", fs::perms::owner_exec, fs::perm_options::add);
    write("mode.sh", "#!/bin/sh\necho ours\n");
    fs::remove(workspace.tree / "kind");
    write("kind/below.md", "ours\n");
    const auto mine = commit();
    fs::rename(person / "moved.md", person / "theirs.md");
    fs::remove(person / "gone.md");
    folder.write("person/mode.sh", "#!/bin/sh\necho theirs\n");
    person_pushes("kind", "theirs\n");
    refresh();
    auto check = blocking_mergeability(workspace, "main");
    ASSERT_TRUE(check.ok()) << check.error().detail;
    EXPECT_FALSE(check->mergeable);
    auto merged = blocking_merge(workspace, "main", docent);
    ASSERT_TRUE(merged.ok()) << merged.error().message << merged.error().detail;
    ASSERT_EQ(merged->result, MergeResult::conflicts) << merged->reason;
    const auto shown = kinds();
    for (const char* path : {"ours.md", "theirs.md", "kept.md", "mode.sh"})
        EXPECT_TRUE(std::ranges::any_of(shown, [&](const auto& one) { return one.starts_with(path); }))
            << path;
    EXPECT_TRUE(std::ranges::any_of(shown, [](const auto& one) { return one.starts_with("kind"); }));
    auto aborted = blocking_abort(workspace);
    ASSERT_TRUE(aborted.ok()) << aborted.error().detail;
    EXPECT_EQ(aborted->head_sha, mine);
    EXPECT_TRUE(blocking_uncommitted_changes(workspace)->clean);
    EXPECT_EQ(read("ours.md"), text);
    EXPECT_EQ(read("kind/below.md"), "ours\n");
    EXPECT_FALSE(is_there("theirs.md"));
    EXPECT_NE(fs::status(workspace.tree / "mode.sh").permissions() & fs::perms::owner_exec, fs::perms::none);

    // And carried through: the files as they are to be, and marked.
    ASSERT_EQ(blocking_merge(workspace, "main", docent)->result, MergeResult::conflicts);
    auto state = blocking_conflict_state(workspace);
    std::vector<std::string> paths;
    for (const auto& file : state->conflicted_files) paths.push_back(file.path);
    write("mode.sh", "#!/bin/sh\necho both\n");
    ASSERT_TRUE(blocking_mark_resolved(workspace, paths).ok());
    auto done = blocking_conclude(workspace, docent, docent);
    ASSERT_TRUE(done.ok()) << done.error().message << done.error().detail;
    EXPECT_TRUE(done->done);
    EXPECT_TRUE(blocking_uncommitted_changes(workspace)->clean);
}

TEST_F(TroubleTest, ARemoteThatNeverAnswersIsGivenUpAtTheLimit) {
    begin({{"a.md", "1\n"}});
    open();
    write("a.md", "mine\n");
    const auto mine = commit();
    const Silence silent;
    Remote hole;
    hole.url = silent.url();
    const auto limit = std::chrono::milliseconds(300);
    EXPECT_EQ(blocking_push(workspace, hole, {"work", {}}, limit).error().code, ErrorCode::timed_out);
    FetchLimits limits;
    limits.time = limit;
    EXPECT_EQ(blocking_refresh_mirror(hole, mirror, {}, limits).error().code, ErrorCode::timed_out);
    EXPECT_EQ(blocking_default_branch(hole, limit).error().code, ErrorCode::timed_out);
    expect_work_is_safe(mine);
}

TEST_F(TroubleTest, ManyRefsAndManyFilesStayWithinBounds) {
    begin({{"a.md", "1\n"}});
    const auto tip = remote_sha("main");
    std::ofstream packed(remote_path / "packed-refs", std::ios::binary);
    packed << "# pack-refs with: peeled fully-peeled sorted \n";
    for (int i = 100'000; i < 130'000; ++i) packed << tip << " refs/heads/b" << i << "\n";
    packed << tip << " refs/heads/main\n";
    for (int i = 100'000; i < 130'000; ++i) packed << tip << " refs/pull/" << i << "/head\n";
    packed.close();
    refresh();
    auto branches = blocking_branches(mirror, 100);
    ASSERT_TRUE(branches.ok());
    EXPECT_EQ(branches->size(), 100u);
    open();
    write("a.md", "mine\n");
    expect_work_is_safe(commit());
}

}  // namespace
}  // namespace docent::git
