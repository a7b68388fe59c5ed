#include "store/forge_memory.hpp"

#include "session_fixture.hpp"

namespace docent::store {
namespace {

class ForgeMemoryTest : public test::SessionStoreTest {
protected:
    ForgeMemoryTest() : memory(*db) {}
    bool taken(const std::string& delivery, const std::string& hash) {
        return must(run(memory.taken("repository", delivery, hash)));
    }
    ForgeMemory memory;
};

TEST_P(ForgeMemoryTest, ADeliveryIsKnownByItsIdAndByItsBody) {
    EXPECT_FALSE(taken("one", "body:a"));
    ASSERT_TRUE(run(memory.take("repository", "one", "body:a", 1)));
    ASSERT_TRUE(run(memory.take("repository", "one", "body:a", 2)));
    EXPECT_TRUE(taken("one", "body:b"));
    EXPECT_TRUE(taken("two", "body:a"));
    EXPECT_FALSE(taken("two", "body:b"));
    EXPECT_FALSE(must(run(memory.taken("another", "one", "body:a"))));
    ASSERT_TRUE(run(memory.take("repository", "", "body:c", 3)));
    EXPECT_FALSE(taken("", "body:d")) << "no id is none";
}

TEST_P(ForgeMemoryTest, ACommentWaitsUntilItIsDue) {
    ForgeComment comment;
    comment.session_id = new_session().id;
    comment.key = "conflicts-1";
    comment.text = "It conflicts.";
    comment.next_try = 100;
    ASSERT_TRUE(run(memory.keep(comment)));
    EXPECT_TRUE(must(run(memory.due(99))).empty());
    comment.attempts = 1;
    ASSERT_TRUE(run(memory.keep(comment)));
    const auto due = must(run(memory.due(100)));
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].attempts, 1);
    EXPECT_EQ(due[0].text, "It conflicts.");
    ASSERT_TRUE(run(memory.forget(comment.session_id, comment.key)));
    EXPECT_TRUE(must(run(memory.due(1'000))).empty());
    ASSERT_TRUE(run(memory.keep(comment)));
    ASSERT_TRUE(run(sessions.remove(project, comment.session_id)));
    EXPECT_TRUE(must(run(memory.due(1'000))).empty()) << "it goes with its session";
}

ON_BOTH_ENGINES(ForgeMemoryTest);

}  // namespace
}  // namespace docent::store
