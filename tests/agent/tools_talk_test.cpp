#include <set>

#include "agent/tools_fixture.hpp"

namespace docent::agent {
namespace {

class TalkToolsTest : public test::ToolsTest {};

TEST_F(TalkToolsTest, APlanIsAlwaysWhole) {
    const auto payload = call("update_plan", R"({"explanation":"why","steps":[
        {"id":"1","title":"Look","status":"completed"},
        {"id":"2","title":"Do","status":"in_progress","note":"now"}]})");
    EXPECT_EQ(text(payload, "current_step_id"), "2");
    EXPECT_EQ(text(payload, "explanation"), "why");
    EXPECT_EQ(boost::json::serialize(payload.at("steps").at(1)),
              R"({"id":"2","title":"Do","status":"in_progress","session_task_id":null,"note":"now"})");
    EXPECT_NE(said.find("1 of 2 steps"), std::string::npos) << said;
}

TEST_F(TalkToolsTest, APlanHasOneStepAtATimeAndOneIdAStep) {
    EXPECT_EQ(refusal("update_plan", R"({"steps":[{"id":"1","title":"a","status":"in_progress"},
        {"id":"2","title":"b","status":"in_progress"}]})"),
              "invalid_argument");
    EXPECT_EQ(refusal("update_plan", R"({"steps":[{"id":"1","title":"a","status":"pending"},
        {"id":"1","title":"b","status":"pending"}]})"),
              "invalid_argument");
    EXPECT_NE(said.find("the id 1"), std::string::npos) << said;
}

TEST_F(TalkToolsTest, AQuestionWaitsUntilItsDeadline) {
    const auto payload = call("ask_user", R"({"questions":[{"question":"Which?","options":[
        {"label":"Red"},{"id":"b","label":"Blue","description":"like the sky"}],"allow_free_text":false},
        {"question":"Why?"}],"default_answer":"Red","deadline_seconds":60})");
    EXPECT_TRUE(outcome.waits);
    EXPECT_TRUE(outcome.ends_turn);
    EXPECT_EQ(text(payload, "message"),
              "Which?\n- Red\n- Blue: like the sky\n\nWhy?\n(Without an answer: Red)\n");
    EXPECT_EQ(boost::json::serialize(payload.at("questions").at(0)),
              R"({"id":"1","question":"Which?","options":[{"id":"1","label":"Red","description":null},)"
              R"({"id":"b","label":"Blue","description":"like the sky"}],"allow_multiple":false,)"
              R"("allow_free_text":false})");
    EXPECT_TRUE(payload.at("questions").at(1).at("allow_free_text").as_bool());
    EXPECT_EQ(text(payload, "default_answer"), "Red");
    EXPECT_EQ(text(payload, "expires_at"), iso8601(clock.now() + 60'000));
}

TEST_F(TalkToolsTest, AQuestionHasADeadlineEvenIfNoneIsGiven) {
    settings.question_limit = std::chrono::seconds(100);
    auto payload = call("ask_user", R"({"questions":[{"question":"Which?"}]})");
    EXPECT_EQ(text(payload, "expires_at"), iso8601(clock.now() + 100'000));
    payload = call("ask_user", R"({"questions":[{"question":"Which?"}],"deadline_seconds":100000})");
    EXPECT_EQ(text(payload, "expires_at"), iso8601(clock.now() + 100'000));
}

TEST_F(TalkToolsTest, TwoOptionsNeverHaveTheSameId) {
    const auto payload = call("ask_user", R"({"questions":[{"question":"Which?","options":[
        {"id":"2","label":"a"},{"id":"2","label":"b"},{"label":"c"}]}]})");
    std::set<std::string> ids;
    for (const auto& option : payload.at("questions").at(0).at("options").as_array())
        ids.insert(std::string(option.at("id").as_string()));
    EXPECT_EQ(ids.size(), 3u);
}

}  // namespace
}  // namespace docent::agent
