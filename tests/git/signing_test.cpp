#include "git/signing.hpp"

#include "git/commit.hpp"
#include "git/landing.hpp"
#include "git/merge.hpp"
#include "session_fixture.hpp"

namespace docent::git {
namespace {

class SigningTest : public SessionTest {
protected:
    SigningTest() {
        key = make_key("key", "");
        const auto pub = folder.read("key.pub");
        folder.write("signers", signing.email + " " + pub);
        signing.signing_key = key;
    }
    std::string make_key(const std::string& name, const std::string& passphrase) {
        Command command;
        const auto file = (folder.path() / name).string();
        command.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "docent", "-f", file};
        const auto done = blocking_run(command);
        if (!done || done->exit_code != 0) throw std::runtime_error("no ssh-keygen");
        return file;
    }
    std::string commit(const Identity& committer) {
        auto done = blocking_commit(workspace, {"a change", committer, committer, {}});
        if (!done) throw std::runtime_error(done.error().message + done.error().detail);
        return done->sha;
    }
    /// What git says of the commit's signature: G is good, N is none.
    std::string signature(const std::string& sha) { return verify({"log", "-1", "--format=%G?", sha}).out; }
    Finished verify(std::vector<std::string> words) {
        words.insert(words.begin(), {"--git-dir", workspace.git_dir.string(), "-c",
                                     "gpg.ssh.allowedSignersFile=" + (folder.path() / "signers").string()});
        return try_git(folder.path(), std::move(words));
    }

    Identity signing = docent;
    std::string key;
};

TEST_F(SigningTest, ACommitIsSignedWithAnSshKeyAndVerified) {
    begin({{"a.md", "a\n"}});
    open();
    write("a.md", "b\n");
    EXPECT_TRUE(blocking_check_signing_key(key).ok());
    const auto sha = commit(signing);
    const auto verified = verify({"verify-commit", sha});
    EXPECT_EQ(verified.exit_code, 0) << verified.err;
    EXPECT_NE(verified.err.find("Good \"git\" signature for docent@example.com"), std::string::npos)
        << verified.err;
    write("a.md", "c\n");
    EXPECT_EQ(signature(commit(docent)), "N\n") << "without a key";
}

TEST_F(SigningTest, MergesRebasesAndSquashesAreSignedToo) {
    begin({{"a.md", "a\n"}, {"b.md", "b\n"}});
    open();
    write("a.md", "mine\n");
    commit(docent);
    person_pushes("b.md", "theirs\n");
    refresh();
    const auto merged = blocking_merge(workspace, "main", signing);
    ASSERT_TRUE(merged) << merged.error().message;
    EXPECT_EQ(signature("HEAD"), "G\n");
    write("a.md", "more\n");
    commit(docent);
    person_pushes("c.md", "c\n");
    refresh();
    const auto rebased = blocking_pull(workspace, remote, "main", PullStrategy::rebase, signing);
    ASSERT_TRUE(rebased) << rebased.error().message;
    EXPECT_EQ(rebased->result, MergeResult::merged) << rebased->reason;
    EXPECT_EQ(signature("HEAD"), "G\n");
    SquashRequest squash;
    squash.message = "all of it";
    squash.author = docent;
    squash.committer = signing;
    squash.onto = checkout.target_sha;
    const auto squashed = blocking_squash(workspace, squash);
    ASSERT_TRUE(squashed) << squashed.error().message << squashed.error().detail;
    EXPECT_EQ(signature("HEAD"), "G\n");
}

TEST_F(SigningTest, AKeyThatCannotSignIsRefusedWithTheFix) {
    const auto none = blocking_check_signing_key((folder.path() / "nowhere").string());
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().message.find("names no file"), std::string::npos);
    folder.write("text", "no key\n");
    const auto text = blocking_check_signing_key((folder.path() / "text").string());
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(text.error().message.find("no SSH private key"), std::string::npos) << text.error().message;
    EXPECT_FALSE(blocking_check_signing_key(make_key("locked", "a passphrase"))) << "nobody types it";
    EXPECT_FALSE(blocking_check_signing_key("0123456789ABCDEF0123456789ABCDEF01234567"))
        << "gpg has no such key, or is not here";
}

}  // namespace
}  // namespace docent::git
