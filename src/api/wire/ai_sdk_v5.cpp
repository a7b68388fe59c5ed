// The UI message stream of AI SDK 5, 6 and 7: server-sent events, one chunk each. Only chunks and fields
// that 5.0.0 knows: strict releases end the chat at the first other one.
// Source: npm ai 5.0.0 to 7.0.173 (schemas); docs/internals/formats/ai-sdk-v5.md.
#include "api/wire/part_encoder.hpp"

namespace docent::api {
namespace {

using namespace assistant;

class AiSdkV5 final : public PartEncoder<AiSdkV5> {
public:
    using PartEncoder::PartEncoder;

    net::Headers headers() const override {
        return stream_headers("text/event-stream", "x-vercel-ai-ui-message-stream");
    }

    std::string_view keep_alive() const override { return ": keep-alive\n\n"; }

private:
    friend PartEncoder;

    enum class Block { none, text, reasoning };

    // Held back until the step has content: `start` puts an empty message on screen, and clients show
    // "thinking" only before it.
    void write(const StepStart&, std::string& out) {
        if (in_step_) end_step(out);
        step_due_ = true;
    }

    void write(const ToolCalled& call, std::string& out) {
        open_step(out);
        close_block(out);
        out += "data: {\"type\":\"tool-input-available\",\"toolCallId\":";
        append_json_string(out, call.id);
        out += ",\"toolName\":";
        append_json_string(out, call.name);
        out += ",\"input\":";
        append_json(out, call.input);
        out += "}\n\n";
    }

    // An object always: a known client calls .get("results") on every tool's output.
    void write(const ToolAnswered& answer, std::string& out) {
        open_step(out);
        close_block(out);
        out += "data: {\"type\":\"tool-output-available\",\"toolCallId\":";
        append_json_string(out, answer.id);
        out += ",\"output\":";
        if (answer.output.is_object()) {
            append_json(out, answer.output);
        } else {
            out += "{\"type\":";
            append_json_string(out, answer.name);
            out += answer.output.is_array() ? ",\"results\":" : ",\"results\":[],\"value\":";
            append_json(out, answer.output);
            out += '}';
        }
        out += "}\n\n";
    }

    void write(const Text& text, std::string& out) { delta(Block::text, text.text, out); }
    void write(const Reasoning& reasoning, std::string& out) { delta(Block::reasoning, reasoning.text, out); }

    void write(const Source& source, std::string& out) {
        open_step(out);
        close_block(out);
        out += "data: {\"type\":\"source-url\",\"sourceId\":";
        append_json_string(out, source.id);
        end_source(source, out);
        out += "\n\n";
    }

    void write(const StepEnd&, std::string& out) {
        open_step(out);
        end_step(out);
    }

    void write(const Finished& end, std::string& out) {
        ended_ = true;
        open_message(out);
        if (in_step_) end_step(out);
        finish(end.reason, out);
    }

    // The client stops at the error; finish and [DONE] are for readers of the raw stream.
    void write(const Failed& failed, std::string& out) {
        ended_ = true;
        open_message(out);
        close_block(out);
        out += "data: {\"type\":\"error\",\"errorText\":";
        append_json_string(out, failed.message);
        out += "}\n\n";
        if (in_step_) end_step(out);
        finish("error", out);
    }

    void delta(Block kind, std::string_view text, std::string& out) {
        if (text.empty()) return;
        open_step(out);
        if (block_ != kind) {
            close_block(out);
            block_ = kind;
            block_id_ = (kind == Block::text ? "text-" : "reasoning-") + std::to_string(++blocks_);
            frame(kind == Block::text ? "text-start" : "reasoning-start", out);
        }
        out += kind == Block::text ? "data: {\"type\":\"text-delta\",\"id\":\""
                                   : "data: {\"type\":\"reasoning-delta\",\"id\":\"";
        out += block_id_;
        out += "\",\"delta\":";
        append_json_string(out, text);
        out += "}\n\n";
    }

    void open_message(std::string& out) {
        if (started_) return;
        started_ = true;
        out += "data: {\"type\":\"start\",\"messageId\":";
        append_json_string(out, options_.message_id);
        out += ",\"messageMetadata\":{\"threadId\":";
        append_json_string(out, options_.thread_id);
        out += "}}\n\n";
    }

    void open_step(std::string& out) {
        if (in_step_ && !step_due_) return;
        open_message(out);
        out += "data: {\"type\":\"start-step\"}\n\n";
        in_step_ = true;
        step_due_ = false;
    }

    // Every part ends within its step: clients forget open parts at its end.
    void end_step(std::string& out) {
        close_block(out);
        out += "data: {\"type\":\"finish-step\"}\n\n";
        in_step_ = false;
        step_due_ = false;
    }

    void close_block(std::string& out) {
        if (block_ == Block::none) return;
        frame(block_ == Block::text ? "text-end" : "reasoning-end", out);
        block_ = Block::none;
    }

    void frame(std::string_view type, std::string& out) const {
        out += "data: {\"type\":\"";
        out += type;
        out += "\",\"id\":\"";
        out += block_id_;
        out += "\"}\n\n";
    }

    void finish(std::string_view reason, std::string& out) const {
        out += "data: {\"type\":\"finish\",\"messageMetadata\":{\"threadId\":";
        append_json_string(out, options_.thread_id);
        out += ",\"finishReason\":\"";
        out += finish_word(reason);
        out += "\"}";
        if (options_.thread_id_on_finish) {
            out += ",\"threadId\":";
            append_json_string(out, options_.thread_id);
        }
        out += "}\n\ndata: [DONE]\n\n";
    }

    bool started_ = false;
    bool in_step_ = false;
    bool step_due_ = false;
    Block block_ = Block::none;
    int blocks_ = 0;
    std::string block_id_;  // ours: needs no escape
};

}  // namespace

std::unique_ptr<Encoder> ai_sdk_v5(EncoderOptions options) {
    return std::make_unique<AiSdkV5>(std::move(options));
}

}  // namespace docent::api
