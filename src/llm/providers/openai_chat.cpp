// Chat completions as OpenAI defines them and as vLLM, llama.cpp, Ollama, OpenRouter, Azure and many others
// speak them. Source: platform.openai.com/docs/api-reference/chat (2025-12); the reasoning fields are those
// of vLLM and DeepSeek (reasoning_content) and of OpenRouter and Ollama (reasoning).
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "llm/http_provider.hpp"
#include "llm/stream/event_json.hpp"
#include "llm/upstream_error.hpp"

namespace docent::llm {
namespace {

namespace json = boost::json;

std::string finish_reason_of(std::string_view reason) {
    if (reason == "length") return "length";
    if (reason == "content_filter") return "content-filter";
    if (reason == "tool_calls" || reason == "function_call") return "tool-calls";
    return "stop";
}

class OpenAiChatParser final : public StreamParser {
public:
    Status read(const net::SseEvent& event, std::vector<Delta>& out) override {
        progressed_ = false;
        const auto data = trim(event.data);
        if (data == "[DONE]") {
            complete_ = true;
            return {};
        }
        TRY(const auto object, parse_event(data));
        if (const auto* error = object.if_contains("error"); error && !error->is_null())
            return error_of(*error);
        if (const auto* usage = object_at(object, "usage")) read_usage(*usage);
        const auto* choices = array_at(object, "choices");
        const auto* choice = choices && !choices->empty() ? choices->front().if_object() : nullptr;
        if (!choice) return {};
        if (const auto* delta = object_at(*choice, "delta")) read_delta(*delta, out);
        if (const auto reason = text_at(*choice, "finish_reason"); !reason.empty()) {
            if (reason == "error") return error_of_event("error", "finish_reason error");
            draft.finish_reason = finish_reason_of(reason);
            finished_ = progressed_ = true;
        }
        return {};
    }

    /// The usage comes after the finish reason, and [DONE] after that; some servers send neither.
    bool may_end_here() const override { return complete_ || finished_; }

private:
    static Error error_of(const json::value& error) {
        const auto* object = error.if_object();
        if (!object) return error_of_event("error", error.is_string() ? error.get_string() : "");
        auto kind = std::string(text_at(*object, "code"));
        if (kind.empty() && index_at(*object, "code") > 0) kind = std::to_string(index_at(*object, "code"));
        if (kind.empty()) kind = text_at(*object, "type");
        return error_of_event(kind, text_at(*object, "message"));
    }

    void read_usage(const json::object& usage) {
        draft.usage.input_tokens = number_at(usage, "prompt_tokens");
        draft.usage.output_tokens = number_at(usage, "completion_tokens");
        if (const auto* details = object_at(usage, "prompt_tokens_details"))
            draft.usage.cached_input_tokens = number_at(*details, "cached_tokens");
    }

    void read_delta(const json::object& delta, std::vector<Delta>& out) {
        auto reasoning = text_at(delta, "reasoning_content");
        if (reasoning.empty()) reasoning = text_at(delta, "reasoning");
        if (!reasoning.empty()) draft.add_reasoning(reasoning, out);
        auto text = text_at(delta, "content");
        if (text.empty()) text = text_at(delta, "refusal");
        if (!text.empty()) draft.add_text(text, out);
        progressed_ = progressed_ || !reasoning.empty() || !text.empty();
        const auto* calls = array_at(delta, "tool_calls");
        if (!calls) return;
        for (const auto& item : *calls)
            if (const auto* call = item.if_object()) read_call(*call);
    }

    void read_call(const json::object& call) {
        const auto* function = object_at(call, "function");
        const auto id = text_at(call, "id");
        const auto name = function ? text_at(*function, "name") : std::string_view();
        draft.add_call(slot_of(index_at(call, "index"), id, name), id, name, args_of(function));
        progressed_ = true;
    }

    /// Some servers number every call 0, or none: then a new id with a name begins a new call.
    std::int64_t slot_of(std::int64_t index, std::string_view id, std::string_view name) {
        const bool begins = !id.empty() && !name.empty();
        const auto known = slots_.find(index);
        if (known != slots_.end() && (!begins || draft.call_id(known->second) == id)) return known->second;
        if (known == slots_.end() && index < 0 && !begins && last_slot_ >= 0) return last_slot_;
        return slots_[index] = ++last_slot_;
    }

    static std::string args_of(const json::object* function) {
        const auto* args = function ? function->if_contains("arguments") : nullptr;
        if (!args || args->is_null()) return "";
        // Ollama once sent an object here.
        return args->is_string() ? std::string(args->get_string()) : json::serialize(*args);
    }

    std::map<std::int64_t, std::int64_t> slots_;  // by the stream's index
    std::int64_t last_slot_ = -1;
    bool finished_ = false;
};

json::object call_json(const ToolCall& call) {
    json::object function;
    function["name"] = call.name;
    function["arguments"] = json::serialize(call.args);
    json::object out;
    out["id"] = call.id;
    out["type"] = "function";
    out["function"] = std::move(function);
    return out;
}

json::object message_json(const Message& message) {
    json::object out;
    switch (message.role) {
        case Message::Role::system:
            out["role"] = "system";
            break;
        case Message::Role::user:
            out["role"] = "user";
            break;
        case Message::Role::assistant:
            out["role"] = "assistant";
            break;
        case Message::Role::tool:
            out["role"] = "tool";
            out["tool_call_id"] = message.call_id;
            break;
    }
    out["content"] = message.text;
    if (message.calls.empty()) return out;
    if (message.text.empty()) out["content"] = nullptr;
    json::array calls;
    for (const auto& call : message.calls) calls.push_back(call_json(call));
    out["tool_calls"] = std::move(calls);
    return out;
}

/// OpenAI's own models refuse max_tokens; the others know nothing else.
bool is_openai(std::string_view base_url) {
    return base_url.find("openai.com") != base_url.npos || base_url.find("azure.com") != base_url.npos;
}

class OpenAiChatFormat final : public WireFormat {
public:
    std::string kind() const override { return "openai"; }
    std::string default_base_url() const override { return "https://api.openai.com/v1"; }
    std::string path(std::string_view) const override { return "/chat/completions"; }

    net::Headers headers(const ProviderConfig& config) const override {
        net::Headers out;
        if (config.api_key.empty()) return out;
        out.emplace_back("authorization", "Bearer " + config.api_key);
        // Azure's addresses with a deployment in them know only this one.
        if (config.base_url.find("azure.com") != std::string::npos)
            out.emplace_back("api-key", config.api_key);
        return out;
    }

    json::object body(const Request& request, const ProviderConfig& config) const override {
        json::object out;
        out["model"] = request.model.empty() ? config.model : request.model;
        json::array messages;
        for (const auto& message : request.messages) messages.push_back(message_json(message));
        out["messages"] = std::move(messages);
        out["stream"] = true;
        json::object options;
        options["include_usage"] = true;
        out["stream_options"] = std::move(options);
        json::array tools;
        for (const auto& tool : request.tools) {
            json::object one;
            one["type"] = "function";
            one["function"] = tool;
            tools.push_back(std::move(one));
        }
        if (!tools.empty()) {
            out["tools"] = std::move(tools);
            out["tool_choice"] = request.may_call_tools ? "auto" : "none";
        }
        const auto limit = request.max_output_tokens ? request.max_output_tokens : config.max_output_tokens;
        if (limit > 0) out[is_openai(config.base_url) ? "max_completion_tokens" : "max_tokens"] = limit;
        if (!config.reasoning.empty()) out["reasoning_effort"] = config.reasoning;
        return out;
    }

    std::unique_ptr<StreamParser> parser() const override { return openai_chat_parser(); }
};

}  // namespace

std::unique_ptr<StreamParser> openai_chat_parser() { return std::make_unique<OpenAiChatParser>(); }

Result<std::unique_ptr<Provider>> make_openai_chat(const ProviderConfig& config, net::HttpClient& http) {
    return make_http_provider(config, http, std::make_unique<OpenAiChatFormat>());
}

}  // namespace docent::llm
