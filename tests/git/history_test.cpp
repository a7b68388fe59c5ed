#include "git/history.hpp"

#include "git/commit.hpp"
#include "session_fixture.hpp"

namespace docent::git {
namespace {

class HistoryTest : public SessionTest {
protected:
    std::string commit(const std::string& name, std::string_view text) {
        write(name, text);
        CommitRequest request;
        request.message = "change " + name;
        request.author = request.committer = docent;
        const auto done = blocking_commit(workspace, request);
        return done ? done->sha : done.error().message;
    }
};

TEST_F(HistoryTest, CommitsSinceTheBeginningAreListedOldestFirst) {
    begin({{"a.md", "one\n"}});
    open();
    EXPECT_TRUE(blocking_commits_since(workspace, checkout.head_sha)->empty());
    const auto first = commit("a.md", "two\n"), second = commit("b.md", "b\n");
    const auto all = blocking_commits_since(workspace, checkout.head_sha);
    ASSERT_TRUE(all.ok());
    EXPECT_EQ(*all, (std::vector<std::string>{first, second}));
    EXPECT_EQ(*blocking_commits_since(workspace, checkout.head_sha, 1), std::vector<std::string>{second});
    EXPECT_EQ(blocking_commits_since(workspace, "none").error().code, ErrorCode::not_found);
    EXPECT_EQ(blocking_commits_since(workspace, std::string(40, 'a')).error().code, ErrorCode::not_found);
}

TEST_F(HistoryTest, AFileIsReadAsHeadHasIt) {
    begin({{"docs/a.md", "one\n"}});
    open();
    write("docs/a.md", "changed\n");
    EXPECT_EQ(**blocking_file_at_head(workspace, "docs/a.md", 100), "one\n");
    EXPECT_FALSE(blocking_file_at_head(workspace, "docs", 100)->has_value());
    EXPECT_FALSE(blocking_file_at_head(workspace, "none", 100)->has_value());
    EXPECT_EQ(blocking_file_at_head(workspace, "docs/a.md", 3).error().code, ErrorCode::too_large);
}

}  // namespace
}  // namespace docent::git
