// A turn is stopped from wherever the request comes, and stays stopped.
#include "agent_fixture.hpp"

namespace docent::agent {
namespace {

const char* const thinks = R"([{"text": "never whole", "first_delay_ms": 60000}, {"text": "of two"}])";
const char* const asks =
    R"([{"calls": [{"name": "ask_user", "args": {"questions": [{"question": "Which?"}]}}]}, {"text": "of two"}])";

class StopTest : public test::AgentTest {
protected:
    /// As a server whose database has other servers.
    void share_the_store() {
        close();
        open(store::Engine::postgres);
    }
    /// What another server's stop leaves in the store.
    void stop_elsewhere(const std::string& id) {
        ASSERT_TRUE(run(timeline->request_stop(id, clock.now())).ok());
    }
    void close_elsewhere(const std::string& id) {
        store::SessionPatch closed;
        closed.status = "closed";
        const std::vector<store::Event> no_events;
        ASSERT_TRUE(run(timeline->append(id, 0, no_events, closed, clock.now())).ok());
    }
    void set_owner(const std::string& id, const std::string& owner) {
        auto set = run(db->write([&](store::Db& c) -> Status {
            TRY(auto rows, c.query("UPDATE sessions SET owner = $2 WHERE id = $1", {id, owner}));
            return {};
        }));
        ASSERT_TRUE(set.ok());
    }
    std::string status(const std::string& id, std::size_t message) {
        return events(id, "user_message").at(message).status;
    }
};

TEST_F(StopTest, AStopThatAnotherServerTookEndsTheTurnHere) {
    script(thinks);
    share_the_store();
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    ASSERT_TRUE(send(id, "two").ok());
    until_asked();
    stop_elsewhere(id);
    EXPECT_EQ(session(id).agent_status, "stopping");
    until([&] { return !events(id, "agent_message").empty(); });
    until_idle();
    EXPECT_EQ(last(id, "system_message").at("code"), "stopped");
    EXPECT_EQ(status(id, 0), "canceled");
    EXPECT_EQ(last(id, "agent_message").at("message"), "of two") << "what waits goes on";
    EXPECT_EQ(session(id).agent_status, "idle");
}

TEST_F(StopTest, AQuestionThatAnotherServerStoppedIsNoLongerAsked) {
    script(asks);
    share_the_store();
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    until_idle();
    ASSERT_EQ(session(id).agent_status, "waiting_for_user");
    stop_elsewhere(id);
    ASSERT_TRUE(send(id, "two").ok());
    EXPECT_EQ(status(id, 1), "queued") << "no answer to a question that is stopped";
    until([&] { return !events(id, "agent_message").empty(); });
    until_idle();
    EXPECT_EQ(events(id, "agent_ask_user")[0].status, "canceled");
    EXPECT_EQ(last(id, "agent_message").at("message"), "of two");
}

TEST_F(StopTest, ASessionThatAnotherServerClosesOrRemovesStopsHere) {
    script(R"([{"text": "never whole", "first_delay_ms": 60000, "repeat": true}])");
    share_the_store();
    const auto closed = new_session(), removed = new_session();
    ASSERT_TRUE(send(closed, "one").ok());
    ASSERT_TRUE(send(closed, "two").ok());
    ASSERT_TRUE(send(removed, "one").ok());
    until([&] { return models->states()[0].running == 2; });
    bool ended = false;
    const auto follower = sessions->feeds().follow(removed, [&] { ended = true; });
    close_elsewhere(closed);
    ASSERT_TRUE(run(stored->remove(project_id, removed)).ok());
    until_idle();
    EXPECT_EQ(status(closed, 1), "canceled");
    EXPECT_EQ(session(closed).agent_status, "idle");
    EXPECT_TRUE(ended && follower->ended) << "who watches a session that is gone is told";
}

TEST_F(StopTest, TheFilesOfASessionThatAnotherServerRemovedGo) {
    script(
        R"([{"calls": [{"name": "create_file", "args": {"path": "a.md", "content": "A\n"}}]}, {"text": "Done."}, {"text": "Done."}])");
    const auto removed = new_session(), kept = new_session();
    ASSERT_TRUE(send(removed, "one").ok());
    until_idle();
    ASSERT_TRUE(send(kept, "two").ok());
    until_idle();
    write("data/trees/not-of-ours/x", "x");
    ASSERT_TRUE(run(stored->remove(project_id, removed)).ok());
    ASSERT_TRUE(std::filesystem::exists(tree(removed)));
    share_the_store();
    until([&] { return !std::filesystem::exists(settings.data / "trees" / removed); });
    EXPECT_TRUE(std::filesystem::exists(tree(kept)));
    EXPECT_TRUE(std::filesystem::exists(settings.data / "trees/not-of-ours/x"));
}

TEST_F(StopTest, AStopOfATurnThatAnotherServerRunsIsAskedOfThatServer) {
    script(thinks);
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    until_asked();
    set_owner(id, "another");
    auto stopped = run(sessions->stop_turn(id, false));
    ASSERT_TRUE(stopped.ok());
    EXPECT_EQ(stopped->agent_status, "stopping");
    EXPECT_TRUE(session(id).stopping);
    // A message that would steer the turn is for the next one.
    auto late = send(id, "late", "", true);
    ASSERT_TRUE(late.ok());
    EXPECT_EQ(late->status, "queued");
}

TEST_F(StopTest, AStopOutlivesTheServer) {
    for (const std::string recovery : {"resume", "hold"}) {
        script(thinks);
        const auto id = new_session(false, recovery);
        ASSERT_TRUE(send(id, "one").ok());
        ASSERT_TRUE(send(id, "two").ok());
        until_asked();
        stop_elsewhere(id);  // acknowledged, and killed before the turn has ended
        crash();
        script(R"([{"expect": "two", "text": "of two"}, {"text": "of three"}])");
        until_idle();
        EXPECT_EQ(events(id, "system_message").size(), 1u) << "interrupted, and not resumed";
        EXPECT_EQ(status(id, 0), "canceled");
        EXPECT_EQ(status(id, 1), recovery == "hold" ? "queued" : "completed");
        EXPECT_EQ(session(id).agent_status, "idle");
        EXPECT_FALSE(session(id).stopping);
    }
}

TEST_F(StopTest, AQuestionThatWasStoppedIsNotAskedAgainAfterARestart) {
    script(asks);
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    until_idle();
    stop_elsewhere(id);
    crash();
    script(R"([{"text": "of two"}])");
    until_idle();
    EXPECT_EQ(session(id).agent_status, "idle");
    EXPECT_EQ(events(id, "agent_ask_user")[0].status, "canceled");
}

TEST_F(StopTest, ASessionIsRemovedAtOnceThoughMuchWaits) {
    script(R"([{"text": "never whole", "first_delay_ms": 60000, "repeat": true}])");
    const auto id = new_session();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(send(id, "message").ok());
    until_asked();
    const auto asked = models->states()[0].calls;
    ASSERT_TRUE(run(sessions->remove(id)).ok());
    EXPECT_EQ(models->states()[0].calls, asked) << "nothing of what waited was begun";
    EXPECT_EQ(sessions->driven(), 0u);
    EXPECT_FALSE(std::filesystem::exists(settings.data / "trees" / id));
}

}  // namespace
}  // namespace docent::agent
