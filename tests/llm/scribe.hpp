#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace docent::llm::scribing {

/// Writes the events of one provider's stream, as its documentation shows them.
class Scribe {
public:
    virtual ~Scribe() = default;
    virtual std::string kind() const = 0;  // in the configuration
    virtual std::vector<std::string> begin() const { return {}; }
    virtual std::string text(const std::string& json_text) const = 0;  // escaped as JSON, without quotes
    virtual std::string reasoning(const std::string& json_text) const = 0;
    /// A call begins; its arguments follow in fragments.
    virtual std::string call(int number, const std::string& id, const std::string& name) const = 0;
    virtual std::string args(int number, const std::string& json_text) const = 0;
    /// The usage as JSON literals, so that they can be wrong.
    virtual std::vector<std::string> end(const std::string& reason, const std::string& input,
                                         const std::string& output, const std::string& cached) const = 0;
    virtual std::string error(const std::string& code, const std::string& message) const = 0;

    std::vector<std::string> whole(const std::vector<std::string>& middle,
                                   const std::string& reason = "stop") const {
        auto out = begin();
        out.insert(out.end(), middle.begin(), middle.end());
        for (auto& event : end(reason, "100", "20", "40")) out.push_back(event);
        return out;
    }
};

inline std::string event(const std::string& data) { return "data: " + data + "\n\n"; }
inline std::string event(const std::string& name, const std::string& data) {
    return "event: " + name + "\ndata: " + data + "\n\n";
}

class Chat final : public Scribe {
public:
    std::string kind() const override { return "openai"; }
    static std::string delta(const std::string& inner) {
        return event(
            R"({"id":"c1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{)" +
            inner + R"(},"finish_reason":null}]})");
    }
    std::vector<std::string> begin() const override { return {delta(R"("role":"assistant","content":"")")}; }
    std::string text(const std::string& t) const override { return delta("\"content\":\"" + t + "\""); }
    std::string reasoning(const std::string& t) const override {
        return delta("\"reasoning_content\":\"" + t + "\"");
    }
    std::string call(int n, const std::string& id, const std::string& name) const override {
        return delta(fmt::format(
            R"("tool_calls":[{{"index":{},"id":"{}","type":"function","function":{{"name":"{}","arguments":""}}}}])",
            n, id, name));
    }
    std::string args(int n, const std::string& t) const override {
        return delta(fmt::format(R"("tool_calls":[{{"index":{},"function":{{"arguments":"{}"}}}}])", n, t));
    }
    std::vector<std::string> end(const std::string& reason, const std::string& input,
                                 const std::string& output, const std::string& cached) const override {
        return {
            event(R"({"choices":[{"index":0,"delta":{},"finish_reason":")" + reason + "\"}]}"),
            event(fmt::format(
                R"({{"choices":[],"usage":{{"prompt_tokens":{},"completion_tokens":{},"prompt_tokens_details":{{"cached_tokens":{}}}}}}})",
                input, output, cached)),
            event("[DONE]")};
    }
    std::string error(const std::string& code, const std::string& message) const override {
        return event(fmt::format(R"({{"error":{{"message":"{}","type":"server_error","code":"{}"}}}})",
                                 message, code));
    }
};

class Responses final : public Scribe {
public:
    std::string kind() const override { return "openai-responses"; }
    static std::string typed(const std::string& type, const std::string& rest) {
        return event(type, "{\"type\":\"" + type + "\"" + (rest.empty() ? "" : "," + rest) + "}");
    }
    std::vector<std::string> begin() const override {
        return {typed("response.created", R"("response":{"id":"r1","status":"in_progress"})"),
                typed("response.in_progress", R"("response":{"id":"r1"})")};
    }
    std::string text(const std::string& t) const override {
        return typed("response.output_text.delta",
                     R"("output_index":0,"content_index":0,"delta":")" + t + "\"");
    }
    std::string reasoning(const std::string& t) const override {
        return typed("response.reasoning_summary_text.delta", R"("output_index":9,"delta":")" + t + "\"");
    }
    std::string call(int n, const std::string& id, const std::string& name) const override {
        return typed(
            "response.output_item.added",
            fmt::format(
                R"("output_index":{},"item":{{"type":"function_call","id":"fc_{}","call_id":"{}","name":"{}","arguments":""}})",
                n, n, id, name));
    }
    std::string args(int n, const std::string& t) const override {
        return typed("response.function_call_arguments.delta",
                     fmt::format(R"("item_id":"fc_{}","output_index":{},"delta":"{}")", n, n, t));
    }
    std::vector<std::string> end(const std::string& reason, const std::string& input,
                                 const std::string& output, const std::string& cached) const override {
        const std::string usage = fmt::format(
            R"("usage":{{"input_tokens":{},"input_tokens_details":{{"cached_tokens":{}}},"output_tokens":{}}})",
            input, cached, output);
        if (reason == "length")
            return {typed(
                "response.incomplete",
                R"("response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},)" +
                    usage + "}")};
        return {typed("response.completed",
                      R"("response":{"status":"completed","incomplete_details":null,)" + usage + "}")};
    }
    std::string error(const std::string& code, const std::string& message) const override {
        return typed("response.failed",
                     fmt::format(R"("response":{{"status":"failed","error":{{"code":"{}","message":"{}"}}}})",
                                 code, message));
    }
};

class Anthropic final : public Scribe {
public:
    std::string kind() const override { return "anthropic"; }
    static std::string typed(const std::string& type, const std::string& rest) {
        return event(type, "{\"type\":\"" + type + "\"" + (rest.empty() ? "" : "," + rest) + "}");
    }
    std::vector<std::string> begin() const override {
        return {
            typed(
                "message_start",
                R"("message":{"id":"m1","role":"assistant","content":[],"usage":{"input_tokens":50,"cache_creation_input_tokens":10,"cache_read_input_tokens":40,"output_tokens":1}})"),
            typed("content_block_start", R"("index":0,"content_block":{"type":"text","text":""})"),
            typed("ping", "")};
    }
    static std::string delta(int index, const std::string& inner) {
        return typed("content_block_delta", fmt::format(R"("index":{},"delta":{{{}}})", index, inner));
    }
    std::string text(const std::string& t) const override {
        return delta(0, R"("type":"text_delta","text":")" + t + "\"");
    }
    std::string reasoning(const std::string& t) const override {
        return delta(99, R"("type":"thinking_delta","thinking":")" + t + "\"");
    }
    std::string call(int n, const std::string& id, const std::string& name) const override {
        return typed(
            "content_block_start",
            fmt::format(
                R"("index":{},"content_block":{{"type":"tool_use","id":"{}","name":"{}","input":{{}}}})",
                n + 1, id, name));
    }
    std::string args(int n, const std::string& t) const override {
        return delta(n + 1, R"("type":"input_json_delta","partial_json":")" + t + "\"");
    }
    std::vector<std::string> end(const std::string& reason, const std::string& input,
                                 const std::string& output, const std::string& cached) const override {
        const std::string stop = reason == "length"       ? "max_tokens"
                                 : reason == "tool_calls" ? "tool_use"
                                                          : "end_turn";
        // The prompt's figures of message_start hold unless these say otherwise.
        const std::string prompt =
            input == "100" ? ""
                           : fmt::format(R"("input_tokens":{},"cache_read_input_tokens":{},)", input, cached);
        return {
            typed("content_block_stop", R"("index":0)"),
            typed(
                "message_delta",
                fmt::format(
                    R"("delta":{{"stop_reason":"{}","stop_sequence":null}},"usage":{{{}"output_tokens":{}}})",
                    stop, prompt, output)),
            typed("message_stop", "")};
    }
    std::string error(const std::string& code, const std::string& message) const override {
        return typed("error", fmt::format(R"("error":{{"type":"{}","message":"{}"}})", code, message));
    }
};

/// For the names of parameterised tests.
inline std::string kind_name(const ::testing::TestParamInfo<std::string>& kind) {
    return kind.param == "openai-responses" ? "responses" : kind.param;
}

/// By kind: "openai", "openai-responses", "anthropic".
inline const Scribe& scribe(const std::string& kind) {
    static const Chat chat;
    static const Responses responses;
    static const Anthropic anthropic;
    if (kind == "openai") return chat;
    if (kind == "openai-responses") return responses;
    return anthropic;
}

}  // namespace docent::llm::scribing
