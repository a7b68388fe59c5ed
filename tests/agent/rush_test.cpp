// Much at once, and in the last moment: nothing that was taken is lost, overtaken or done twice.
#include <boost/asio/use_awaitable.hpp>

#include "agent_fixture.hpp"
#include "support/net_faulty_upstream.hpp"

namespace docent::agent {
namespace {

class RushTest : public test::AgentTest {
protected:
    ~RushTest() override { test::run_to_end(loop, senders.stop()); }
    /// One after the other, with a breath between them that puts them anywhere in the turns.
    Task<> send_many(std::string session, std::string name, int count) {
        boost::asio::steady_timer timer(loop);
        for (int i = 0; i < count; ++i) {
            timer.expires_after(std::chrono::microseconds((i * 7919) % 4000));
            co_await timer.async_wait(boost::asio::use_awaitable);
            MessageToSend message;
            message.text = name + std::to_string(i);
            message.client_id = message.text;
            message.steer = i % 5 == 4;
            auto sent = co_await sessions->send(session, std::move(message));
            if (sent)
                taken.push_back(sent->id);
            else
                refusals.push_back(sent.error().reason.empty() ? sent.error().message : sent.error().reason);
        }
        ++ended;
    }
    TaskGroup senders{loop.get_executor()};
    std::vector<std::string> taken, refusals;
    int ended = 0;
};

TEST_F(RushTest, MessagesInTheLastMomentsOfTurnsAreAllAnsweredInTheirOrder) {
    script(R"([{"text": "done", "repeat": true}])");
    const auto id = new_session();
    constexpr int clients = 4, each = 20;
    for (int i = 0; i < clients; ++i)
        senders.spawn("sender", send_many(id, std::string(1, static_cast<char>('a' + i)), each));
    until([&] { return ended == clients; });
    until_idle();
    EXPECT_EQ(refusals, std::vector<std::string>());
    const auto messages = events(id, "user_message");
    EXPECT_EQ(messages.size(), std::size_t{clients * each});
    EXPECT_EQ(std::set<std::string>(taken.begin(), taken.end()).size(), messages.size());
    std::int64_t before = 0;
    for (const auto& message : messages) {
        EXPECT_EQ(message.status, "completed");
        const auto began = boost::json::parse(message.engine).as_object();
        const auto* at = began.if_contains("began");
        if (!at) continue;  // it began at once, or joined a turn
        EXPECT_GT(at->to_number<std::int64_t>(), before) << "taken up before an older one";
        before = at->to_number<std::int64_t>();
    }
    EXPECT_EQ(session(id).queued, 0);
    // Nothing is said for a message that nobody sent.
    EXPECT_LE(events(id, "agent_message").size(), messages.size());
    EXPECT_GT(events(id, "agent_message").size(), 0u);
}

TEST_F(RushTest, ARemovalWhileMessagesComeLeavesNothing) {
    script(R"([{"text": "done", "first_delay_ms": 2, "repeat": true}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "first").ok());
    for (int i = 0; i < 3; ++i) senders.spawn("sender", send_many(id, std::to_string(i), 30));
    until([&] { return taken.size() > 4; });
    ASSERT_TRUE(run(sessions->remove(id)).ok());
    until([&] { return ended == 3; });
    for (const auto& why : refusals)
        EXPECT_TRUE(why == "session_closed" || why == "there is no such session") << why;
    EXPECT_GT(refusals.size(), 0u);
    until_idle();
    EXPECT_EQ(run(stored->find("", id)).error().code, ErrorCode::not_found);
    EXPECT_FALSE(std::filesystem::exists(settings.data / "trees" / id));
    auto left = run(db->read([&](store::Db& c) -> Result<std::int64_t> {
        TRY(auto rows, c.query("SELECT (SELECT COUNT(*) FROM session_changes WHERE session_id = $1) + "
                               "(SELECT COUNT(*) FROM session_goals WHERE session_id = $1)",
                               {id}));
        return store::integer(rows.at(0), 0);
    }));
    EXPECT_EQ(*left, 0);
}

TEST_F(RushTest, AnAnswerThatComesTooLateIsSaidToBe) {
    script(R"([{"calls": [{"name": "ask_user", "args": {"questions": [{"question": "Which?"}],
                           "default_answer": "red", "deadline_seconds": 60}}]}, {"text": "Red."}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "paint it").ok());
    until_idle();
    clock.advance(std::chrono::hours(48));
    until([&] { return !events(id, "agent_message").empty(); });
    until_idle();
    AskedAnswer late;
    late.event_id = events(id, "agent_ask_user")[0].id;
    EXPECT_EQ(run(sessions->answer(id, late)).error().reason, "already_answered");
    late.event_id = events(id, "agent_message")[0].id;
    EXPECT_EQ(run(sessions->answer(id, late)).error().code, ErrorCode::not_found);
    EXPECT_EQ(events(id, "user_ask_user_response").size(), 0u);
}

TEST_F(RushTest, AModelThatFindsEveryQuestionTooLongEndsTheTurnSoon) {
    ::setenv("no_proxy", "127.0.0.1", 1);
    script(R"([{"text": "unused"}])");
    close();
    test::FaultyUpstream provider;
    provider.always(test::answer(
        400,
        R"({"error":{"message":"maximum context length","code":"context_length_exceeded","type":"x"}})"));
    llm::ModelConfig model;
    model.name = "m";
    model.provider.kind = "openai";
    model.provider.base_url = provider.url("/v1");
    model.provider.model = "m";
    model.provider.context_tokens = 100'000;
    auto made = llm::Models::make({model}, {}, http);
    ASSERT_TRUE(made.ok()) << made.error().message;
    models = std::move(*made);
    open();
    const auto id = new_session();
    ASSERT_TRUE(send(id, std::string(60'000, 'x')).ok());
    until_idle();
    EXPECT_LE(provider.count(), 12u);
    EXPECT_EQ(session(id).agent_status, "idle");
    const auto said = events(id, "system_message");
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(payload_of(said[0]).at("code"), "context_full");
    EXPECT_EQ(events(id, "user_message")[0].status, "completed");
}

}  // namespace
}  // namespace docent::agent
