#include "api/wire/encoder.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/golden.hpp"
#include "api/wire/json_text.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

using namespace assistant;
using Parts = std::vector<AnswerPart>;

const auto results = boost::json::parse(
    R"([{"path":"quickstart","url":"/quickstart","metadata":{"title":"Quickstart"},"content":"Install it."}])");

llm::Usage usage(std::int64_t in, std::int64_t out) {
    llm::Usage u;
    u.input_tokens = in;
    u.output_tokens = out;
    return u;
}

Parts answer_with_search() {
    return {StepStart(),
            ToolCalled("call-1", "search", {{"query", "how do i \"start\"?"}}),
            ToolAnswered("call-1", "search", results),
            StepEnd("tool-calls", usage(9, 4)),
            StepStart(),
            Source("source-1", "/quickstart", "Quickstart"),
            Text("First, "),
            Text("install it.\n\n```suggestions\n(Pages)[/pages]\n```\n"),
            StepEnd("stop", usage(50, 9)),
            Finished("stop", usage(59, 13), true)};
}

Parts answer_with_reasoning() {
    return {StepStart(),           Reasoning("Let me see."),
            Text("Yes."),          Reasoning("And"),
            Text("No."),           Text(""),
            StepEnd("length", {}), Finished("length", {}, true)};
}

Parts failed_in_the_middle() {
    return {StepStart(), Text("Well, "), Failed("the model did not answer in time")};
}
Parts failed_at_once() { return {Failed("too many answers are running; try again in a moment")}; }
Parts stopped() { return {StepStart(), Text("Half a sent"), Finished("other", {}, true)}; }
Parts without_steps() { return {Text("Hello"), Finished("surprise", {}, false), Text("never seen")}; }
Parts odd_text() {
    return {StepStart(),
            Text("quotes \" \\ and\nlines\r\n\ttabs \x01\x7f nul:" + std::string(1, '\0')),
            Text("separators \xE2\x80\xA8 \xE2\x80\xA9 \xC2\x85 and 日本語 🦉"),
            Text("broken \xff\xC3 \xED\xA0\x80 \xF4\x90\x80\x80 end"),
            Source("s\"1", "/a?b=\"c\"", ""),
            StepEnd("stop", {}),
            Finished("stop", {}, true)};
}

EncoderOptions options() {
    EncoderOptions out;
    out.message_id = "msg-1";
    out.thread_id = "01JD0000000000000000000000";
    return out;
}

std::string all(Encoder& encoder, const Parts& parts) {
    std::string out;
    for (const auto& part : parts) encoder.encode(part, out);
    return out;
}

struct Case {
    const char* name;
    Parts (*parts)();
};
const Case cases[] = {{"search_and_answer", answer_with_search},
                      {"reasoning", answer_with_reasoning},
                      {"failed_in_the_middle", failed_in_the_middle},
                      {"failed_at_once", failed_at_once},
                      {"stopped", stopped},
                      {"without_steps", without_steps},
                      {"odd_text", odd_text}};

TEST(EncoderTest, V4TranscriptsAreAsRecorded) {
    for (const auto& c : cases)
        test::expect_golden("ai_sdk_v4/" + std::string(c.name) + ".txt",
                            all(*ai_sdk_v4(options()), c.parts()));
    auto wrapped = options();
    wrapped.search_result_as_object = true;
    test::expect_golden("ai_sdk_v4/search_result_as_object.txt",
                        all(*ai_sdk_v4(wrapped), answer_with_search()));
}

TEST(EncoderTest, V5TranscriptsAreAsRecorded) {
    for (const auto& c : cases)
        test::expect_golden("ai_sdk_v5/" + std::string(c.name) + ".txt",
                            all(*ai_sdk_v5(options()), c.parts()));
    auto named = options();
    named.thread_id_on_finish = true;
    test::expect_golden("ai_sdk_v5/thread_id_on_finish.txt", all(*ai_sdk_v5(named), stopped()));
}

TEST(EncoderTest, V4IsLinesOfACodeTheClientKnowsAndAJsonValue) {
    for (const auto& c : cases) {
        const auto bytes = all(*ai_sdk_v4(options()), c.parts());
        ASSERT_TRUE(bytes.ends_with('\n'));
        EXPECT_TRUE(is_utf8(bytes));
        auto lines = split(bytes, '\n');
        lines.pop_back();
        for (const auto& line : lines) {
            ASSERT_GE(line.size(), 3u);
            EXPECT_NE(std::string("0239adefgh").find(line[0]), std::string::npos) << line;
            EXPECT_EQ(line[1], ':');
            EXPECT_NO_THROW(boost::json::parse(line.substr(2))) << line;
        }
        EXPECT_EQ(lines.back().substr(0, 2), "d:") << c.name;
    }
}

TEST(EncoderTest, V4HasNothingButEAndDAfterTheAnswersText) {
    const auto lines = split(all(*ai_sdk_v4(options()), answer_with_search()), '\n');
    std::string codes;
    for (const auto& line : lines)
        if (!line.empty()) codes += line[0];
    EXPECT_EQ(codes, "f29aefh00ed");
}

TEST(EncoderTest, V4ShowsTheThreadWhereUseChatAndRawReadersLook) {
    const auto bytes = all(*ai_sdk_v4(options()), answer_with_search());
    EXPECT_NE(bytes.find("2:[{\"type\":\"finish\",\"threadId\":\"01JD0000000000000000000000\"}]\n"),
              bytes.npos);
    const auto d = bytes.substr(bytes.find("\nd:") + 3);
    EXPECT_EQ(boost::json::parse(d).at("threadId").as_string(), "01JD0000000000000000000000");
}

/// The fields that ai 5.0.0 knows: strict releases refuse any other one.
const std::map<std::string, std::set<std::string>> strict_fields = {
    {"start", {"messageId", "messageMetadata"}},
    {"start-step", {}},
    {"finish-step", {}},
    {"text-start", {"id"}},
    {"text-delta", {"id", "delta"}},
    {"text-end", {"id"}},
    {"reasoning-start", {"id"}},
    {"reasoning-delta", {"id", "delta"}},
    {"reasoning-end", {"id"}},
    {"source-url", {"sourceId", "url", "title"}},
    {"tool-input-available", {"toolCallId", "toolName", "input"}},
    {"tool-output-available", {"toolCallId", "output"}},
    {"error", {"errorText"}},
    {"finish", {"messageMetadata"}},
};

TEST(EncoderTest, V5HasOnlyChunksAndFieldsOfTheStrictestClient) {
    for (const auto& c : cases) {
        const auto bytes = all(*ai_sdk_v5(options()), c.parts());
        EXPECT_TRUE(is_utf8(bytes));
        ASSERT_TRUE(bytes.ends_with("\n\ndata: [DONE]\n\n"));
        std::set<std::string> open;
        bool in_step = false;
        std::size_t starts = 0, finishes = 0;
        for (const auto& line : split(bytes, '\n')) {
            if (line.empty() || line == "data: [DONE]") continue;
            ASSERT_TRUE(line.starts_with("data: {")) << line;
            const auto chunk = boost::json::parse(line.substr(6)).as_object();
            const std::string type(chunk.at("type").as_string());
            ASSERT_TRUE(strict_fields.contains(type)) << type;
            for (const auto& [name, value] : chunk) {
                EXPECT_TRUE(name == "type" || strict_fields.at(type).contains(std::string(name)))
                    << type << "." << name;
                EXPECT_FALSE(value.is_null());
            }
            starts += type == "start";
            finishes += type == "finish";
            if (type == "start-step") in_step = true;
            if (type == "finish-step") {
                EXPECT_TRUE(open.empty()) << "a part is open at the end of its step";
                in_step = false;
            }
            const auto id = chunk.contains("id") ? std::string(chunk.at("id").as_string()) : "";
            if (type.ends_with("-start")) {
                EXPECT_TRUE(open.insert(id).second && in_step);
            }
            if (type.ends_with("-delta")) {
                EXPECT_TRUE(open.contains(id));
            }
            if (type.ends_with("-end")) {
                EXPECT_EQ(open.erase(id), 1u);
            }
            if (type == "tool-output-available") {
                EXPECT_TRUE(chunk.at("output").is_object());
            }
        }
        EXPECT_EQ(starts, 1u) << c.name;
        EXPECT_EQ(finishes, 1u) << c.name;
    }
}

TEST(EncoderTest, V5SendsNothingBeforeThereIsContent) {
    auto encoder = ai_sdk_v5(options());
    std::string out;
    encoder->encode(StepStart(), out);
    EXPECT_EQ(out, "");
    encoder->encode(Text("a"), out);
    EXPECT_TRUE(out.starts_with("data: {\"type\":\"start\","));
}

TEST(EncoderTest, KeepAlivesAreWhatEachClientSkips) {
    EXPECT_EQ(ai_sdk_v4(options())->keep_alive(), "\n");
    EXPECT_EQ(ai_sdk_v5(options())->keep_alive(), ": keep-alive\n\n");
}

TEST(JsonTextTest, EveryByteStringBecomesAJsonStringOfTheSameText) {
    for (unsigned a = 0; a < 256; ++a) {
        for (unsigned b = 0; b < 256; ++b) {
            const std::string text{'x', static_cast<char>(a), static_cast<char>(b), 'y'};
            std::string out;
            append_json_string(out, text);
            ASSERT_TRUE(is_utf8(out));
            const auto back = std::string(boost::json::parse(out).as_string());
            if (is_utf8(text)) {
                ASSERT_EQ(back, text);
            } else {
                ASSERT_NE(back.find("\xEF\xBF\xBD"), back.npos);
            }
        }
    }
}

TEST(JsonTextTest, ValuesAreWrittenAsBoostReadsThem) {
    const auto value = boost::json::parse(
        R"({"a":[1,-2.5,true,null,"\u2028",{"b":{}}],"c":[],"18446744073709551615":18446744073709551615})");
    std::string out;
    append_json(out, value);
    EXPECT_EQ(boost::json::parse(out), value);
    EXPECT_EQ(out.find("\xE2\x80\xA8"), out.npos);
}

}  // namespace
}  // namespace docent::api
