#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "base/task_group.hpp"
#include "llm/provider.hpp"
#include "llm/providers/scripted.hpp"
#include "net/http_client.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace docent::llm {
namespace {

class Collected final : public Sink<Delta> {
public:
    Task<Status> put(Delta item) override {
        deltas.push_back(std::move(item));
        co_return Status();
    }
    std::string text() const {
        std::string all;
        for (const auto& d : deltas) {
            if (const auto* t = std::get_if<TextDelta>(&d)) all += t->text;
        }
        return all;
    }
    std::vector<Delta> deltas;
};

Request asking(const std::string& question) {
    Request request;
    Message message;
    message.text = question;
    request.messages.push_back(std::move(message));
    return request;
}

class ScriptedTest : public ::testing::Test {
protected:
    std::unique_ptr<Provider> play(const std::string& script) {
        dir_.write("script.json", script);
        ProviderConfig config;
        config.kind = "scripted";
        config.script = (dir_.path() / "script.json").string();
        auto provider = make_provider(config, http_);
        if (!provider) {
            refused = provider.error().message;
            return nullptr;
        }
        return *std::move(provider);
    }
    Result<Reply> ask(Provider& provider, const std::string& question, Collected& out) {
        const Request request = asking(question);
        return test::run(loop_, provider.complete(request, out));
    }
    std::string refused;
    test::TempDir dir_;
    boost::asio::io_context loop_;
    net::HttpClient http_{loop_.get_executor()};
};

TEST_F(ScriptedTest, TurnsAreGivenInOrderAndTheLastOneCanRepeat) {
    auto model = play(R"([{"text":"first"},{"text":"again","repeat":true}])");
    ASSERT_TRUE(model) << refused;
    for (const std::string want : {"first", "again", "again"}) {
        Collected out;
        auto reply = ask(*model, "q", out);
        ASSERT_TRUE(reply);
        EXPECT_EQ(out.text(), want);
        EXPECT_EQ(reply->message.text, want);
    }
}

TEST_F(ScriptedTest, AScriptThatIsOverIsAnUpstreamFailure) {
    auto model = play(R"([{"text":"only"}])");
    Collected out;
    ASSERT_TRUE(ask(*model, "q", out));
    auto reply = ask(*model, "q", out);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::upstream_failed);
}

TEST_F(ScriptedTest, TurnsWithAMatchAnswerTheirQuestionOnlyWhateverTheOrder) {
    auto model = play(
        R"({"turns":[{"match":"apples","text":"red"},{"match":"Pears","text":"green"},{"text":"other","repeat":true}]})");
    ASSERT_TRUE(model) << refused;
    for (const auto& [question, want] :
         std::vector<std::pair<std::string, std::string>>{{"what colour are pears?", "green"},
                                                          {"and plums?", "other"},
                                                          {"and APPLES?", "red"},
                                                          {"pears", "green"}}) {
        Collected out;
        ASSERT_TRUE(ask(*model, question, out));
        EXPECT_EQ(out.text(), want);
    }
}

TEST_F(ScriptedTest, TheCallsOfAMatchedQuestionAreItsTurnsOneAfterTheOther) {
    auto model = play(
        R"([{"match":"apples","calls":[{"name":"search","args":{"query":"apples"}}]},{"match":"apples","text":"red"}])");
    ASSERT_TRUE(model) << refused;
    Collected out;
    Request request = asking("apples?");
    auto first = test::run(loop_, model->complete(request, out));
    ASSERT_TRUE(first);
    ASSERT_EQ(first->message.calls.size(), 1u);
    EXPECT_EQ(first->message.calls[0].name, "search");
    EXPECT_FALSE(first->message.calls[0].id.empty());
    EXPECT_EQ(first->finish_reason, "tool-calls");
    request.messages.push_back(first->message);
    auto second = test::run(loop_, model->complete(request, out));
    ASSERT_TRUE(second);
    EXPECT_EQ(second->message.text, "red");
}

TEST_F(ScriptedTest, AnExpectationThatIsNotMetIsAnError) {
    auto model = play(R"([{"expect":"passage","text":"x"}])");
    Collected out;
    EXPECT_FALSE(ask(*model, "nothing of the kind", out));
}

TEST_F(ScriptedTest, AnErrorComesAfterTheTextThatStandsBeforeIt) {
    auto model = play(R"([{"text":"half an","error":{"code":"rate_limited","message":"busy"}}])");
    Collected out;
    auto reply = ask(*model, "q", out);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::rate_limited);
    EXPECT_EQ(out.text(), "half an");
}

TEST_F(ScriptedTest, ReasoningUsageAndFinishReasonAreTheScripts) {
    auto model = play(
        R"([{"reasoning":"let me see","text":"so","usage":{"input":7,"output":9},"finish_reason":"length"}])");
    Collected out;
    auto reply = ask(*model, "q", out);
    ASSERT_TRUE(reply);
    ASSERT_TRUE(std::holds_alternative<ReasoningDelta>(out.deltas.at(0)));
    EXPECT_EQ(reply->usage.input_tokens, 7);
    EXPECT_EQ(reply->usage.output_tokens, 9);
    EXPECT_EQ(reply->finish_reason, "length");
}

TEST_F(ScriptedTest, ABrokenScriptIsRefusedWithTheTurnAndTheField) {
    for (const auto& [script, part] : std::vector<std::pair<std::string, std::string>>{
             {"{", "not JSON"},
             {"3", "array of turns"},
             {R"([{"text":"a"},{"text":4}])", "turn 2 of the model's script: text"},
             {R"([{"delay_ms":-1}])", "delay_ms"},
             {R"([{"chunk":"letter"}])", "chunk"},
             {R"([{"error":{"code":"no","message":"m"}}])", "error.code"},
             {R"([{"calls":[{"args":{}}]}])", "calls"}}) {
        refused.clear();
        EXPECT_FALSE(play(script));
        EXPECT_NE(refused.find(part), refused.npos) << script << " -> " << refused;
    }
}

TEST_F(ScriptedTest, AnUnknownKindNamesTheOnesThatThereAre) {
    ProviderConfig config;
    config.kind = "oracle";
    auto provider = make_provider(config, http_);
    ASSERT_FALSE(provider);
    EXPECT_NE(provider.error().message.find("scripted"), std::string::npos);
}

TEST(ScriptChunks, PiecesJoinToTheTextAndNeverCutACharacter) {
    const std::string text = "Ein schöner Tag, 你好世界  und\nmehr";
    for (const std::size_t bytes : {0, 1, 2, 3, 5, 100}) {
        std::string joined;
        for (const auto piece : script_chunks(text, bytes)) {
            EXPECT_NE(static_cast<unsigned char>(piece[0]) & 0xC0, 0x80);
            joined += piece;
        }
        EXPECT_EQ(joined, text);
    }
}

Task<> complete_into(Provider& provider, bool& returned, Collected& out) {
    const Request request = asking("q");
    auto reply = co_await provider.complete(request, out);
    returned = reply.ok();
}

Task<> stop_group(TaskGroup& group) { co_await group.stop(); }

TEST_F(ScriptedTest, AWaitEndsAtOnceWhenTheCallIsCancelled) {
    auto model = play(R"([{"text":"one two","first_delay_ms":600000}])");
    ASSERT_TRUE(model) << refused;
    bool returned = false;
    Collected out;
    TaskGroup group(loop_.get_executor());
    group.spawn("call", complete_into(*model, returned, out));
    loop_.poll();
    EXPECT_EQ(group.size(), 1u);
    test::run_to_end(loop_, stop_group(group));  // would last ten minutes
    EXPECT_EQ(group.size(), 0u);
    EXPECT_FALSE(returned);
    EXPECT_TRUE(out.deltas.empty());
}

TEST_F(ScriptedTest, ManyPacedStreamsRunAtOnceAndEachGetsItsWholeText) {
    auto model = play(R"([{"tokens":20,"delay_ms":10,"repeat":true}])");
    ASSERT_TRUE(model) << refused;
    constexpr std::size_t streams = 200;
    std::vector<Collected> out(streams);
    bool returned = false;
    TaskGroup group(loop_.get_executor());
    for (auto& one : out) group.spawn("stream", complete_into(*model, returned, one));
    while (group.size() > 0) loop_.run_one();
    for (const auto& one : out) EXPECT_EQ(one.deltas.size(), 20u);
    test::run_to_end(loop_, stop_group(group));
}

}  // namespace
}  // namespace docent::llm
