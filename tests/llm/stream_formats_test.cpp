#include <gtest/gtest.h>

#include "llm/stream/parser.hpp"
#include "scribe.hpp"

namespace docent::llm {
namespace {

using scribing::scribe;
using scribing::Scribe;

std::unique_ptr<StreamParser> parser_of(const std::string& kind) {
    if (kind == "openai") return openai_chat_parser();
    if (kind == "openai-responses") return openai_responses_parser();
    return anthropic_parser();
}

struct Seen {
    std::string text, reasoning;
    Reply reply;
};

/// Feeds the bytes in pieces of `size` and finishes the reply.
Seen read(const std::string& kind, const std::string& bytes, std::size_t size) {
    const auto parser = parser_of(kind);
    net::SseDecoder decoder;
    std::vector<Delta> deltas;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
        std::vector<net::SseEvent> events;
        decoder.feed(std::string_view(bytes).substr(at, size), events);
        for (const auto& e : events) {
            const auto status = parser->read(e, deltas);
            EXPECT_TRUE(status) << status.error().message << status.error().detail;
        }
    }
    EXPECT_TRUE(parser->complete());
    auto reply = parser->draft.finish(Request(), kind, deltas);
    EXPECT_TRUE(reply) << reply.error().message;
    Seen out;
    for (const auto& delta : deltas) {
        if (const auto* text = std::get_if<TextDelta>(&delta)) out.text += text->text;
        if (const auto* reasoning = std::get_if<ReasoningDelta>(&delta)) out.reasoning += reasoning->text;
    }
    if (reply) out.reply = *std::move(reply);
    return out;
}

std::string join(const std::vector<std::string>& events) {
    std::string out;
    for (const auto& e : events) out += e;
    return out;
}

/// Other line ends, and comments where they may stand.
std::string with_crlf_and_comments(const std::string& bytes) {
    std::string out = ": hello\r\n\r\n";
    for (const char c : bytes) {
        if (c == '\n') out += '\r';
        out += c;
        if (out.ends_with("\r\n\r\n")) out += ": keep-alive\r\n\r\n:\r\n";
    }
    return out;
}

class StreamFormat : public ::testing::TestWithParam<std::string> {
protected:
    const Scribe& s = scribe(GetParam());
};

}  // namespace

TEST_P(StreamFormat, ReadsTheSameHoweverTheBytesAreCut) {
    const auto bytes = join(s.whole({s.reasoning("Let me see. "), s.text("Grüße, "), s.text("世界 🌍"),
                                     s.text("\\u00e9\\n\\\"quoted\\\"")}));
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, bytes.size()}) {
        const auto seen = read(GetParam(), bytes, size);
        EXPECT_EQ(seen.text, "Grüße, 世界 🌍é\n\"quoted\"") << size;
        EXPECT_EQ(seen.reasoning, "Let me see. ");
        EXPECT_EQ(seen.reply.message.text, seen.text);
        EXPECT_EQ(seen.reply.finish_reason, "stop");
        EXPECT_EQ(seen.reply.usage.input_tokens, 100);
        EXPECT_EQ(seen.reply.usage.output_tokens, 20);
        EXPECT_EQ(seen.reply.usage.cached_input_tokens, 40);
    }
}

TEST_P(StreamFormat, TakesCrLfAndComments) {
    const auto bytes = with_crlf_and_comments(join(s.whole({s.text("one "), s.text("two")})));
    EXPECT_EQ(read(GetParam(), bytes, 5).text, "one two");
}

TEST_P(StreamFormat, JoinsTheHalvesOfACharacterThatWasCutBetweenEvents) {
    const std::string globe = "🌍";
    EXPECT_EQ(
        read(GetParam(), join(s.whole({s.text("a" + globe.substr(0, 2)), s.text(globe.substr(2) + "b")})), 4)
            .text,
        "a🌍b");
    EXPECT_EQ(read(GetParam(), join(s.whole({s.text("a" + globe.substr(0, 3))})), 4).text, "a\xEF\xBF\xBD");
    // Half an emoji as an escape, which is no JSON text at all.
    EXPECT_EQ(read(GetParam(), join(s.whole({s.text("a\\ud83c"), s.text("b \\ud83c\\udf0d")})), 4).text,
              "a\xEF\xBF\xBD"
              "b 🌍");
}

TEST_P(StreamFormat, PassesOverEventsThatItDoesNotKnow) {
    auto events = s.whole({s.text("one "), "event: novelty\ndata: {\"type\":\"novelty\",\"x\":[1,{}]}\n\n",
                           "data: {}\n\n", s.text("two")});
    EXPECT_EQ(read(GetParam(), join(events), 100).text, "one two");
}

TEST_P(StreamFormat, SignsOfLifeAreNoProgress) {
    const auto parser = parser_of(GetParam());
    net::SseDecoder decoder;
    std::vector<net::SseEvent> events;
    std::vector<Delta> deltas;
    decoder.feed(join(s.begin()) + "event: ping\ndata: {\"type\":\"ping\"}\n\n", events);
    for (const auto& e : events) ASSERT_TRUE(parser->read(e, deltas));
    EXPECT_FALSE(parser->progressed());
    events.clear();
    decoder.feed(s.text("word"), events);
    for (const auto& e : events) ASSERT_TRUE(parser->read(e, deltas));
    EXPECT_TRUE(parser->progressed());
}

TEST_P(StreamFormat, WhatIsNoJsonIsAnError) {
    for (const char* data : {"{\"broken\": ", "[1]", "5", "<html>", "{\"a\":\"\x01\"}"}) {
        const auto parser = parser_of(GetParam());
        net::SseEvent e;
        e.data = data;
        std::vector<Delta> deltas;
        const auto status = parser->read(e, deltas);
        ASSERT_FALSE(status) << data;
        EXPECT_EQ(status.error().code, ErrorCode::upstream_failed);
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, StreamFormat, ::testing::Values("openai", "openai-responses", "anthropic"),
                         scribing::kind_name);

TEST(OpenAiChat, CallsThatAreAllNumberedZeroAreStillSeveral) {
    const auto calls = [](const std::string& item) {
        return "data: {\"choices\":[{\"delta\":{\"tool_calls\":[" + item + "]}}]}\n\n";
    };
    for (const std::string index : {"\"index\":0,", ""}) {
        const auto seen = read(
            "openai",
            calls("{" + index + R"("id":"a","function":{"name":"search","arguments":"{\"query\":"}})") +
                calls("{" + index + R"("function":{"arguments":"\"x\"}"}})") +
                calls("{" + index + R"("id":"b","function":{"name":"search","arguments":"{}"}})") +
                "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n",
            1000);
        ASSERT_EQ(seen.reply.message.calls.size(), 2u) << index;
        EXPECT_EQ(seen.reply.message.calls[0].id, "a");
        EXPECT_EQ(seen.reply.message.calls[1].id, "b");
    }
}

TEST(OpenAiChat, AStreamMayEndWithItsFinishReason) {
    const auto parser = openai_chat_parser();
    std::vector<Delta> deltas;
    net::SseEvent e;
    e.data = R"({"choices":[{"delta":{"content":"all"},"finish_reason":"stop"}]})";
    ASSERT_TRUE(parser->read(e, deltas));
    EXPECT_TRUE(parser->may_end_here());
    EXPECT_FALSE(parser->complete());
}

TEST(Anthropic, SignedThinkingIsKeptForTheNextTurn) {
    const auto& s = scribe("anthropic");
    const auto seen = read(
        "anthropic",
        join(s.begin()) +
            "data: {\"type\":\"content_block_start\",\"index\":5,\"content_block\":{\"type\":\"thinking\","
            "\"thinking\":\"\",\"signature\":\"\"}}\n\n"
            "data: {\"type\":\"content_block_delta\",\"index\":5,\"delta\":{\"type\":\"thinking_delta\","
            "\"thinking\":\"Hm.\"}}\n\n"
            "data: {\"type\":\"content_block_delta\",\"index\":5,\"delta\":{\"type\":\"signature_delta\","
            "\"signature\":\"c2ln\"}}\n\n"
            "data: {\"type\":\"content_block_stop\",\"index\":5}\n\n" +
            s.text("Yes.") + join(s.end("stop", "100", "20", "40")),
        1000);
    EXPECT_EQ(seen.reasoning, "Hm.");
    const auto& items = seen.reply.message.opaque.at("items").as_array();
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(items[0].at("signature").as_string(), "c2ln");
    EXPECT_EQ(items[0].at("thinking").as_string(), "Hm.");
}

}  // namespace docent::llm
