#include "git/push.hpp"

#include <fstream>

#include "git/commit.hpp"
#include "session_fixture.hpp"

namespace docent::git {
namespace {

namespace fs = std::filesystem;

class PushTest : public SessionTest {
protected:
    std::string change(const std::string& text) {
        write("a.md", text);
        auto done = blocking_commit(workspace, {"edit", docent, docent, {}});
        if (!done) throw std::runtime_error(done.error().message);
        return done->sha;
    }
};

TEST_F(PushTest, ABranchIsPushedAndThenUpToDate) {
    begin({{"a.md", "1\n"}});
    open();
    change("2\n");
    const auto head = change("3\n");
    auto pushed = blocking_push(workspace, remote, {"work", {}});
    ASSERT_TRUE(pushed.ok()) << pushed.error().detail;
    EXPECT_EQ(pushed->result, PushResult::pushed) << pushed->detail;
    EXPECT_FALSE(pushed->old_sha);
    EXPECT_EQ(pushed->new_sha, head);
    EXPECT_EQ(pushed->commits_pushed, 2);
    EXPECT_EQ(remote_sha("work"), head);
    EXPECT_EQ(blocking_push(workspace, remote, {"work", {}})->result, PushResult::already_up_to_date);
    const auto next = change("4\n");
    auto again = blocking_push(workspace, remote, {"work", {}});
    EXPECT_EQ(again->result, PushResult::pushed);
    EXPECT_EQ(again->old_sha, head);
    EXPECT_EQ(again->new_sha, next);
    EXPECT_EQ(again->commits_pushed, 1);
}

TEST_F(PushTest, CommitsOfOthersAreNeverReplacedUnlessNamed) {
    begin({{"a.md", "1\n"}});
    open();
    const auto mine = change("mine\n");
    const auto theirs = person_pushes("b.md", "theirs\n", "work");
    auto pushed = blocking_push(workspace, remote, {"work", {}});
    ASSERT_TRUE(pushed.ok());
    EXPECT_EQ(pushed->result, PushResult::rejected);
    EXPECT_NE(pushed->reason.find("pull first"), std::string::npos) << pushed->detail;
    EXPECT_EQ(remote_sha("work"), theirs);
    EXPECT_EQ(blocking_push(workspace, remote, {"work", checkout.head_sha})->result, PushResult::rejected);
    EXPECT_EQ(remote_sha("work"), theirs);
    auto replaced = blocking_push(workspace, remote, {"work", theirs});
    EXPECT_EQ(replaced->result, PushResult::pushed) << replaced->detail;
    EXPECT_EQ(remote_sha("work"), mine);
}

TEST_F(PushTest, ARuleOfTheRemoteAndAMissingRemoteAreToldApart) {
    begin({{"a.md", "1\n"}});
    open();
    change("2\n");
    folder.write("remote.git/hooks/pre-receive", "#!/bin/sh\necho no >&2\nexit 1\n");
    fs::permissions(remote_path / "hooks/pre-receive", fs::perms::owner_all);
    auto refused = blocking_push(workspace, remote, {"work", {}});
    EXPECT_EQ(refused->result, PushResult::rejected) << refused->detail;
    EXPECT_NE(refused->reason.find("rule"), std::string::npos) << refused->reason;
    auto missing =
        blocking_push(workspace, {(folder.path() / "none").string(), {}, {}, {}, {}}, {"work", {}});
    ASSERT_TRUE(missing.ok());
    EXPECT_EQ(missing->result, PushResult::failed);
    EXPECT_EQ(blocking_push(workspace, remote, {"-x", {}}).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(blocking_push(workspace, {"ext::sh -c x", {}, {}, {}, {}}, {"work", {}}).error().code,
              ErrorCode::invalid_argument);
}

TEST_F(PushTest, AStaleLockDoesNotStopIt) {
    begin({{"a.md", "1\n"}});
    open();
    folder.write("session/git/index.lock", "");
    change("2\n");
    folder.write("session/git/refs/heads/work.lock", "");
    EXPECT_EQ(blocking_push(workspace, remote, {"work", {}})->result, PushResult::pushed);
}

TEST_F(PushTest, ATokenStandsInNoErrorAndNoFile) {
    begin({{"a.md", "1\n"}});
    open();
    change("2\n");
    const Remote secret{"http://127.0.0.1:1/x.git", "user", "secret-word", {}, {}};
    auto pushed = blocking_push(workspace, secret, {"work", {}});
    ASSERT_TRUE(pushed.ok());
    EXPECT_EQ(pushed->result, PushResult::failed);
    EXPECT_EQ((pushed->reason + pushed->detail).find("secret-word"), std::string::npos);
    auto fetched = blocking_refresh_mirror(secret, mirror);
    ASSERT_FALSE(fetched.ok());
    EXPECT_EQ(fetched.error().code, ErrorCode::upstream_failed);
    for (const auto& root : {workspace.git_dir, mirror}) {
        for (const auto& file : fs::recursive_directory_iterator(root)) {
            if (!file.is_regular_file()) continue;
            std::ifstream in(file.path(), std::ios::binary);
            const std::string text((std::istreambuf_iterator<char>(in)), {});
            EXPECT_EQ(text.find("secret-word"), std::string::npos) << file.path();
        }
    }
}

}  // namespace
}  // namespace docent::git
