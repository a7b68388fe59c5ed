#include "assistant/assistant_fixture.hpp"
#include "assistant/conversation.hpp"
#include "base/crypto.hpp"

namespace docent::assistant {
namespace {

using namespace std::chrono_literals;

TEST_F(AssistantTest, AnAnswerWithoutAModelSearchesThenQuotesInItsLastStep) {
    start();
    const auto answer = ended(question("How do I install Kettle on Linux?"));
    // step, call, answer, end, step, sources, text, end, finished
    EXPECT_EQ(order(*answer), "scaesuteF");
    EXPECT_NE(text(*answer).find("apt install kettle"), std::string::npos);
    EXPECT_TRUE(finished(*answer)->answered);
    EXPECT_EQ(finished(*answer)->reason, "stop");
    const auto& output = std::get<ToolAnswered>(answer->parts()[2]).output.as_array();
    ASSERT_FALSE(output.empty());
    EXPECT_EQ(output[0].at("path").as_string(), "install");
    EXPECT_EQ(output[0].at("url").as_string(), "/install#linux");
    EXPECT_EQ(std::get<Source>(answer->parts()[5]).url, "/install");
}

TEST_F(AssistantTest, AQuestionThatTheDocsDoNotCoverIsMarkedAndSaidPlainly) {
    start();
    const auto answer = ended(question("How do I register a trademark in Norway?"));
    EXPECT_EQ(order(*answer), "scaescaesteF");
    EXPECT_EQ(std::get<ToolCalled>(answer->parts()[5]).name, "markNotFound");
    EXPECT_NE(text(*answer).find("does not cover"), std::string::npos);
    EXPECT_FALSE(finished(*answer)->answered);
    EXPECT_EQ(turns(answer->thread_id).at(0).resolution, "unanswered");
}

TEST_F(AssistantTest, AQuestionThatIsHalfCoveredIsShownTheNearestPages) {
    start();
    const auto answer = ended(question("Can a Bluetooth remote descale the kettle?"));
    EXPECT_FALSE(finished(*answer)->answered);
    EXPECT_NE(text(*answer).find("- [Settings](/settings)"), std::string::npos) << text(*answer);
}

TEST_F(AssistantTest, TheTurnIsDurableBeforeTheAnswerAndCompleteAfterIt) {
    start(R"([{"text":"slow words here","first_delay_ms":600000,"repeat":true}])");
    auto answer = ask(question("How hot does the water get?"));
    ASSERT_TRUE(answer.ok());
    auto before = turns((*answer)->thread_id);
    ASSERT_EQ(before.size(), 1u);
    EXPECT_EQ(before[0].state, "running");
    EXPECT_EQ(before[0].question, "How hot does the water get?");
    test::run_to_end(loop_, assistant_->stop(0ms));
    EXPECT_TRUE((*answer)->ended());
    auto after = turns((*answer)->thread_id);
    EXPECT_EQ(after[0].state, "interrupted");
    EXPECT_NE(after[0].answer.find("restarting"), std::string::npos);
}

Task<Status> pragma(store::Store& store, std::string text) {
    co_return co_await store.write([&](store::Db& db) -> Status {
        TRY(auto done, db.query("PRAGMA " + text));
        return {};
    });
}
Task<Result<std::int64_t>> page_count(store::Store& store) {
    co_return co_await store.read([](store::Db& db) -> Result<std::int64_t> {
        TRY(auto rows, db.query("PRAGMA page_count"));
        return store::integer(rows.at(0), 0);
    });
}

TEST_F(AssistantTest, AnAnswerThatFoundTheDiskFullIsRecordedWhenThereIsRoomAgain) {
    const std::string words(200'000, 'w');
    start(R"([{"text":")" + words + R"("}])");
    const auto pages = *test::run(loop_, page_count(*store_));
    ASSERT_TRUE(test::run(loop_, pragma(*store_, "max_page_count = " + std::to_string(pages + 10))).ok());
    const auto answer = ended(question("How hot does the water get?"));
    EXPECT_TRUE(finished(*answer)) << "the reader has the whole answer";
    EXPECT_EQ(turns(answer->thread_id)[0].state, "running");
    ASSERT_TRUE(test::run(loop_, pragma(*store_, "max_page_count = 1000000")).ok());
    while (turns(answer->thread_id)[0].state == "running") loop_.run_one();
    EXPECT_EQ(turns(answer->thread_id)[0].answer, words);
}

TEST_F(AssistantTest, ANewThreadHasAKeyThatIsStoredHashedOnly) {
    start();
    const auto answer = ended(question("Can I boil milk?"));
    EXPECT_EQ(answer->thread_id.size(), 26u);
    EXPECT_GE(answer->new_thread_key.size(), 24u);
    auto thread = test::run(loop_, threads_->find("p", answer->thread_id));
    ASSERT_TRUE(thread.ok());
    EXPECT_EQ(thread->key_hash, hash_hex(answer->new_thread_key));
}

TEST_F(AssistantTest, AThreadGoesOnWithItsIdAloneButStoredHistoryNeedsItsKey) {
    start(R"([{"match":"first","text":"one"},{"match":"second","expect":"second","text":"two"}])");
    const auto first = ended(question("the first question about kettles"));
    Question follow = question("the second question");
    follow.thread_id = first->thread_id;
    const auto second = ended(follow);
    EXPECT_EQ(second->thread_id, first->thread_id);
    EXPECT_TRUE(second->new_thread_key.empty());
    EXPECT_EQ(turns(first->thread_id).size(), 2u);

    follow.thread_key = "wrong";
    auto refused = ask(follow);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);

    follow.thread_key = first->new_thread_key;
    EXPECT_TRUE(ended(follow));
}

TEST_F(AssistantTest, AnUnknownThreadAndAMissingKeyWhereItIsDemandedAreNotFound) {
    Config strict;
    strict.require_thread_key = true;
    start("", strict);
    const auto first = ended(question("Can I boil milk?"));
    for (const std::string& id :
         {std::string("nonsense"), std::string("01ARZ3NDEKTSV4RRFFQ69G5FAV"), first->thread_id}) {
        Question q = question("And tea?");
        q.thread_id = id;
        auto refused = ask(std::move(q));
        ASSERT_FALSE(refused.ok()) << id;
        EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    }
}

TEST_F(AssistantTest, AFollowUpUsesTheQuestionBeforeIt) {
    start();
    const auto answer = ended(conversation("How do I install Kettle on Linux?", "and on Windows?"));
    EXPECT_NE(text(*answer).find("download the installer"), std::string::npos) << text(*answer);
}

TEST_F(AssistantTest, AFollowUpNeedNotRepeatTheQuestionBeforeItToBeCovered) {
    start();
    const auto answer =
        ended(conversation("Which temperature in degrees suits green tea with the temperature setting?",
                           "And how often is it descaled?"));
    EXPECT_NE(text(*answer).find("every month"), std::string::npos) << text(*answer);
}

TEST_F(AssistantTest, StoredHistoryMakesAFollowUpWorkForTheHolderOfTheKey) {
    start();
    const auto first = ended(question("How do I install Kettle on Linux?"));
    Question q = question("and on Windows?");
    q.thread_id = first->thread_id;
    q.thread_key = first->new_thread_key;
    EXPECT_NE(text(*ended(std::move(q))).find("download the installer"), std::string::npos);
}

TEST_F(AssistantTest, SuggestionsAreAClosedBlockAtTheEndAndAreNotStored) {
    start();
    const auto answer = ended(question("How do I reset the kettle settings?"));
    const auto all = text(*answer);
    const auto block = all.find("```suggestions\n");
    ASSERT_NE(block, std::string::npos) << all;
    EXPECT_EQ(all.substr(all.size() - 5), "\n```\n");
    EXPECT_NE(all.find(")[/", block), std::string::npos);
    EXPECT_EQ(turns(answer->thread_id)[0].answer.find("suggestions"), std::string::npos);
    Question without = question("How do I reset the kettle settings?");
    without.suggestions = false;
    EXPECT_EQ(text(*ended(std::move(without))).find("```suggestions"), std::string::npos);
}

TEST_F(AssistantTest, AModelIsToldThePassagesAndItsTextIsStreamedWithTheSourcesItUses) {
    start(
        R"([{"expect":"boil milk","text":"No. Milk burns onto the heater, see [the answer](/faq#milk). Never.\n\n```suggestions\n(Fake)[/nowhere]\n```\n","chunk":5}])");
    const auto answer = ended(question("Can I boil milk?"));
    EXPECT_EQ(order(*answer).substr(0, 6), "scaest");
    EXPECT_NE(text(*answer).find("Never."), std::string::npos);
    EXPECT_EQ(text(*answer).find("/nowhere"), std::string::npos);
    std::vector<std::string> sources;
    for (const auto& part : answer->parts()) {
        if (const auto* s = std::get_if<Source>(&part)) sources.push_back(s->url);
    }
    EXPECT_EQ(sources, std::vector<std::string>{"/faq"});
    EXPECT_GT(finished(*answer)->usage.output_tokens, 0);
}

TEST_F(AssistantTest, AModelMaySearchAndMarkTheQuestionNotFound) {
    start(R"([{"match":"unicorn","calls":[{"name":"search","args":{"query":"descaling"}}]},
              {"match":"unicorn","calls":[{"name":"markNotFound"}]},
              {"match":"unicorn","text":"The documentation says nothing of it."}])");
    const auto answer = ended(question("Can it boil a unicorn?"));
    EXPECT_EQ(order(*answer), "scaescaescaesteF");
    EXPECT_FALSE(finished(*answer)->answered);
    EXPECT_EQ(turns(answer->thread_id)[0].resolution, "unanswered");
}

TEST_F(AssistantTest, AModelThatFailsGivesWayToTheDocumentationsOwnWords) {
    start(R"([{"error":{"code":"rate_limited","message":"busy"},"repeat":true}])");
    const auto answer = ended(question("Can I boil milk?"));
    EXPECT_NE(text(*answer).find("Milk burns"), std::string::npos);
    EXPECT_EQ(text(*answer).find("busy"), std::string::npos);
    EXPECT_EQ(turns(answer->thread_id)[0].state, "complete");
}

TEST_F(AssistantTest, AModelThatBreaksOffIsFollowedByTheDocumentationsOwnWords) {
    start(R"([{"text":"Well, milk is","error":{"code":"upstream_failed","message":"gone"},"repeat":true}])");
    const auto answer = ended(question("Can I boil milk?"));
    EXPECT_EQ(text(*answer).rfind("Well, milk is", 0), 0u);
    EXPECT_NE(text(*answer).find("Milk burns"), std::string::npos);
}

TEST_F(AssistantTest, AnEmptyReplyOfAModelIsNotAnEmptyAnswer) {
    start(R"([{"text":"  ","repeat":true}])");
    EXPECT_NE(text(*ended(question("Can I boil milk?"))).find("Milk burns"), std::string::npos);
}

TEST_F(AssistantTest, ARunningAnswerIsFoundAgainByTheSameKeyOnly) {
    start(R"([{"tokens":50,"delay_ms":600000,"repeat":true}])");
    Question q = question("Can I boil milk?");
    q.chat_id = "dEgQz82kPx01LmQe";
    auto answer = ask(q);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(assistant_->find_running("p", q.chat_id, "key", ""), *answer);
    EXPECT_EQ(assistant_->find_running("p", q.chat_id, "key", (*answer)->new_thread_key), *answer);
    EXPECT_EQ(assistant_->find_running("p", q.chat_id, "other", ""), nullptr);
    EXPECT_EQ(assistant_->find_running("p2", q.chat_id, "key", ""), nullptr);
    EXPECT_EQ(assistant_->find_running("p", q.chat_id, "key", "wrong"), nullptr);
}

TEST_F(AssistantTest, AGuessableChatIdNeedsTheThreadKey) {
    start(R"([{"tokens":50,"delay_ms":600000,"repeat":true}])");
    Question q = question("Can I boil milk?");
    q.chat_id = "chat-1";
    auto answer = ask(q);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(assistant_->find_running("p", "chat-1", "key", ""), nullptr);
    EXPECT_FALSE(assistant_->cancel("p", "chat-1", "key", ""));
    EXPECT_EQ(assistant_->find_running("p", "chat-1", "key", (*answer)->new_thread_key), *answer);
}

TEST_F(AssistantTest, AStoppedAnswerEndsAtOnceAndKeepsItsText) {
    start(R"([{"text":"one two three","delay_ms":600000,"repeat":true}])");
    Question q = question("Can I boil milk?");
    q.chat_id = "dEgQz82kPx01LmQe";
    auto answer = ask(q);
    ASSERT_TRUE(answer.ok());
    until_text(**answer);
    EXPECT_TRUE(assistant_->cancel("p", q.chat_id, "key", ""));
    while (!(*answer)->ended()) loop_.run_one();
    EXPECT_EQ(finished(**answer)->reason, "other");
    EXPECT_EQ(text(**answer), "one ");
    EXPECT_EQ(turns((*answer)->thread_id)[0].state, "stopped");
    EXPECT_EQ(assistant_->running(), 0u);
    EXPECT_FALSE(assistant_->cancel("p", q.chat_id, "key", ""));
}

TEST_F(AssistantTest, AFinishedAnswerCanBeResumedForAWhile) {
    start();
    Question q = question("Can I boil milk?");
    q.chat_id = "dEgQz82kPx01LmQe";
    const auto answer = ended(q);
    EXPECT_EQ(assistant_->find_running("p", q.chat_id, "key", ""), answer);
    clock_.advance(61s);
    EXPECT_EQ(assistant_->find_running("p", q.chat_id, "key", ""), nullptr);
}

TEST_F(AssistantTest, AModelThatTakesTooLongGivesWayToTheDocumentationsOwnWords) {
    Config config;
    config.answer_limit = 2s;
    start(R"([{"text":"one two","delay_ms":600000,"repeat":true}])", config);
    const auto answer = ended(question("Can I boil milk?"));
    EXPECT_NE(text(*answer).find("Milk burns"), std::string::npos) << text(*answer);
    EXPECT_EQ(turns(answer->thread_id)[0].state, "complete");
}

TEST_F(AssistantTest, MoreAnswersThanAllowedAreRefusedForNow) {
    Config config;
    config.max_running = 1;
    start(R"([{"tokens":50,"delay_ms":600000,"repeat":true}])", config);
    ASSERT_TRUE(ask(question("Can I boil milk?")).ok());
    auto refused = ask(question("Can I boil milk?"));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
}

TEST_F(AssistantTest, AProjectWithoutAnIndexIsUnavailable) {
    start();
    Question q = question("Can I boil milk?");
    q.project_id = "empty";
    auto refused = ask(std::move(q));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
}

TEST_F(AssistantTest, StoppingWaitsForAnswersThatEndInTime) {
    start(R"([{"text":"soon done","delay_ms":20,"repeat":true}])");
    auto answer = ask(question("Can I boil milk?"));
    ASSERT_TRUE(answer.ok());
    test::run_to_end(loop_, assistant_->stop(60s));
    EXPECT_TRUE((*answer)->ended());
    EXPECT_EQ(text(**answer).rfind("soon done", 0), 0u);
    EXPECT_EQ(turns((*answer)->thread_id)[0].state, "complete");
    auto refused = ask(question("Can I boil milk?"));
    EXPECT_FALSE(refused.ok());
}

TEST_F(AssistantTest, AGreetingIsAnsweredWithAGreeting) {
    start();
    const auto answer = ended(question("Hello!"));
    EXPECT_EQ(text(*answer).rfind("Hello", 0), 0u);
    EXPECT_TRUE(finished(*answer)->answered);
}

TEST(ChatIds, OnlyRandomLookingOnesAreUnguessable) {
    for (const char* id : {"dEgQz82kPx01LmQe", "550e8400-e29b-41d4-a716-446655440000",
                           "01ARZ3NDEKTSV4RRFFQ69G5FAV", "Vt0XnRk2aQ8bLm3s"}) {
        EXPECT_TRUE(is_unguessable(id)) << id;
    }
    for (const char* id :
         {"", "1", "msg-0", "conversation-with-support", "1700000000000", "user@example.com-chat",
          "aaaaaaaaaaaaaaaaaaaa", "chat-2026-11-22-0001", "00000000-0000-0000-0000-000000000001"}) {
        EXPECT_FALSE(is_unguessable(id)) << id;
    }
}

}  // namespace
}  // namespace docent::assistant
