#include "agent_fixture.hpp"

namespace docent::agent {
namespace {

using test::AgentTest;
class SessionsTest : public AgentTest {};

const char* const reads_then_answers =
    R"([{"calls": [{"name": "read_file", "args": {"path": "docs/guide.md"}}]}, {"text": "It has three lines."}])";

TEST_F(SessionsTest, AMessageBecomesCallsAndAnAnswer) {
    script(reads_then_answers);
    const auto id = new_session();
    auto sent = send(id, "How long is the guide?\nPlease.");
    ASSERT_TRUE(sent.ok()) << sent.error().message;
    EXPECT_EQ(sent->status, "processing");
    until_idle();
    EXPECT_EQ(types(id), (std::vector<std::string>{"user_message", "agent_file_read", "agent_message"}));
    for (const auto& event : events(id)) EXPECT_EQ(event.status, "completed") << event.type;
    EXPECT_EQ(last(id, "agent_message").at("message"), "It has three lines.");
    EXPECT_EQ(last(id, "agent_file_read").at("path"), "docs/guide.md");
    EXPECT_TRUE(last(id, "agent_file_read").at("error").is_null());
    EXPECT_TRUE(last(id, "agent_file_read").at("duration_ms").is_int64());
    const auto now = session(id);
    EXPECT_EQ(now.agent_status, "idle");
    EXPECT_EQ(now.title, "How long is the guide?");
    EXPECT_TRUE(now.branch_name.starts_with("docent/how-long-is-the-guide-")) << now.branch_name;
    EXPECT_EQ(now.base_commit.size(), 40u);
    EXPECT_EQ(events(id)[1].goal_id, sent->id);
}

TEST_F(SessionsTest, MessagesThatComeMeanwhileWaitAndAreTakenInTheirOrder) {
    script(
        R"([{"text": "first done", "first_delay_ms": 30}, {"text": "second done"}, {"text": "third done"}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    EXPECT_EQ(send(id, "two")->status, "queued");
    EXPECT_EQ(send(id, "three")->status, "queued");
    until_idle();
    std::vector<std::string> said;
    for (const auto& event : events(id)) {
        EXPECT_EQ(event.status, "completed");
        if (event.type == "agent_message") said.emplace_back(payload_of(event).at("message").as_string());
    }
    EXPECT_EQ(said, (std::vector<std::string>{"first done", "second done", "third done"}));
}

TEST_F(SessionsTest, TheSameClientIdIsTheSameMessage) {
    script(R"([{"text": "done", "repeat": true}])");
    const auto id = new_session();
    const auto first = send(id, "one", "c1");
    until_idle();
    const auto again = send(id, "one", "c1");
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->id, first->id);
    EXPECT_EQ(send(id, "two", "c1").error().reason, "client_id_conflict");
    until_idle();
    EXPECT_EQ(events(id, "user_message").size(), 1u);
}

TEST_F(SessionsTest, ASteeringMessageJoinsTheRunningTurn) {
    script(
        R"([{"calls": [{"name": "read_file", "args": {"path": "README.md"}}], "text": "I look.", "first_delay_ms": 40},
               {"expect": "shorter", "text": "Short."}])");
    const auto id = new_session();
    const auto first = send(id, "one");
    until_asked();
    const auto steering = send(id, "make it shorter", "", true);
    ASSERT_TRUE(steering.ok());
    EXPECT_EQ(steering->status, "completed");
    EXPECT_EQ(steering->goal_id, first->id);
    until_idle();
    EXPECT_EQ(last(id, "agent_message").at("message"), "Short.");
}

TEST_F(SessionsTest, AMessageThatSteersInTheLastMomentIsAnsweredInTheSameTurn) {
    script(
        R"([{"text": "This is all.", "first_delay_ms": 40}, {"expect": "shorter", "text": "Short."}, {"text": "next"}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    ASSERT_TRUE(send(id, "two").ok());
    until_asked();
    ASSERT_TRUE(send(id, "make it shorter", "", true).ok());
    until_idle();
    std::vector<std::string> said;
    for (const auto& event : events(id, "agent_message"))
        said.emplace_back(payload_of(event).at("message").as_string());
    EXPECT_EQ(said, (std::vector<std::string>{"This is all.", "Short.", "next"}));
}

TEST_F(SessionsTest, APlanIsTasksAndWhatIsDoneInAStepBelongsToItsTask) {
    script(
        R"([{"calls": [{"name": "update_plan", "args": {"steps": [{"id": "1", "title": "Look", "status": "in_progress"}, {"id": "2", "title": "Tell", "status": "pending"}]}}]},
            {"calls": [{"name": "read_file", "args": {"path": "README.md"}}]},
            {"calls": [{"name": "update_plan", "args": {"steps": [{"id": "1", "title": "Look", "status": "completed"}, {"id": "2", "title": "Tell", "status": "completed"}]}}]},
            {"text": "One line."}, {"calls": [{"name": "read_file", "args": {"path": "docs/guide.md"}}]}, {"text": "Three."}])");
    const auto id = new_session();
    const auto sent = send(id, "how long?");
    ASSERT_TRUE(send(id, "and the guide?").ok());
    until_idle();
    const auto tasks = run(goals->tasks(id, sent->id, {}));
    ASSERT_TRUE(tasks.ok());
    ASSERT_EQ(tasks->size(), 2u);
    const auto steps = last(id, "agent_plan_execution_update").at("steps").as_array();
    for (const auto& task : *tasks) {
        EXPECT_EQ(task.status, "completed");
        const auto place = static_cast<std::size_t>(task.position - 1);
        EXPECT_EQ(steps.at(place).at("session_task_id"), boost::json::value(task.id));
        if (place == 0) {
            EXPECT_EQ(events(id, "agent_file_read")[0].task_id, task.id);
        }
    }
    EXPECT_EQ(events(id, "agent_file_read")[1].task_id, "") << "the plan of another message";
    for (const auto& goal : *run(goals->list(id, {}))) EXPECT_EQ(goal.status, "completed");
}

TEST_F(SessionsTest, ATurnThatFillsTheDiskPausesAndOneThatMakesRoomGoesOn) {
    settings.max_disk = 1 << 20;
    write("repo/big.txt", std::string(700'000, 'x'));
    commit_repository("big");
    script(
        R"([{"calls": [{"name": "copy_file", "args": {"source_path": "big.txt", "destination_path": "a.txt"}}]},
            {"calls": [{"name": "remove_file", "args": {"path": "a.txt"}}]}, {"text": "There is room."}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "copy it").ok());
    until_idle();
    EXPECT_EQ(last(id, "system_message").at("code"), "disk_limit");
    ASSERT_TRUE(send(id, "make room").ok());
    until_idle();
    EXPECT_EQ(last(id, "agent_message").at("message"), "There is room.");
}

TEST_F(SessionsTest, AStopOfASessionThatWaitsForItsTurnTakesEffectAtOnce) {
    settings.max_running = 1;
    script(R"([{"text": "slow", "first_delay_ms": 60000, "repeat": true}])");
    const auto first = new_session();
    const auto second = new_session();
    ASSERT_TRUE(send(first, "one").ok());
    until_asked();
    ASSERT_TRUE(send(second, "two").ok());
    ASSERT_TRUE(run(sessions->stop_turn(second, false)).ok());
    until([&] { return events(second, "user_message")[0].status == "canceled"; });
    EXPECT_EQ(session(first).agent_status, "running");
    ASSERT_TRUE(run(sessions->remove(second)).ok());
    ASSERT_TRUE(run(sessions->remove(first)).ok());
    EXPECT_EQ(send(first, "again").error().code, ErrorCode::not_found);
    EXPECT_FALSE(std::filesystem::exists(tree(first)));
}

TEST_F(SessionsTest, WhatAnotherProcessStoresIsShownToThoseWhoWatch) {
    script(R"([{"text": "done"}])");
    close();
    open(store::Engine::postgres);  // where others may write
    const auto id = new_session();
    int woken = 0;
    const auto follower = sessions->feeds().follow(id, [&] { ++woken; });
    until([&] { return woken > 0; });  // what it is at first
    follower->clear();
    store::Event event;
    event.id = new_uuid(1);
    event.type = "agent_message";
    event.payload = R"({"type":"agent_message"})";
    auto appended = run(timeline->append(id, 0, {event}, store::SessionPatch(), 5));
    ASSERT_TRUE(appended.ok());
    until([&] { return !follower->items.empty(); });
    const auto item = follower->take();
    ASSERT_EQ(item->kind, Feeds::Item::Kind::session);
    EXPECT_EQ(item->session->last_change, 1);
    EXPECT_EQ(sessions->feeds().bytes(), 0u);
}

TEST_F(SessionsTest, FollowersShareABoundOfBytes) {
    script(R"([{"text": "done"}])");
    Feeds& feeds = sessions->feeds();
    std::vector<std::shared_ptr<Feeds::Follower>> all;
    for (int i = 0; i < 200; ++i) all.push_back(feeds.follow("s" + std::to_string(i), [] {}));
    for (int i = 0; i < 200; ++i)
        feeds.delta("s" + std::to_string(i), "e", std::string(Feeds::max_follower_bytes / 2, 'x'));
    EXPECT_LE(feeds.bytes(), Feeds::max_bytes);
    EXPECT_GT(feeds.bytes(), Feeds::max_bytes / 2);
    EXPECT_FALSE(all.front()->lost);
    EXPECT_TRUE(all.back()->lost) << "it begins again from the store";
    all.clear();
    EXPECT_EQ(feeds.bytes(), 0u);
    EXPECT_EQ(feeds.followers(), 0u);
}

TEST_F(SessionsTest, AStopEndsTheTurnAndTheQueueGoesOn) {
    script(R"([{"text": "never whole", "first_delay_ms": 60000}, {"text": "second done"}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    ASSERT_TRUE(send(id, "two").ok());
    until_asked();
    auto stopped = run(sessions->stop_turn(id, false));
    ASSERT_TRUE(stopped.ok());
    EXPECT_EQ(stopped->agent_status, "stopping");
    until_idle();
    const auto messages = events(id, "user_message");
    EXPECT_EQ(messages[0].status, "canceled");
    EXPECT_EQ(messages[1].status, "completed");
    EXPECT_EQ(last(id, "system_message").at("code"), "stopped");
    EXPECT_EQ(last(id, "agent_message").at("message"), "second done");
}

TEST_F(SessionsTest, AWithdrawnMessageIsNeverTaken) {
    script(R"([{"text": "first done", "first_delay_ms": 30}, {"text": "third done"}])");
    const auto id = new_session();
    const auto first = send(id, "one");
    const auto second = send(id, "two");
    ASSERT_TRUE(send(id, "three").ok());
    EXPECT_EQ(run(sessions->cancel_message(id, second->id))->status, "canceled");
    EXPECT_EQ(run(sessions->cancel_message(id, second->id)).error().reason, "not_cancelable");
    EXPECT_EQ(run(sessions->cancel_message(id, first->id)).error().reason, "not_cancelable");
    until_idle();
    EXPECT_EQ(events(id, "agent_message").size(), 2u);
}

const char* const asks =
    R"([{"calls": [{"name": "ask_user", "args": {"questions": [{"question": "Which?", "options": [{"label": "red"}, {"label": "blue"}]}],
                    "default_answer": "red", "deadline_seconds": 60}}]},
        {"text": "Then so be it."}, {"text": "And now?"}])";

TEST_F(SessionsTest, AQuestionWaitsForItsAnswer) {
    script(asks);
    const auto id = new_session();
    ASSERT_TRUE(send(id, "paint it").ok());
    until_idle();
    EXPECT_EQ(session(id).agent_status, "waiting_for_user");
    const auto asked = events(id, "agent_ask_user").back();
    EXPECT_EQ(asked.status, "processing");
    const auto question = payload_of(asked).at("questions").at(0).as_object();
    AskedAnswer answer;
    answer.event_id = asked.id;
    answer.answers = {boost::json::object{{"question_id", question.at("id")},
                                          {"option_ids", {question.at("options").at(1).at("id")}}}};
    auto wrong = answer;
    wrong.answers[0].as_object()["question_id"] = "nonsense";
    EXPECT_EQ(run(sessions->answer(id, wrong)).error().code, ErrorCode::invalid_argument);
    auto answered = run(sessions->answer(id, answer));
    ASSERT_TRUE(answered.ok()) << answered.error().message;
    EXPECT_EQ(answered->type, "user_ask_user_response");
    EXPECT_EQ(run(sessions->answer(id, answer)).error().reason, "already_answered");
    until_idle();
    EXPECT_EQ(events(id, "agent_ask_user").back().status, "completed");
    EXPECT_EQ(last(id, "agent_message").at("message"), "Then so be it.");
}

TEST_F(SessionsTest, APlainMessageAnswersAQuestion) {
    script(asks);
    const auto id = new_session();
    ASSERT_TRUE(send(id, "paint it").ok());
    until_idle();
    const auto answer = send(id, "green, please");
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status, "completed");
    until_idle();
    EXPECT_EQ(events(id, "agent_message").size(), 1u);
    EXPECT_EQ(session(id).agent_status, "idle");
}

TEST_F(SessionsTest, AQuestionThatNobodyAnswersGetsItsDefault) {
    script(asks);
    const auto id = new_session();
    ASSERT_TRUE(send(id, "paint it").ok());
    until_idle();
    clock.advance(std::chrono::minutes(2));
    until([&] { return !events(id, "agent_message").empty(); });
    until_idle();
    EXPECT_EQ(last(id, "system_message").at("code"), "question_expired");
    EXPECT_EQ(events(id, "agent_ask_user").back().status, "completed");
}

TEST_F(SessionsTest, AStopEndsAQuestion) {
    script(asks);
    const auto id = new_session();
    ASSERT_TRUE(send(id, "paint it").ok());
    until_idle();
    ASSERT_TRUE(run(sessions->stop_turn(id, false)).ok());
    until_idle();
    EXPECT_EQ(events(id, "agent_ask_user").back().status, "canceled");
    EXPECT_EQ(session(id).agent_status, "idle");
}

TEST_F(SessionsTest, ATurnThatReachesALimitPausesAndHoldsTheQueue) {
    settings.limits.steps = 2;
    script(R"([{"calls": [{"name": "read_file", "args": {"path": "README.md"}}]},
               {"calls": [{"name": "read_file", "args": {"path": "docs/guide.md"}}]},
               {"text": "second turn"}, {"text": "third turn"}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    ASSERT_TRUE(send(id, "two").ok());
    until_idle();
    EXPECT_EQ(last(id, "system_message").at("code"), "step_limit");
    EXPECT_EQ(events(id, "user_message")[1].status, "queued");
    ASSERT_TRUE(send(id, "three").ok());
    until_idle();
    for (const auto& message : events(id, "user_message")) EXPECT_EQ(message.status, "completed");
    EXPECT_EQ(last(id, "agent_message").at("message"), "third turn");
}

TEST_F(SessionsTest, ATurnThatGetsNowhereIsStopped) {
    script(R"([{"calls": [{"name": "read_file", "args": {"path": "README.md"}}], "repeat": true}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    until_idle();
    EXPECT_EQ(last(id, "system_message").at("code"), "stuck");
    EXPECT_EQ(events(id, "agent_file_read").size(), 4u);
}

TEST_F(SessionsTest, AModelThatFailsIsSaidAndTheNextMessageTriesAgainInOrder) {
    script(
        R"([{"error": {"code": "upstream_failed", "message": "it broke"}}, {"text": "one"}, {"text": "two"}, {"text": "three"}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "a").ok());
    ASSERT_TRUE(send(id, "b").ok());
    until_idle();
    EXPECT_EQ(last(id, "system_message").at("code"), "model_failed");
    EXPECT_EQ(session(id).agent_status, "error");
    EXPECT_EQ(events(id, "user_message")[1].status, "queued");
    ASSERT_TRUE(send(id, "c").ok());
    until_idle();
    EXPECT_EQ(events(id, "agent_message").size(), 2u);
    EXPECT_EQ(session(id).agent_status, "idle");
}

TEST_F(SessionsTest, ACallThatDoesNotFitItsToolGoesBackToTheModel) {
    script(R"([{"calls": [{"name": "no_such_tool", "args": {}}, {"name": "read_file", "args": {"path": 7}}]},
               {"expect": "path", "text": "I see."}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    until_idle();
    EXPECT_EQ(last(id, "agent_message").at("message"), "I see.");
    const auto refused = events(id, "system_message");
    ASSERT_EQ(refused.size(), 2u);
    EXPECT_EQ(payload_of(refused[0]).at("code"), "call_refused");
}

TEST_F(SessionsTest, AFinishedSessionBecomesActiveWithTheNextMessage) {
    script(
        R"([{"calls": [{"name": "finish", "args": {"summary": "All done.", "outcome": "success"}}]}, {"text": "More."}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    until_idle();
    EXPECT_EQ(session(id).status, "finished");
    EXPECT_EQ(types(id).back(), "session_finished");
    EXPECT_EQ(last(id, "session_finished").at("outcome"), "success");
    ASSERT_TRUE(send(id, "two").ok());
    until_idle();
    EXPECT_EQ(session(id).status, "active");
}

TEST_F(SessionsTest, AClosedSessionTakesNoMessageAndWithdrawsWhatWaits) {
    script(R"([{"text": "never whole", "first_delay_ms": 60000}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    ASSERT_TRUE(send(id, "two").ok());
    until_asked();
    SessionChanges changes;
    changes.status = "closed";
    ASSERT_TRUE(run(sessions->update(id, changes)).ok());
    until_idle();
    EXPECT_EQ(send(id, "three").error().reason, "session_closed");
    for (const auto& message : events(id, "user_message")) EXPECT_EQ(message.status, "canceled");
    EXPECT_EQ(events(id, "session_closed").size(), 1u);
    EXPECT_EQ(session(id).sandbox_id, "");
    EXPECT_TRUE(std::filesystem::exists(tree(id) / "README.md")) << "work outlives the session";
    ASSERT_TRUE(run(sessions->remove(id)).ok());
    EXPECT_FALSE(std::filesystem::exists(tree(id)));
}

TEST_F(SessionsTest, CommitsByItselfWhenAskedTo) {
    script(
        R"([{"calls": [{"name": "create_file", "args": {"path": "docs/new.md", "content": "# New\n"}}]}, {"text": "Made."}])");
    const auto id = new_session(true);
    ASSERT_TRUE(send(id, "Add a page").ok());
    until_idle();
    const auto git = "git --git-dir " + (settings.data / "trees" / id / "git").string() +
                     " log --format=%s -1 > " + (folder.path() / "log").string();
    ASSERT_EQ(std::system(git.c_str()), 0);
    EXPECT_EQ(read(folder.path() / "log"), "Add a page\n");
}

TEST_F(SessionsTest, ALongConversationIsShortenedByASummaryAndGoesOn) {
    std::string big;
    for (int i = 0; i < 150; ++i)
        big += "In line " + std::to_string(i) + " there are some words to be read, no more.\n";
    write("repo/big.txt", big);
    commit_repository("big");
    std::string turns = "[";
    for (int i = 1; i <= 6; ++i)
        turns += R"({"calls": [{"name": "read_file_range", "args": {"path": "big.txt", "start_line": )" +
                 std::to_string(i) + R"(, "end_line": 140}}]},)";
    script(turns + R"({"text": "SUMMARY OF ALL"}, {"text": "done", "repeat": true}])", 14'000);
    const auto id = new_session();
    ASSERT_TRUE(send(id, "read it").ok());
    until_idle();
    bool compacted = false;
    for (const auto& event : events(id, "system_message"))
        compacted = compacted || payload_of(event).at("code") == "compacted";
    EXPECT_TRUE(compacted);
    EXPECT_EQ(events(id).back().status, "completed");
    EXPECT_EQ(session(id).agent_status, "idle");
}

TEST_F(SessionsTest, WithoutAModelAMessageIsRefusedWithTheWayOut) {
    auto none = llm::Models::make({}, {}, http);
    models = std::move(*none);
    open();
    const auto id = new_session();
    const auto refused = send(id, "one");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().reason, "model_unavailable");
    EXPECT_NE(refused.error().message.find("[models]"), std::string::npos);
    EXPECT_TRUE(events(id).empty());
}

TEST_F(SessionsTest, TurnsBeyondTheLimitWaitAndSaySo) {
    settings.max_running = 1;
    script(R"([{"text": "slow", "first_delay_ms": 50}, {"text": "next"}])");
    const auto first = new_session();
    const auto second = new_session();
    ASSERT_TRUE(send(first, "one").ok());
    ASSERT_TRUE(send(second, "two").ok());
    EXPECT_EQ(session(second).agent_status, "queued");
    until_idle();
    EXPECT_EQ(last(second, "agent_message").at("message"), "next");
}

}  // namespace
}  // namespace docent::agent
