// What the services are sent.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "llm/http_provider.hpp"
#include "net/http_client.hpp"
#include "scribe.hpp"
#include "support/net_faulty_upstream.hpp"
#include "support/run.hpp"

namespace docent::llm {
namespace {

namespace json = boost::json;
using scribing::scribe;
using test::FaultyUpstream;

class Nowhere final : public Sink<Delta> {
public:
    Task<Status> put(Delta) override { co_return Status(); }
};

Message said(Message::Role role, const std::string& text) {
    Message out;
    out.role = role;
    out.text = text;
    return out;
}

ToolCall called(const std::string& id, const std::string& query) {
    ToolCall out;
    out.id = id;
    out.name = "search";
    out.args["query"] = query;
    return out;
}

/// A conversation with two parallel calls, their results, and a question after them.
Request conversation() {
    Request out;
    out.messages.push_back(said(Message::Role::system, "Be brief."));
    out.messages.push_back(said(Message::Role::user, "How?"));
    Message looking = said(Message::Role::assistant, "Let me look. \n");
    looking.calls.push_back(called("a", "one"));
    looking.calls.push_back(called("b", "two"));
    out.messages.push_back(looking);
    for (const char* id : {"a", "b"}) {
        Message result = said(Message::Role::tool, std::string("found by ") + id);
        result.call_id = id;
        out.messages.push_back(result);
    }
    out.messages.push_back(said(Message::Role::assistant, ""));
    out.messages.push_back(said(Message::Role::user, "And then?"));
    out.tools = json::parse(R"([{"name":"search","description":"Searches.","parameters":{"type":"object"}}])")
                    .as_array();
    return out;
}

class Requests : public ::testing::Test {
protected:
    Requests() { ::setenv("no_proxy", "127.0.0.1", 1); }

    FaultyUpstream::Asked sent(const std::string& kind, const Request& request,
                               ProviderConfig config = ProviderConfig()) {
        FaultyUpstream server;
        server.next(test::stream(scribe(kind).whole({scribe(kind).text("ok")})));
        config.kind = kind;
        config.base_url = server.url(config.base_url);
        config.api_key = "the-key";
        config.model = "m-1";
        auto provider = make_provider(config, http_);
        EXPECT_TRUE(provider) << provider.error().message;
        Nowhere nowhere;
        const auto reply = test::run(loop_, (*provider)->complete(request, nowhere));
        EXPECT_TRUE(reply) << reply.error().message << reply.error().detail;
        return server.asked().at(0);
    }
    json::object body(const std::string& kind, const Request& request,
                      const ProviderConfig& config = ProviderConfig()) {
        return json::parse(sent(kind, request, config).body).as_object();
    }

    boost::asio::io_context loop_;
    net::HttpClient http_{loop_.get_executor()};
};

std::string text_of(const json::value& value) { return json::serialize(value); }

}  // namespace

TEST_F(Requests, ChatCompletionsReplayToolCallsAndTheirResults) {
    const auto asked = sent("openai", conversation());
    EXPECT_TRUE(asked.head.starts_with("POST /chat/completions HTTP/1.1\r\n")) << asked.head;
    EXPECT_NE(lower_ascii(asked.head).find("authorization: bearer the-key\r\n"), std::string::npos);
    const auto body = json::parse(asked.body).as_object();
    EXPECT_EQ(body.at("model").as_string(), "m-1");
    EXPECT_TRUE(body.at("stream").as_bool());
    EXPECT_TRUE(body.at("stream_options").at("include_usage").as_bool());
    EXPECT_EQ(body.at("tool_choice").as_string(), "auto");
    EXPECT_EQ(
        text_of(body.at("tools")),
        R"([{"type":"function","function":{"name":"search","description":"Searches.","parameters":{"type":"object"}}}])");
    EXPECT_EQ(
        text_of(body.at("messages")),
        R"([{"role":"system","content":"Be brief."},{"role":"user","content":"How?"},)"
        R"({"role":"assistant","content":"Let me look. \n","tool_calls":[)"
        R"({"id":"a","type":"function","function":{"name":"search","arguments":"{\"query\":\"one\"}"}},)"
        R"({"id":"b","type":"function","function":{"name":"search","arguments":"{\"query\":\"two\"}"}}]},)"
        R"({"role":"tool","tool_call_id":"a","content":"found by a"},)"
        R"({"role":"tool","tool_call_id":"b","content":"found by b"},)"
        R"({"role":"assistant","content":""},{"role":"user","content":"And then?"}])");
}

TEST_F(Requests, ResponsesReplayToolCallsAsItemsAndStoreNothing) {
    const auto asked = sent("openai-responses", conversation());
    EXPECT_TRUE(asked.head.starts_with("POST /responses HTTP/1.1\r\n")) << asked.head;
    const auto body = json::parse(asked.body).as_object();
    EXPECT_FALSE(body.at("store").as_bool());
    EXPECT_FALSE(body.contains("include"));
    EXPECT_EQ(text_of(body.at("input")),
              R"([{"role":"developer","content":"Be brief."},{"role":"user","content":"How?"},)"
              R"({"role":"assistant","content":"Let me look. \n"},)"
              R"({"type":"function_call","call_id":"a","name":"search","arguments":"{\"query\":\"one\"}"},)"
              R"({"type":"function_call","call_id":"b","name":"search","arguments":"{\"query\":\"two\"}"},)"
              R"({"type":"function_call_output","call_id":"a","output":"found by a"},)"
              R"({"type":"function_call_output","call_id":"b","output":"found by b"},)"
              R"({"role":"user","content":"And then?"}])");
}

TEST_F(Requests, AnthropicGetsTheResultsOfParallelCallsInOneMessageAndMarksWhatMayBeCached) {
    const auto asked = sent("anthropic", conversation());
    EXPECT_TRUE(asked.head.starts_with("POST /v1/messages HTTP/1.1\r\n")) << asked.head;
    const auto head = lower_ascii(asked.head);
    EXPECT_NE(head.find("x-api-key: the-key\r\n"), std::string::npos);
    EXPECT_NE(head.find("anthropic-version: 2023-06-01\r\n"), std::string::npos);
    const auto body = json::parse(asked.body).as_object();
    EXPECT_GT(body.at("max_tokens").as_int64(), 0);
    EXPECT_EQ(text_of(body.at("system")),
              R"([{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}])");
    EXPECT_EQ(text_of(body.at("tools")),
              R"([{"name":"search","description":"Searches.","input_schema":{"type":"object"}}])");
    EXPECT_EQ(text_of(body.at("messages")),
              R"([{"role":"user","content":[{"type":"text","text":"How?"}]},)"
              R"({"role":"assistant","content":[{"type":"text","text":"Let me look."},)"
              R"({"type":"tool_use","id":"a","name":"search","input":{"query":"one"}},)"
              R"({"type":"tool_use","id":"b","name":"search","input":{"query":"two"}}]},)"
              R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"found by a"},)"
              R"({"type":"tool_result","tool_use_id":"b","content":"found by b"},)"
              R"({"type":"text","text":"And then?","cache_control":{"type":"ephemeral"}}]}])");
}

TEST_F(Requests, ToolsStayWhenTheyMayNotBeCalled) {
    Request request = conversation();
    request.may_call_tools = false;
    EXPECT_EQ(body("openai", request).at("tool_choice").as_string(), "none");
    EXPECT_EQ(body("openai-responses", request).at("tool_choice").as_string(), "none");
    EXPECT_EQ(body("anthropic", request).at("tool_choice").at("type").as_string(), "none");
    EXPECT_EQ(body("openai", request).at("tools").as_array().size(), 1u);
    request.tools.clear();
    for (const char* kind : {"openai", "openai-responses", "anthropic"}) {
        const auto without = body(kind, request);
        EXPECT_FALSE(without.contains("tools")) << kind;
        EXPECT_FALSE(without.contains("tool_choice")) << kind;
    }
}

TEST_F(Requests, LimitsAndReasoningAreSaidInEachServicesWords) {
    Request request = conversation();
    request.max_output_tokens = 500;
    ProviderConfig config;
    config.reasoning = "low";
    config.max_output_tokens = 9;
    const auto chat = body("openai", request, config);
    EXPECT_EQ(chat.at("max_tokens").as_int64(), 500);
    EXPECT_EQ(chat.at("reasoning_effort").as_string(), "low");
    const auto responses = body("openai-responses", request, config);
    EXPECT_EQ(responses.at("max_output_tokens").as_int64(), 500);
    EXPECT_EQ(responses.at("reasoning").at("effort").as_string(), "low");
    EXPECT_EQ(text_of(responses.at("include")), R"(["reasoning.encrypted_content"])");
    const auto anthropic = body("anthropic", request, config);
    const auto budget = anthropic.at("thinking").at("budget_tokens").as_int64();
    EXPECT_EQ(anthropic.at("max_tokens").as_int64(), 500 + budget) << "thinking counts as output there";
    request.max_output_tokens = 0;
    EXPECT_EQ(body("openai", request, config).at("max_tokens").as_int64(), 9);
}

TEST_F(Requests, WhatAProviderWantsBackGoesToItAloneAndUnchanged) {
    Request request = conversation();
    auto& opaque = request.messages[2].opaque;
    opaque["kind"] = "anthropic";
    opaque["items"] = json::parse(R"([{"type":"thinking","thinking":"Hm.","signature":"c2ln"}])");
    EXPECT_EQ(text_of(body("anthropic", request).at("messages").at(1).at("content").at(0)),
              R"({"type":"thinking","thinking":"Hm.","signature":"c2ln"})");
    for (const char* kind : {"openai", "openai-responses"})
        EXPECT_EQ(json::serialize(body(kind, request)).find("c2ln"), std::string::npos) << kind;
    opaque["kind"] = "openai-responses";
    opaque["items"] = json::parse(R"([{"type":"reasoning","id":"rs","encrypted_content":"c2ln"}])");
    EXPECT_EQ(body("openai-responses", request).at("input").at(2).at("id").as_string(), "rs");
    EXPECT_EQ(json::serialize(body("anthropic", request)).find("c2ln"), std::string::npos);
}

TEST_F(Requests, TheAddressKeepsItsPathAndQuery) {
    ProviderConfig config;
    config.base_url = "/openai/deployments/d/?api-version=2024-10-21";
    EXPECT_TRUE(sent("openai", conversation(), config)
                    .head.starts_with("POST /openai/deployments/d/chat/completions?api-version=2024-10-21 "));
    config.base_url = "/proxy/v1/";
    EXPECT_TRUE(sent("anthropic", conversation(), config).head.starts_with("POST /proxy/v1/messages "));
}

TEST_F(Requests, AConfigurationThatCannotWorkIsRefused) {
    const auto refusal = [&](ProviderConfig config) {
        const auto made = make_provider(config, http_);
        return made ? "taken" : made.error().message;
    };
    ProviderConfig config;
    config.kind = "openai";
    EXPECT_NE(refusal(config).find("name"), std::string::npos);
    config.model = "m";
    EXPECT_EQ(refusal(config), "taken");
    config.base_url = "ftp://example.com";
    EXPECT_NE(refusal(config).find("base_url"), std::string::npos);
    config.base_url = "http://a b";
    EXPECT_NE(refusal(config).find("base_url"), std::string::npos);
    config.base_url = "";
    config.api_key = "two\nlines";
    EXPECT_NE(refusal(config).find("api_key"), std::string::npos);
}

}  // namespace docent::llm
