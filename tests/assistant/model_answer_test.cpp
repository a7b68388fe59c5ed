// The assistant with a model: research, budgets, and what the reader gets when something goes wrong.
#include "assistant/assistant_fixture.hpp"
#include "assistant/tools/tool.hpp"
#include "llm/fitting.hpp"

namespace docent::assistant {
namespace {

class ModelAnswerTest : public AssistantTest {
protected:
    /// The tools' answers that the last request carried, in order.
    std::vector<std::string> tool_answers() const {
        std::vector<std::string> all;
        for (const auto& m : model_->requests.back().messages) {
            if (m.role == llm::Message::Role::tool) all.push_back(m.text);
        }
        return all;
    }
    static std::vector<std::string> tools_shown(const Answer& answer) {
        std::vector<std::string> names;
        for (const auto& part : answer.parts()) {
            if (const auto* call = std::get_if<ToolCalled>(&part)) names.push_back(call->name);
        }
        return names;
    }
};

using Names = std::vector<std::string>;

TEST_F(ModelAnswerTest, SeveralToolsOfOneStepAreAnsweredInTheirOrder) {
    start(R"([{"calls":[{"name":"search","args":{"query":"descaling"}},
                        {"name":"read_page","args":{"path":"/settings"}},
                        {"name":"grep_pages","args":{"pattern":"max_boils"}},
                        {"name":"list_pages","args":{"path":"es"}}]},
              {"text":"Descale it every month ([Settings](/settings#descaling))."}])");
    const auto answer = ended(question("How often must it be descaled?"));
    EXPECT_EQ(tools_shown(*answer), (Names{"search", "search", "read_page", "grep_pages", "list_pages"}));
    const auto answers = tool_answers();
    ASSERT_EQ(answers.size(), 4u);
    EXPECT_NE(answers[0].find("citric acid"), std::string::npos);
    EXPECT_NE(answers[1].find("temperature = 80"), std::string::npos);
    EXPECT_NE(answers[2].find("| `max_boils` | 12 |"), std::string::npos);
    EXPECT_NE(answers[3].find("/es/install  Instalación"), std::string::npos);
    EXPECT_EQ(answers[3].find("/faq"), std::string::npos);
    for (const auto& part : answer->parts()) {
        if (const auto* out = std::get_if<ToolAnswered>(&part)) {
            EXPECT_TRUE(out->output.is_array()) << out->name;
        }
    }
}

TEST_F(ModelAnswerTest, WhatTheFilterHidesIsThereForNoTool) {
    index_ = [&] {
        SiteMaker site = kettle();
        site.page("secret", "Secret", {{"", "", "The master password of max_boils is tulip."}});
        site.last_page().groups = {"staff"};
        return site.index(dir_);
    }();
    start(R"([{"calls":[{"name":"search","args":{"query":"master password"}},
                        {"name":"read_page","args":{"path":"/secret"}},
                        {"name":"grep_pages","args":{"pattern":"tulip"}},
                        {"name":"list_pages"}]},
              {"text":"Nothing of it is documented."}])");
    (void)ended(question("What is the master password?"));
    for (const auto& text : tool_answers()) EXPECT_EQ(text.find("tulip"), std::string::npos) << text;
    EXPECT_EQ(model_->last_prompt().find("tulip"), std::string::npos);
    EXPECT_EQ(tool_answers()[3].find("/secret"), std::string::npos);
}

TEST_F(ModelAnswerTest, UnknownAndRepeatedCallsAreAnsweredWithASentence) {
    start(R"([{"calls":[{"name":"launch_rocket"},{"name":"search","args":{"query":"milk"}},
                        {"name":"search","args":{"query":"milk"}},{"name":"read_page","args":{"path":"/nowhere"}},
                        {"name":"grep_pages","args":{"pattern":"(","regex":true}}]},
              {"text":"No, never boil milk."}])");
    const auto answer = ended(question("Can I boil milk?"));
    const auto answers = tool_answers();
    ASSERT_EQ(answers.size(), 5u);
    EXPECT_NE(answers[0].find("no such tool"), std::string::npos);
    EXPECT_NE(answers[1].find("Milk burns"), std::string::npos);
    EXPECT_NE(answers[2].find("already"), std::string::npos);
    EXPECT_NE(answers[3].find("no page with this path"), std::string::npos);
    EXPECT_NE(answers[4].find("regular expression"), std::string::npos);
    EXPECT_EQ(tools_shown(*answer), (Names{"search", "search", "read_page", "grep_pages"}));
}

TEST_F(ModelAnswerTest, AModelThatCallsToolsForEverMustAnswerAndElseTheDocumentationDoes) {
    start(R"([{"calls":[{"name":"search","args":{"query":"milk"}}],"repeat":true}])");
    const auto answer = ended(question("Can I boil milk?"));
    EXPECT_NE(text(*answer).find("Milk burns"), std::string::npos);
    EXPECT_FALSE(model_->requests.back().may_call_tools);
    EXPECT_EQ(model_->requests.back().tools.size(), tools().size());
    // The same call again and again ends the research early.
    EXPECT_EQ(model_->requests.size(), 4u);
}

TEST_F(ModelAnswerTest, TheLastStepMayCallNoTools) {
    Config config;
    config.model_steps = 3;
    start(R"([{"calls":[{"name":"search","args":{"query":"milk"}}]},
              {"calls":[{"name":"search","args":{"query":"tea"}}]},
              {"text":"Milk voids the warranty."}])",
          config);
    const auto answer = ended(question("Can I boil milk?"));
    EXPECT_EQ(model_->requests.size(), 3u);
    EXPECT_TRUE(model_->requests[1].may_call_tools);
    EXPECT_FALSE(model_->requests[2].may_call_tools);
    EXPECT_NE(text(*answer).find("voids the warranty."), std::string::npos);
}

TEST_F(ModelAnswerTest, AQuestionBackToTheReaderIsTextWithOptionsAndEndsTheAnswer) {
    start(R"([{"calls":[{"name":"ask_clarifying_question",
                         "args":{"question":"Which system do you use?","options":["Linux","Windows"]}}]}])");
    const auto answer = ended(question("How do I install it?"));
    EXPECT_EQ(text(*answer), "Which system do you use?\n\n- Linux\n- Windows\n");
    const auto turn = turns(answer->thread_id).at(0);
    EXPECT_EQ(turn.response_type, "clarifying_question");
    EXPECT_EQ(turn.resolution, "answered");
    EXPECT_EQ(finished(*answer)->reason, "stop");
    for (const auto& part : answer->parts()) {
        const auto* out = std::get_if<ToolAnswered>(&part);
        if (out && out->name != "search") {
            EXPECT_EQ(out->output.at("options").as_array().size(), 2u);
        }
    }
}

TEST_F(ModelAnswerTest, NotFoundIsRecordedApartWhenTheDocumentationHasTheAnswer) {
    start(R"([{"match":"milk","calls":[{"name":"markNotFound"}]},{"match":"milk","text":"I found nothing."},
              {"match":"trademark","calls":[{"name":"markNotFound"}]},
              {"match":"trademark","text":"The documentation does not say."}])");
    const auto present = ended(question("Can I boil milk?"));
    EXPECT_EQ(turns(present->thread_id).at(0).resolution, "unanswered");
    EXPECT_EQ(turns(present->thread_id).at(0).gap, "present");
    const auto missing = ended(question("How do I register a trademark in Norway?"));
    EXPECT_EQ(turns(missing->thread_id).at(0).gap, "missing");
}

TEST_F(ModelAnswerTest, TextWithNothingButTheMarkIsTheAnswer) {
    start(R"([{"text":"The documentation does not say.","calls":[{"name":"markNotFound"}]}])");
    const auto answer = ended(question("How do I register a trademark in Norway?"));
    EXPECT_EQ(model_->requests.size(), 1u);
    EXPECT_EQ(text(*answer).rfind("The documentation does not say.", 0), 0u);
    EXPECT_FALSE(finished(*answer)->answered);
}

TEST_F(ModelAnswerTest, AfterCodeThatBreaksOffTheDocumentationsWordsAreNoCode) {
    start(
        R"([{"text":"Do this:\n\n```bash\nkettle --mil","error":{"code":"upstream_failed","message":"gone"}}])");
    const auto all = text(*ended(question("Can I boil milk?")));
    const auto words = all.find("The model stopped here.");
    ASSERT_NE(words, std::string::npos) << all;
    EXPECT_LT(all.find("kettle --mil\n```\n"), words) << all;
    EXPECT_NE(all.find("Milk burns", words), std::string::npos);
}

TEST_F(ModelAnswerTest, AModelThatFailsAfterItsToolsGivesWayToo) {
    start(R"([{"calls":[{"name":"search","args":{"query":"milk"}}]},
              {"error":{"code":"upstream_failed","message":"gone"},"repeat":true}])");
    const auto answer = ended(question("Can I boil milk?"));
    EXPECT_NE(text(*answer).find("Milk burns"), std::string::npos);
    EXPECT_EQ(text(*answer).find("gone"), std::string::npos);
    EXPECT_EQ(finished(*answer)->reason, "stop");
    EXPECT_EQ(turns(answer->thread_id)[0].state, "complete");
}

TEST_F(ModelAnswerTest, APromptThatIsTooLongAfterAllIsMadeShorterOnce) {
    start(R"([{"text":"Never.","repeat":true}])");
    Question q = question("Can I boil milk?");
    for (int i = 0; i < 12; ++i) {
        ChatMessage m;
        m.role = i % 2 ? "assistant" : "user";
        m.text = "turn " + std::to_string(i) + std::string(3000, 'x');
        q.messages.insert(q.messages.end() - 1, std::move(m));
    }
    model_->failures.push_back(Error(ErrorCode::invalid_argument, "too long").because("context_overflow"));
    EXPECT_EQ(text(*ended(q)).rfind("Never.", 0), 0u);
    ASSERT_EQ(model_->requests.size(), 2u);
    EXPECT_LT(llm::estimate_tokens(model_->requests[1].messages),
              llm::estimate_tokens(model_->requests[0].messages) / 2 + 50);

    for (int i = 0; i < 2; ++i)
        model_->failures.push_back(
            Error(ErrorCode::invalid_argument, "too long").because("context_overflow"));
    EXPECT_NE(text(*ended(q)).find("Milk burns"), std::string::npos);
    EXPECT_EQ(model_->requests.size(), 4u);
}

TEST_F(ModelAnswerTest, ResearchOfAnyLengthFitsTheModelsWindow) {
    std::string script = "[";
    for (int i = 0; i < 5; ++i)
        script += R"({"calls":[{"name":"read_page","args":{"path":"/long","first_line":)" +
                  std::to_string(i + 1) + R"(}},{"name":"search","args":{"query":"lorem )" +
                  std::to_string(i) + R"("}}]},)";
    index_ = [&] {
        SiteMaker site = kettle();
        std::string lines;
        for (int i = 0; i < 300; ++i) lines += "lorem ipsum 今日は良い天気です " + std::to_string(i) + "\n";
        site.page("long", "Lorem", {{"", "", lines}});
        return site.index(dir_);
    }();
    start(script + R"({"text":"It is long."}])");
    model_->window = 8000;
    EXPECT_EQ(text(*ended(question("What is lorem?"))).rfind("It is long.", 0), 0u);
    ASSERT_EQ(model_->requests.size(), 6u);
    for (const auto& request : model_->requests) {
        EXPECT_LT(llm::estimate_tokens(request.messages), 6000u);
        EXPECT_EQ(request.messages[0].role, llm::Message::Role::system);
    }
    // Every call keeps its answer.
    EXPECT_EQ(tool_answers().size(), 10u);
}

TEST_F(ModelAnswerTest, WhatModelsCostIsBookedAndACapThatIsReachedGivesTheAnswerWithoutAModel) {
    start(R"([{"text":"Never.","repeat":true}])");
    model_->cost = 700;
    Question q = question("Can I boil milk?");
    q.caps.day_cost = 1000;
    EXPECT_EQ(text(*ended(q)).rfind("Never.", 0), 0u);
    EXPECT_EQ(text(*ended(q)).rfind("Never.", 0), 0u);
    EXPECT_NE(text(*ended(q)).find("Milk burns"), std::string::npos);
    EXPECT_EQ(model_->requests.size(), 2u);
    auto spent = test::run(loop_, spending_->so_far("p", clock_.now()));
    ASSERT_TRUE(spent.ok());
    EXPECT_EQ(spent->day.cost, 1400);
}

TEST_F(ModelAnswerTest, ACapOfOneAnswerEndsItsResearch) {
    start(R"([{"calls":[{"name":"search","args":{"query":"milk"}}]},{"text":"Never."}])");
    model_->cost = 700;
    Question q = question("Can I boil milk?");
    q.caps.answer_cost = 500;
    EXPECT_NE(text(*ended(q)).find("Milk burns"), std::string::npos);
    EXPECT_EQ(model_->requests.size(), 1u);
}

TEST_F(ModelAnswerTest, AnEndlessReplyIsCutAndEnded) {
    start(R"([{"tokens":400000,"chunk":65536,"repeat":true}])");
    const auto answer = ended(question("Can I boil milk?"));
    EXPECT_LE(text(*answer).size(), Answer::max_text);
    EXPECT_EQ(finished(*answer)->reason, "length");
}

TEST_F(ModelAnswerTest, ReasoningIsRelayedAndIsNoAnswer) {
    start(R"([{"reasoning":"Let me think.","text":"","repeat":true}])");
    const auto answer = ended(question("Can I boil milk?"));
    EXPECT_NE(order(*answer).find('r'), std::string::npos);
    EXPECT_NE(text(*answer).find("Milk burns"), std::string::npos);
}

TEST_F(ModelAnswerTest, ALanguageThatTheDocumentationHasNotIsSearchedInAllOthers) {
    start();
    Question q = question("Can I boil milk?");
    q.filter.language = "de";
    EXPECT_NE(text(*ended(q)).find("Milk burns"), std::string::npos);
}

TEST_F(ModelAnswerTest, OwnersInstructionsAndSkillsAreTold) {
    index_ = [&] {
        SiteMaker site = kettle();
        site.file(".mintlify/Assistant.md", "Call the reader captain.");
        site.file(".mintlify/assistant/skills/refunds/skill.md",
                  "---\ndescription: When readers want money back\n---\nRefunds take 14 days.");
        return site.index(dir_);
    }();
    start(R"([{"calls":[{"name":"read_skill","args":{"name":"refunds"}}]},{"text":"Aye."}])");
    (void)ended(question("Can I get my money back?"));
    const auto& rules = model_->requests[0].messages[0].text;
    EXPECT_NE(rules.find("Call the reader captain."), std::string::npos);
    EXPECT_NE(rules.find("- refunds: When readers want money back"), std::string::npos);
    EXPECT_EQ(rules.find("14 days"), std::string::npos);
    EXPECT_NE(tool_answers()[0].find("Refunds take 14 days."), std::string::npos);
}

}  // namespace
}  // namespace docent::assistant
