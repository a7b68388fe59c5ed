// The data stream protocol of AI SDK 4: one part a line, a code, a colon, a JSON value.
// Source: npm @ai-sdk/ui-utils 1.2.11 (parser); docs/internals/formats/ai-sdk-v4.md.
#include "api/wire/part_encoder.hpp"

namespace docent::api {
namespace {

using namespace assistant;

class AiSdkV4 final : public PartEncoder<AiSdkV4> {
public:
    using PartEncoder::PartEncoder;

    net::Headers headers() const override {
        return stream_headers("text/plain; charset=utf-8", "x-vercel-ai-data-stream");
    }

    // The only bytes that the client skips: an SSE comment would end the chat.
    std::string_view keep_alive() const override { return "\n"; }

private:
    friend PartEncoder;

    // The same messageId in each step: every `f` renames the message.
    void write(const StepStart&, std::string& out) {
        out += "f:{\"messageId\":";
        append_json_string(out, options_.message_id);
        out += "}\n";
        // useChat drops threadId from `d`; an item of a data part it shows. It stands first, because raw
        // readers want nothing but `e` and `d` after the answer's text.
        if (!told_thread_ && !options_.thread_id.empty()) {
            told_thread_ = true;
            out += "2:[{\"type\":\"finish\",\"threadId\":";
            append_json_string(out, options_.thread_id);
            out += "}]\n";
        }
        in_step_ = true;
    }

    void write(const ToolCalled& call, std::string& out) {
        open_step(out);
        out += "9:{\"toolCallId\":";
        append_json_string(out, call.id);
        out += ",\"toolName\":";
        append_json_string(out, call.name);
        out += ",\"args\":";
        append_json(out, call.input);
        out += "}\n";
    }

    void write(const ToolAnswered& answer, std::string& out) {
        open_step(out);
        const bool wrap = options_.search_result_as_object && answer.output.is_array();
        out += "a:{\"toolCallId\":";
        append_json_string(out, answer.id);
        out += ",\"result\":";
        if (wrap) {
            out += "{\"type\":";
            append_json_string(out, answer.name);
            out += ",\"results\":";
        }
        append_json(out, answer.output);
        out += wrap ? "}}\n" : "}\n";
    }

    void write(const Text& text, std::string& out) { line('0', text.text, out); }
    void write(const Reasoning& reasoning, std::string& out) { line('g', reasoning.text, out); }

    void write(const Source& source, std::string& out) {
        open_step(out);
        out += "h:{\"sourceType\":\"url\",\"id\":";
        append_json_string(out, source.id);
        end_source(source, out);
        out += "\n";
    }

    void write(const StepEnd& end, std::string& out) {
        open_step(out);
        close_step(end.reason, end.usage, out);
    }

    void write(const Finished& end, std::string& out) {
        ended_ = true;
        if (in_step_) close_step(end.reason, end.usage, out);
        finish(end.reason, end.usage, out);
    }

    void write(const Failed& failed, std::string& out) {
        ended_ = true;
        open_step(out);
        out += "3:";
        append_json_string(out, failed.message);
        out += '\n';
        // The client stops at the error; these are for readers of the raw stream.
        close_step("error", llm::Usage(), out);
        finish("error", llm::Usage(), out);
    }

    void line(char code, std::string_view text, std::string& out) {
        if (text.empty()) return;
        open_step(out);
        out += code;
        out += ':';
        append_json_string(out, text);
        out += '\n';
    }

    void open_step(std::string& out) {
        if (!in_step_) write(StepStart(), out);
    }

    void close_step(std::string_view reason, const llm::Usage& usage, std::string& out) {
        out += "e:";
        ending(reason, usage, out);
        out += ",\"isContinued\":false}\n";
        in_step_ = false;
    }

    void finish(std::string_view reason, const llm::Usage& usage, std::string& out) {
        out += "d:";
        ending(reason, usage, out);
        if (!options_.thread_id.empty()) {
            out += ",\"threadId\":";
            append_json_string(out, options_.thread_id);
        }
        out += "}\n";
    }

    static void ending(std::string_view reason, const llm::Usage& usage, std::string& out) {
        out += "{\"finishReason\":\"";
        out += finish_word(reason);
        out += "\",\"usage\":{\"promptTokens\":";
        out += std::to_string(usage.input_tokens);
        out += ",\"completionTokens\":";
        out += std::to_string(usage.output_tokens);
        out += '}';
    }

    bool in_step_ = false;
    bool told_thread_ = false;
};

}  // namespace

std::unique_ptr<Encoder> ai_sdk_v4(EncoderOptions options) {
    return std::make_unique<AiSdkV4>(std::move(options));
}

}  // namespace docent::api
