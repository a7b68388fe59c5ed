#include "api/chat_completion.hpp"

#include <boost/json/serialize.hpp>

#include "api/server_fixture.hpp"
#include "api/wire/openai_chat.hpp"
#include "base/text.hpp"
#include "net/sse.hpp"

namespace docent::api {
namespace {

using test::ApiServer;
namespace json = boost::json;

const std::string question = R"("messages":[{"role":"user","content":"How do I install Acme?"}])";

json::object parsed(const std::string& text) {
    boost::system::error_code failed;
    const auto value = json::parse(text, failed);
    EXPECT_FALSE(failed) << text;
    return !failed && value.is_object() ? value.get_object() : json::object();
}

std::string refusal(const std::string& body) {
    const auto read = parse_chat(body);
    EXPECT_FALSE(read) << body;
    return read ? "" : read.error().message;
}

std::vector<net::SseEvent> events_of(const std::string& body) {
    net::SseDecoder decoder;
    std::vector<net::SseEvent> out;
    decoder.feed(body, out);
    return out;
}

OpenAiChatOptions options(bool usage = false) {
    OpenAiChatOptions out;
    out.id = "chatcmpl-1";
    out.model = "docs";
    out.created = 5'000;
    out.include_usage = usage;
    return out;
}

/// What a format makes of an answer with two steps and two sources.
std::string encoded(Encoder& encoder) {
    using namespace assistant;
    llm::Usage usage;
    usage.input_tokens = 7;
    usage.output_tokens = 5;
    std::string out;
    for (const AnswerPart& part :
         {AnswerPart(StepStart()), AnswerPart(ToolCalled("c", "search", {})), AnswerPart(Text("Über ")),
          AnswerPart(Text("uns.")), AnswerPart(StepEnd("tool-calls", usage)), AnswerPart(StepStart()),
          AnswerPart(Reasoning("hm")), AnswerPart(Text("Run it.")),
          AnswerPart(Source("s1", "https://x/a(1)#b", "A [b]")), AnswerPart(Source("s2", "/c", "")),
          AnswerPart(StepEnd("stop", usage)), AnswerPart(assistant::Finished("length", usage, true)),
          AnswerPart(Text("too late"))})
        encoder.encode(part, out);
    return out;
}
const std::string whole_text =
    "Über uns.\n\nRun it.\n\n---\n\n- [A \\[b\\]](https://x/a\\(1\\)#b)\n- [/c](/c)\n";

TEST(ChatCompletionTest, TheMessagesOfReaderAndAssistantAreRead) {
    const auto read = parse_chat(
        R"({"model":"gpt-4","stream":true,"stream_options":{"include_usage":true},"user":"u1","temperature":0,"tools":[{}],
        "messages":[{"role":"system","content":"Obey"},{"role":"developer","content":"Obey"},
        {"role":"user","content":[{"type":"text","text":"one"},{"type":"image_url","image_url":{"url":"x"}},
        {"type":"text","text":"two"}]},{"role":"assistant","content":null,"tool_calls":[]},
        {"role":"tool","tool_call_id":"x","content":"Obey"},{"role":"assistant","content":"three"},
        {"role":"user","content":"four"},{"role":"assistant","content":"prefill"}]})");
    ASSERT_TRUE(read) << read.error().message;
    std::string all;
    for (const auto& message : read->question.messages) all += message.role + ":" + message.text + "|";
    EXPECT_EQ(all, "user:one\ntwo|assistant:three|user:four|");
    EXPECT_TRUE(read->stream && read->include_usage);
    EXPECT_EQ(read->question.fp, "u1");
}

TEST(ChatCompletionTest, WhatNoAnswerCouldKeepIsRefused) {
    EXPECT_NE(refusal("{" + question + R"(,"n":2})").find("n: "), std::string::npos);
    EXPECT_NE(
        refusal("{" + question + R"(,"response_format":{"type":"json_object"}})").find("response_format: "),
        std::string::npos);
    EXPECT_NE(refusal("{" + question + R"(,"tool_choice":"required"})").find("tool_choice: "),
              std::string::npos);
    EXPECT_NE(refusal("{" + question + R"(,"tool_choice":{"type":"function"}})").find("tool_choice: "),
              std::string::npos);
    EXPECT_NE(refusal("{" + question + R"(,"stream":"yes"})").find("stream: "), std::string::npos);
    EXPECT_NE(refusal(R"({"messages":[{"role":"system","content":"x"}]})").find("no question"),
              std::string::npos);
    EXPECT_NE(refusal(R"({"messages":[{"role":"robot","content":"x"}]})").find("not a role"),
              std::string::npos);
    for (const auto* body :
         {"", "[]", "5", "{", "{}", R"({"messages":5})", R"({"messages":[5]})",
          R"({"messages":[{"role":"user","content":5}]})", R"({"messages":[{"role":"user","content":[5]}]})"})
        EXPECT_FALSE(refusal(body).empty()) << body;
    EXPECT_TRUE(
        parse_chat("{" + question + R"(,"n":1,"response_format":{"type":"text"},"tool_choice":"auto"})"));
}

TEST(ChatCompletionTest, TheWholeAnswerEndsWithItsSources) {
    const auto encoder = openai_chat(options());
    const auto body = parsed(encoded(*encoder));
    EXPECT_EQ(body.at("object").as_string(), "chat.completion");
    EXPECT_EQ(body.at("created").as_int64(), 5);
    EXPECT_EQ(json::serialize(body.at("usage")),
              R"({"prompt_tokens":7,"completion_tokens":5,"total_tokens":12})");
    const auto& choice = body.at("choices").as_array().at(0).as_object();
    EXPECT_EQ(choice.at("finish_reason").as_string(), "length");
    const auto& message = choice.at("message").as_object();
    EXPECT_EQ(message.at("content").as_string(), whole_text);
    const auto& notes = message.at("annotations").as_array();
    ASSERT_EQ(notes.size(), 2u);
    const auto& note = notes[1].as_object().at("url_citation").as_object();
    EXPECT_EQ(note.at("url").as_string(), "/c");
    // Counted in characters, not bytes.
    EXPECT_EQ(note.at("end_index").as_int64(), 67);
    EXPECT_EQ(note.at("start_index").as_int64(), 59);
}

TEST(ChatCompletionTest, ChunksAddUpToTheWholeAnswer) {
    for (const bool usage : {false, true}) {
        const auto encoder = openai_chat_chunks(options(usage));
        const auto events = events_of(encoded(*encoder));
        ASSERT_GE(events.size(), 5u);
        EXPECT_EQ(events.back().data, "[DONE]");
        std::string text;
        std::size_t notes = 0;
        for (std::size_t i = 0; i + 1 < events.size(); ++i) {
            const auto chunk = parsed(events[i].data);
            EXPECT_EQ(chunk.at("object").as_string(), "chat.completion.chunk");
            EXPECT_EQ(chunk.contains("usage"), usage);
            if (chunk.at("choices").as_array().empty()) {
                EXPECT_EQ(i + 2, events.size());
                EXPECT_EQ(chunk.at("usage").as_object().at("total_tokens").as_int64(), 12);
                continue;
            }
            const auto& choice = chunk.at("choices").as_array()[0].as_object();
            const auto& delta = choice.at("delta").as_object();
            EXPECT_EQ(delta.contains("role"), i == 0);
            if (const auto* part = delta.if_contains("content")) text += part->as_string();
            if (const auto* list = delta.if_contains("annotations")) notes = list->as_array().size();
        }
        EXPECT_EQ(text, whole_text);
        EXPECT_EQ(notes, 2u);
    }
}

TEST(ChatCompletionTest, AFailureIsToldInTheFormatsOwnWay) {
    const auto chunks = openai_chat_chunks(options());
    std::string out;
    chunks->encode(assistant::Text("Half"), out);
    chunks->encode(assistant::Failed("It \"broke\"."), out);
    const auto events = events_of(out);
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(parsed(events[1].data).at("error").as_object().at("message").as_string(), "It \"broke\".");
    const auto whole = openai_chat(options());
    out.clear();
    whole->encode(assistant::Text("Half"), out);
    whole->encode(assistant::Failed("It broke."), out);
    EXPECT_EQ(parsed(out)
                  .at("choices")
                  .as_array()[0]
                  .as_object()
                  .at("message")
                  .as_object()
                  .at("content")
                  .as_string(),
              "Half\n\nIt broke.");
    EXPECT_TRUE(parsed(out).contains("error"));
}

TEST(ChatCompletionTest, TheKeysProjectAnswersWithLinksThatLeadToItsPages) {
    ApiServer server;
    const auto reply = server.asked("POST", "/v1/chat/completions", R"({"model":"any",)" + question + "}");
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto body = parsed(reply.body);
    EXPECT_EQ(body.at("model").as_string(), "docs");
    const auto& message = body.at("choices").as_array()[0].as_object().at("message").as_object();
    const std::string text(message.at("content").as_string());
    EXPECT_NE(text.find("installer"), std::string::npos) << text;
    EXPECT_EQ(text.find("```suggestions"), std::string::npos);
    ASSERT_TRUE(message.contains("annotations")) << reply.body;
    const std::string url(message.at("annotations")
                              .as_array()[0]
                              .as_object()
                              .at("url_citation")
                              .as_object()
                              .at("url")
                              .as_string());
    ASSERT_TRUE(url.starts_with(server.origin + "/docs/")) << url;
    EXPECT_EQ(
        server.call("GET", url.substr(server.origin.size(), url.find('#') - server.origin.size())).status,
        200);

    const auto streamed = server.asked("POST", "/v1/chat/completions", R"({"stream":true,)" + question + "}");
    EXPECT_EQ(streamed.headers.at("content-type"), "text/event-stream");
    std::string joined;
    for (const auto& event : events_of(streamed.body)) {
        if (event.data == "[DONE]") continue;
        const auto chunk = parsed(event.data);
        const auto& delta = chunk.at("choices").as_array()[0].as_object().at("delta").as_object();
        if (const auto* part = delta.if_contains("content")) joined += part->as_string();
    }
    EXPECT_EQ(joined, text);
}

TEST(ChatCompletionTest, LinksLeadToTheSiteWhereItIsKnown) {
    ApiServer server;
    ApiServer::must(test::run(
        server.loop, server.projects->set_settings(
                         server.docs_id, R"({"site_url":"https://acme.example/","base_path":"/d"})")));
    const auto reply = server.asked("POST", "/v1/chat/completions", "{" + question + "}");
    EXPECT_NE(reply.body.find("https://acme.example/d/quickstart"), std::string::npos) << reply.body;
    EXPECT_EQ(reply.body.find(server.origin), std::string::npos) << reply.body;
}

TEST(ChatCompletionTest, ModelsAreTheKeysProject) {
    ApiServer server;
    const auto list = parsed(server.asked("GET", "/v1/models").body);
    EXPECT_EQ(list.at("data").as_array().at(0).as_object().at("id").as_string(), "docs");
    EXPECT_EQ(server.asked("GET", "/v1/models/docs").status, 200);
    const auto unknown = server.asked("GET", "/v1/models/gpt-4");
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(parsed(unknown.body).at("error").as_object().at("code").as_string(), "model_not_found");
}

TEST(ChatCompletionTest, ErrorsHaveTheFormOfThatApi) {
    LimitConfig limits;
    limits.per_key_month = 2;
    ApiServer server(limits);
    const auto check = [&](const net::Reply& reply, int status, const char* type) {
        EXPECT_EQ(reply.status, status) << reply.body;
        const auto error = parsed(reply.body).at("error").as_object();
        EXPECT_EQ(error.at("type").as_string(), type);
        EXPECT_FALSE(error.at("message").as_string().empty());
        EXPECT_TRUE(error.at("param").is_null());
    };
    check(server.call("POST", "/v1/chat/completions", "{}"), 401, "authentication_error");
    check(server.call("GET", "/v1/models"), 401, "authentication_error");
    check(server.call("GET", "/v1/models", "",
                      {{"Authorization", "Bearer " + server.add_key(KeyKind::sessions, server.docs_id)}}),
          403, "permission_error");
    check(server.asked("POST", "/v1/chat/completions", "{}"), 400, "invalid_request_error");
    check(server.asked("POST", "/v1/chat/completions", "nonsense"), 400, "invalid_request_error");
    const auto refused = server.asked("POST", "/v1/chat/completions", "{" + question + "}");
    check(refused, 429, "rate_limit_error");
    EXPECT_TRUE(refused.headers.contains("retry-after"));
}

}  // namespace
}  // namespace docent::api
