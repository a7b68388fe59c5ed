// Everything that a model's service does wrong, as bytes on a socket, for each of the formats.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/task_group.hpp"
#include "llm/models.hpp"
#include "llm/stream/reply_draft.hpp"
#include "net/http_client.hpp"
#include "scribe.hpp"
#include "support/net_faulty_upstream.hpp"
#include "support/run.hpp"

namespace docent::llm {
namespace {

using namespace std::chrono_literals;
using scribing::scribe;
using scribing::Scribe;
using test::FaultyUpstream;
using test::Script;
namespace json = boost::json;

class Collected final : public Sink<Delta> {
public:
    Task<Status> put(Delta delta) override {
        ++puts;
        if (const auto* t = std::get_if<TextDelta>(&delta)) text += t->text;
        if (const auto* r = std::get_if<ReasoningDelta>(&delta)) reasoning += r->text;
        if (const auto* c = std::get_if<ToolCall>(&delta)) calls.push_back(*c);
        if (on_put) on_put();
        if (fails) co_return Error(ErrorCode::cancelled, "the reader left");
        co_return Status();
    }
    std::string text, reasoning;
    std::vector<ToolCall> calls;
    int puts = 0;
    bool fails = false;
    std::function<void()> on_put;
};

json::array search_tool() {
    return json::parse(R"([{"name":"search","description":"Searches.","parameters":{"type":"object",
        "properties":{"query":{"type":"string"},"limit":{"type":"integer","minimum":1,"maximum":9},
        "kinds":{"type":"array","items":{"type":"string","enum":["page","api"]}}},
        "required":["query"],"additionalProperties":false}}])")
        .as_array();
}

Request asking(const std::string& question) {
    Request request;
    Message message;
    message.text = question;
    request.messages.push_back(std::move(message));
    request.tools = search_tool();
    return request;
}

class Faults : public ::testing::TestWithParam<std::string> {
protected:
    Faults() { ::setenv("no_proxy", "127.0.0.1", 1); }

    ModelConfig model(const FaultyUpstream& server, const std::string& name = "first") const {
        ModelConfig config;
        config.name = name;
        config.provider.kind = GetParam();
        config.provider.base_url = server.url("/v1");
        config.provider.api_key = "sk-secret-of-the-owner";
        config.provider.model = "m";
        config.provider.first_token_limit = 10s;
        config.provider.idle_limit = 10s;
        config.retry_wait = 1ms;
        return config;
    }
    Provider& use(std::vector<ModelConfig> configs) {
        auto made = Models::make(std::move(configs), {}, http_);
        if (!made) throw std::runtime_error(made.error().message);
        models_ = *std::move(made);
        return *models_->chain();
    }
    Provider& use() { return use({model(server_)}); }

    Result<Reply> ask(Provider& provider, Request request = asking("How?")) {
        return test::run(loop_, provider.complete(request, out_));
    }
    Script whole(const std::vector<std::string>& middle, const std::string& reason = "stop") const {
        return test::stream(s.whole(middle, reason));
    }
    Script cut(const std::vector<std::string>& middle, test::Step end) const {
        Script script{test::stream_head()};
        for (const auto& event : s.begin()) script.push_back(test::chunk(event));
        for (const auto& event : middle) script.push_back(test::chunk(event));
        script.push_back(std::move(end));
        return script;
    }
    std::vector<std::string> call(int number, const std::string& id, const std::string& args,
                                  const std::string& name = "search") const {
        return {s.call(number, id, name), s.args(number, args)};
    }

    const Scribe& s = scribe(GetParam());
    boost::asio::io_context loop_;
    net::HttpClient http_{loop_.get_executor()};
    FaultyUpstream server_;
    std::unique_ptr<Models> models_;
    Collected out_;
};

// What works

TEST_P(Faults, AWholeAnswerIsStreamedAndCounted) {
    server_.next(whole({s.reasoning("Well. "), s.text("Like "), s.text("this.")}));
    auto config = model(server_);
    config.prices.input = Money{2'000'000};
    config.prices.output = Money{10'000'000};
    config.prices.cached_input = Money{500'000};
    Request request = asking("How?");
    CallReport report;
    request.report = &report;
    const auto reply = ask(use({config}), request);
    ASSERT_TRUE(reply) << reply.error().message << reply.error().detail;
    EXPECT_EQ(out_.text, "Like this.");
    EXPECT_EQ(out_.reasoning, "Well. ");
    EXPECT_EQ(reply->message.text, "Like this.");
    EXPECT_EQ(reply->model, "first");
    EXPECT_EQ(reply->usage.output_tokens, 20);
    EXPECT_EQ(reply->usage.cached_input_tokens, 40);
    // 60 at 2, 40 at 0.5 and 20 at 10 a million.
    EXPECT_EQ(reply->usage.cost, 120 + 20 + 200);
    EXPECT_EQ(report.spent.cost, reply->usage.cost);
    EXPECT_EQ(report.model, "first");
}

TEST_P(Faults, SeveralCallsAtOnceComeWholeFromTheirFragments) {
    server_.next(whole({s.text("Let me look."), s.call(0, "a", "search"), s.call(1, "b", "search"),
                        s.args(0, "{\\\"que"), s.args(1, "{\\\"query\\\":\\\"tw"),
                        s.args(0, "ry\\\":\\\"one\\\"}"), s.args(1, "o\\\",\\\"limit\\\":3}")},
                       "tool_calls"));
    const auto reply = ask(use());
    ASSERT_TRUE(reply) << reply.error().message << reply.error().detail;
    EXPECT_EQ(reply->finish_reason, "tool-calls");
    ASSERT_EQ(out_.calls.size(), 2u);
    EXPECT_EQ(out_.calls[0].args.at("query").as_string(), "one");
    EXPECT_EQ(out_.calls[1].args.at("query").as_string(), "two");
    EXPECT_EQ(out_.calls[1].problem, "");
    EXPECT_EQ(reply->message.calls.size(), 2u);
}

TEST_P(Faults, TheConnectionIsUsedAgain) {
    auto& chain = use();
    for (int i = 0; i < 3; ++i) {
        server_.next(whole({s.text("ok")}));
        ASSERT_TRUE(ask(chain));
    }
    EXPECT_EQ(server_.connections(), 1u);
}

// Arguments that do not fit

TEST_P(Faults, WrongArgumentsAreHandedBackInWords) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"{\\\"query\\\": ", "no JSON object"},
        {"[1]", "no JSON object"},
        {"", "query"},
        {"{\\\"query\\\":5}", "query"},
        {"{\\\"query\\\":\\\"x\\\",\\\"limit\\\":0}", "limit"},
        {"{\\\"query\\\":\\\"x\\\",\\\"limit\\\":2.5}", "limit"},
        {"{\\\"query\\\":\\\"x\\\",\\\"kinds\\\":[\\\"book\\\"]}", "kinds"},
        {"{\\\"query\\\":\\\"x\\\",\\\"more\\\":1}", "more"},
    };
    auto& chain = use();
    for (const auto& [args, named] : cases) {
        out_ = Collected();
        server_.next(whole(call(0, "a", args), "tool_calls"));
        const auto reply = ask(chain);
        ASSERT_TRUE(reply) << args;
        ASSERT_EQ(out_.calls.size(), 1u);
        EXPECT_NE(out_.calls[0].problem.find(named), std::string::npos)
            << args << ": " << out_.calls[0].problem;
    }
}

TEST_P(Faults, AnUnknownToolAndACallOutOfTurnAreHandedBack) {
    auto& chain = use();
    server_.next(whole(call(0, "a", "{}", "delete_everything"), "tool_calls"));
    ASSERT_TRUE(ask(chain));
    EXPECT_EQ(out_.calls.at(0).problem, "There is no tool \"delete_everything\"; there are: search.");
    server_.next(whole(call(0, "a", "{\\\"query\\\":\\\"x\\\"}"), "tool_calls"));
    Request last = asking("How?");
    last.may_call_tools = false;
    ASSERT_TRUE(ask(chain, last));
    EXPECT_NE(out_.calls.at(1).problem, "");
}

TEST_P(Faults, TheSameCallIdTwiceBecomesTwo) {
    auto middle = call(0, "a", "{\\\"query\\\":\\\"x\\\"}");
    for (auto& e : call(1, "a", "{\\\"query\\\":\\\"y\\\"}")) middle.push_back(e);
    server_.next(whole(middle, "tool_calls"));
    ASSERT_TRUE(ask(use()));
    ASSERT_EQ(out_.calls.size(), 2u);
    EXPECT_EQ(out_.calls[0].id, "a");
    EXPECT_EQ(out_.calls[1].id, "a_2");
    EXPECT_EQ(out_.calls[1].args.at("query").as_string(), "y");
}

// Refusals

TEST_P(Faults, EachStatusMeansSomethingAndIsTriedAgainOnlyWhenThatCanHelp) {
    struct Case {
        int status;
        ErrorCode code;
        std::string reason;
        std::size_t requests;
    };
    const Case cases[] = {
        {400, ErrorCode::upstream_failed, "bad_request", 1},
        {401, ErrorCode::upstream_failed, "unauthorized", 1},
        {403, ErrorCode::upstream_failed, "unauthorized", 1},
        {404, ErrorCode::upstream_failed, "unknown_model", 1},
        {408, ErrorCode::timed_out, "", 3},
        {409, ErrorCode::upstream_failed, "", 3},
        {413, ErrorCode::upstream_failed, "context_overflow", 1},
        {422, ErrorCode::upstream_failed, "bad_request", 1},
        {429, ErrorCode::rate_limited, "", 3},
        {500, ErrorCode::upstream_failed, "", 3},
        {503, ErrorCode::unavailable, "", 3},
        {529, ErrorCode::unavailable, "", 3},
        {302, ErrorCode::upstream_failed, "bad_request", 1},
    };
    for (const auto& c : cases) {
        FaultyUpstream server;
        server.always(test::answer(c.status, R"({"error":{"message":"wrong key sk-secret-of-the-owner"}})",
                                   {"Location: http://127.0.0.1:1/"}));
        const auto reply = ask(use({model(server)}));
        ASSERT_FALSE(reply) << c.status;
        EXPECT_EQ(reply.error().code, c.code) << c.status;
        EXPECT_EQ(reply.error().reason, c.reason) << c.status;
        EXPECT_EQ(server.count(), c.requests) << c.status;
        EXPECT_EQ(reply.error().message.find("sk-"), std::string::npos);
        EXPECT_EQ(reply.error().detail.find("secret"), std::string::npos) << reply.error().detail;
        EXPECT_EQ(out_.puts, 0);
    }
}

TEST_P(Faults, AQuestionThatIsTooLongIsSaidToBe) {
    for (
        const char* body :
        {R"({"error":{"code":"context_length_exceeded","message":"..."}})",
         R"({"error":{"message":"This model's maximum context length is 8192 tokens."}})",
         R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 > 8"}})",
         R"({"error":{"type":"exceed_context_size_error","message":"the request exceeds the available context size"}})"}) {
        server_.next(test::answer(400, body));
        const auto reply = ask(use());
        ASSERT_FALSE(reply);
        EXPECT_EQ(reply.error().reason, "context_overflow") << body;
    }
}

TEST_P(Faults, TooLongForAllModelsIsWhatTheCallerHears) {
    FaultyUpstream other;
    server_.always(test::answer(400, R"({"error":{"code":"context_length_exceeded"}})"));
    other.always(test::answer(500, "{}"));
    const auto reply = ask(use({model(server_), model(other, "second")}));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().reason, "context_overflow");
}

TEST_P(Faults, RetryAfterIsHonouredAndALongOneSendsTheQuestionToTheNextModel) {
    FaultyUpstream other;
    server_.next(test::answer(429, "{}", {"Retry-After: 0.02"}));
    server_.next(whole({s.text("patient")}));
    other.always(whole({s.text("other")}));
    auto& chain = use({model(server_), model(other, "second")});
    auto reply = ask(chain);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->message.text, "patient");
    EXPECT_EQ(other.count(), 0u);

    server_.next(test::answer(429, "{}", {"Retry-After: 50"}));
    for (int i = 0; i < 2; ++i) {
        reply = ask(chain);
        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->model, "second");
    }
    EXPECT_EQ(server_.count(), 3u) << "the first one is left alone for as long as it asked";
}

TEST_P(Faults, AStormOfFailuresOpensTheBreaker) {
    server_.always(test::answer(500, "{}"));
    auto config = model(server_);
    config.retries = 0;
    config.failures_to_rest = 3;
    config.rest = 10min;
    auto& chain = use({config});
    for (int i = 0; i < 10; ++i) {
        const auto reply = ask(chain);
        ASSERT_FALSE(reply);
        if (i >= 3) {
            EXPECT_EQ(reply.error().reason, "resting");
        }
    }
    EXPECT_EQ(server_.count(), 3u);
    EXPECT_TRUE(models_->states().at(0).resting);
}

TEST_P(Faults, AModelThatDoesNotWorkIsFollowedByTheNextOne) {
    for (const auto& broken :
         {test::answer(500, "{}"), test::answer(401, "{}"), test::answer(404, "{}"), test::answer(200, "{}"),
          Script{test::reset()}, Script{test::close()},
          Script{test::send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Welcome</h1>"),
                 test::close()},
          Script{test::send("SSH-2.0-OpenSSH\r\n"), test::close()}}) {
        FaultyUpstream bad, good;
        bad.always(broken);
        good.always(whole({s.text("good")}));
        auto first = model(bad);
        first.retries = 0;
        const auto reply = ask(use({first, model(good, "second")}));
        ASSERT_TRUE(reply) << reply.error().message << broken.front().bytes;
        EXPECT_EQ(reply->model, "second");
    }
}

TEST_P(Faults, NobodyListensIsAFailureLikeAnother) {
    std::string url;
    {
        const FaultyUpstream gone;
        url = gone.url();
    }
    auto first = model(server_);
    first.provider.base_url = url;
    first.retries = 0;
    server_.next(whole({s.text("here")}));
    const auto reply = ask(use({first, model(server_, "second")}));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->message.text, "here");
}

// Errors within a stream

TEST_P(Faults, AnErrorEventBeforeTheFirstTokenIsRetried) {
    server_.next(test::stream({s.error("overloaded_error", "busy")}));
    server_.next(whole({s.text("now")}));
    const auto reply = ask(use());
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(out_.text, "now");
}

TEST_P(Faults, AnErrorEventAfterTextIsReportedAndTheTextIsNotBegunAgain) {
    auto events = s.begin();
    events.push_back(s.text("Half of "));
    events.push_back(s.error("server_error", "oh"));
    server_.next(test::stream(events));
    server_.always(whole({s.text("another answer")}));
    Request request = asking("How?");
    CallReport report;
    request.report = &report;
    const auto reply = ask(use(), request);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().reason, "interrupted");
    EXPECT_EQ(out_.text, "Half of ");
    EXPECT_EQ(server_.count(), 1u);
    EXPECT_GT(report.spent.input_tokens, 0) << "what was used until then is booked";
    EXPECT_GT(report.spent.output_tokens, 0);
}

TEST_P(Faults, AnErrorEventOfAFullContextIsOne) {
    server_.next(test::stream({s.error("context_length_exceeded", "too long")}));
    const auto reply = ask(use());
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().reason, "context_overflow");
    EXPECT_EQ(server_.count(), 1u);
}

// Streams that break

TEST_P(Faults, AResetInTheMiddleOfAToolCallsArgumentsIsTriedAgain) {
    server_.next(cut({s.call(0, "a", "search"), s.args(0, "{\\\"que")}, test::reset()));
    server_.next(whole(call(0, "b", "{\\\"query\\\":\\\"x\\\"}"), "tool_calls"));
    const auto reply = ask(use());
    ASSERT_TRUE(reply) << reply.error().message;
    ASSERT_EQ(out_.calls.size(), 1u);
    EXPECT_EQ(out_.calls[0].id, "b");
}

TEST_P(Faults, AStreamWithoutItsEndIsAnError) {
    // The transport ends as it should, the answer does not.
    auto events = s.begin();
    events.push_back(s.text("Half"));
    server_.next(test::stream(events));
    const auto reply = ask(use());
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().reason, "interrupted");
    EXPECT_EQ(reply.error().code, ErrorCode::upstream_failed);

    out_ = Collected();
    server_.next(cut({s.text("Half")}, test::close()));
    EXPECT_FALSE(ask(use()));
    EXPECT_EQ(out_.text, "Half");
}

TEST_P(Faults, AStallBeforeTheFirstTokenSendsTheQuestionToTheNextModel) {
    FaultyUpstream other;
    server_.next(cut({}, test::hold()));
    other.always(whole({s.text("quick")}));
    auto slow = model(server_);
    slow.provider.first_token_limit = 50ms;
    const auto reply = ask(use({slow, model(other, "second")}));
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->model, "second");
    EXPECT_TRUE(server_.clients_left(1)) << "the slow call was ended";
}

TEST_P(Faults, AStallBetweenTokensIsReported) {
    server_.next(cut({s.text("Half")}, test::hold()));
    auto slow = model(server_);
    slow.provider.idle_limit = 50ms;
    const auto reply = ask(use({slow}));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::timed_out);
    EXPECT_EQ(reply.error().reason, "interrupted");
    EXPECT_EQ(out_.text, "Half");
    EXPECT_TRUE(server_.clients_left(1));
}

TEST_P(Faults, TheLastBytesMayBeLateWhenTheAnswerIsWhole) {
    // Everything but the end of the transport.
    Script script{test::stream_head()};
    for (const auto& event : s.whole({s.text("All of it.")})) script.push_back(test::chunk(event));
    script.push_back(test::reset());
    server_.next(script);
    const auto reply = ask(use());
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->message.text, "All of it.");
}

// Odd answers

TEST_P(Faults, AnEmptyAnswerIsNone) {
    FaultyUpstream other;
    server_.always(whole({}));
    other.always(whole({s.text("something")}));
    auto first = model(server_);
    first.retries = 1;
    const auto reply = ask(use({first, model(other, "second")}));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->model, "second");
    EXPECT_EQ(server_.count(), 2u);
}

TEST_P(Faults, ReasoningAloneIsNoAnswer) {
    server_.always(whole({s.reasoning("Hm, hm.")}, "length"));
    const auto reply = ask(use());
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().reason, "interrupted");
    EXPECT_EQ(out_.text, "");
}

TEST_P(Faults, ImpossibleUsageIsReplacedByAnEstimate) {
    for (const char* wrong : {"-5", "\"many\"", "null", "99999999999999", "1e300", "{}"}) {
        auto events = s.begin();
        events.push_back(s.text("four words of text"));
        for (auto& e : s.end("stop", wrong, wrong, wrong)) events.push_back(e);
        server_.next(test::stream(events));
        const auto reply = ask(use());
        ASSERT_TRUE(reply) << wrong;
        EXPECT_GT(reply->usage.input_tokens, 0) << wrong;
        EXPECT_LT(reply->usage.input_tokens, 1000) << wrong;
        EXPECT_GT(reply->usage.output_tokens, 0) << wrong;
        EXPECT_LT(reply->usage.output_tokens, 1000) << wrong;
        EXPECT_GE(reply->usage.cached_input_tokens, 0);
        EXPECT_LE(reply->usage.cached_input_tokens, reply->usage.input_tokens);
    }
}

TEST_P(Faults, TenMegabytesOfAnswerAreCutAndTheStreamIsEnded) {
    const std::string piece = s.text(std::string(64 << 10, 'x'));
    Script script{test::stream_head()};
    for (const auto& event : s.begin()) script.push_back(test::chunk(event));
    for (int i = 0; i < 160; ++i) script.push_back(test::chunk(piece));
    script.push_back(test::hold());
    server_.next(script);
    const auto reply = ask(use());
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->finish_reason, "length");
    EXPECT_LE(out_.text.size(), ReplyDraft::max_bytes + (128 << 10));
    EXPECT_TRUE(server_.clients_left(1));
}

TEST_P(Faults, AnEventOfTenMegabytesIsRefused) {
    server_.next({test::stream_head(),
                  test::chunk("data: {\"x\":\"" + std::string(10 << 20, 'x') + "\"}\n\n"), test::hold()});
    auto config = model(server_);
    config.retries = 0;
    const auto reply = ask(use({config}));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::upstream_failed);
}

// The caller

TEST_P(Faults, AnExplicitStopEndsTheProvidersStream) {
    server_.next(cut({s.text("Once upon a time")}, test::hold()));
    auto config = model(server_);
    config.failures_to_rest = 1;
    auto& chain = use({config});
    Request request = asking("Tell me a story");
    CallReport report;
    request.report = &report;
    TaskGroup group(loop_.get_executor());
    std::optional<Result<Reply>> ended;
    const auto task = group.spawn("answer", keep(chain.complete(request, out_), ended));
    out_.on_put = [&] { boost::asio::post(loop_, [&] { group.cancel(task); }); };
    loop_.restart();
    while (group.size() > 0 && loop_.run_one() > 0) {
    }
    EXPECT_TRUE(server_.clients_left(1));
    EXPECT_EQ(out_.text, "Once upon a time");
    EXPECT_GT(report.spent.input_tokens, 0) << "a stopped answer costs money too";
    EXPECT_EQ(report.model, "first");
    EXPECT_FALSE(models_->states().at(0).resting) << "it is no failure of the model";
    test::run_to_end(loop_, group.stop());
}

TEST_P(Faults, AReaderThatLeavesEndsTheCallAndIsNoFaultOfTheModel) {
    server_.next(cut({s.text("Once")}, test::hold()));
    out_.fails = true;
    auto config = model(server_);
    config.failures_to_rest = 1;
    const auto reply = ask(use({config}));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().reason, "caller");
    EXPECT_EQ(server_.count(), 1u);
    EXPECT_TRUE(server_.clients_left(1));
    EXPECT_FALSE(models_->states().at(0).resting);
}

TEST_P(Faults, OnlySoManyCallsRunAtATime) {
    auto config = model(server_);
    config.max_running = 1;
    config.queue_limit = 20ms;
    config.retries = 0;
    auto& chain = use({config});
    server_.next(cut({s.text("Long")}, test::hold()));
    TaskGroup group(loop_.get_executor());
    const Request request = asking("How?");
    std::optional<Result<Reply>> first, second;
    Collected other;
    out_.on_put = [&] {
        if (!second) group.spawn("second", keep(chain.complete(request, other), second));
    };
    const auto task = group.spawn("first", keep(chain.complete(request, out_), first));
    loop_.restart();
    while (!second && loop_.run_one() > 0) {
    }
    ASSERT_TRUE(second && !*second);
    EXPECT_EQ(second->error().reason, "busy");
    EXPECT_EQ(server_.count(), 1u);
    group.cancel(task);
    test::run_to_end(loop_, group.stop());
}

INSTANTIATE_TEST_SUITE_P(Kinds, Faults, ::testing::Values("openai", "openai-responses", "anthropic"),
                         scribing::kind_name);

}  // namespace
}  // namespace docent::llm
