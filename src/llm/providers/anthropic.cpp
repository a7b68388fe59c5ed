// Anthropic's messages API. Source: docs.anthropic.com/en/api/messages and .../messages-streaming (2025-12),
// prompt caching: .../docs/build-with-claude/prompt-caching.
#include <boost/json/serialize.hpp>
#include <set>

#include "base/text.hpp"
#include "llm/http_provider.hpp"
#include "llm/stream/event_json.hpp"
#include "llm/upstream_error.hpp"

namespace docent::llm {
namespace {

namespace json = boost::json;

constexpr std::int64_t default_max_tokens = 8192;  // the API demands a limit

std::string finish_reason_of(std::string_view reason) {
    if (reason == "max_tokens" || reason == "model_context_window_exceeded") return "length";
    if (reason == "refusal") return "content-filter";
    if (reason == "tool_use") return "tool-calls";
    return "stop";
}

class AnthropicParser final : public StreamParser {
public:
    Status read(const net::SseEvent& event, std::vector<Delta>& out) override {
        progressed_ = false;
        TRY(const auto object, parse_event(trim(event.data)));
        auto type = text_at(object, "type");
        if (type.empty()) type = event.event;
        if (type == "ping") return {};
        if (type == "error") {
            const auto* error = object_at(object, "error");
            return error ? error_of_event(text_at(*error, "type"), text_at(*error, "message"))
                         : error_of_event("error", "");
        }
        progressed_ = true;
        if (type == "message_start") {
            if (const auto* message = object_at(object, "message"))
                if (const auto* usage = object_at(*message, "usage")) read_usage(*usage);
            progressed_ = false;  // the reader waits for a word still
        } else if (type == "content_block_start") {
            if (const auto* block = object_at(object, "content_block"))
                begin(index_at(object, "index"), *block, out);
            progressed_ = !draft.empty();  // an empty block of text is no word yet
        } else if (type == "content_block_delta") {
            if (const auto* delta = object_at(object, "delta")) add(index_at(object, "index"), *delta, out);
        } else if (type == "content_block_stop") {
            end(index_at(object, "index"));
        } else if (type == "message_delta") {
            if (const auto* usage = object_at(object, "usage")) read_usage(*usage);
            if (const auto* delta = object_at(object, "delta")) {
                const auto reason = text_at(*delta, "stop_reason");
                if (!reason.empty()) {
                    draft.finish_reason = finish_reason_of(reason);
                    finished_ = true;
                }
            }
        } else if (type == "message_stop") {
            complete_ = true;
        }
        return {};
    }

    bool may_end_here() const override { return complete_ || finished_; }

private:
    /// The prompt's figures may come at the start, at the end, or at both.
    void read_usage(const json::object& usage) {
        if (usage.contains("input_tokens")) {
            draft.usage.cached_input_tokens = number_at(usage, "cache_read_input_tokens");
            draft.usage.cache_write_tokens = number_at(usage, "cache_creation_input_tokens");
            draft.usage.input_tokens = number_at(usage, "input_tokens") + draft.usage.cached_input_tokens +
                                       draft.usage.cache_write_tokens;
        }
        if (const auto out = number_at(usage, "output_tokens"); out > 0) draft.usage.output_tokens = out;
    }

    void begin(std::int64_t index, const json::object& block, std::vector<Delta>& out) {
        const auto type = text_at(block, "type");
        if (type == "text") {
            draft.add_text(text_at(block, "text"), out);
        } else if (type == "tool_use") {
            draft.add_call(index, text_at(block, "id"), text_at(block, "name"), "");
            // Usually {}, and the fragments follow.
            if (const auto* input = object_at(block, "input"); input && !input->empty())
                draft.set_call_args(index, json::serialize(*input));
        } else if (type == "thinking") {
            thinking_[index] = block;
            draft.add_reasoning(text_at(block, "thinking"), out);
        } else if (type == "redacted_thinking") {
            draft.opaque.push_back(block);
        }
    }

    void add(std::int64_t index, const json::object& delta, std::vector<Delta>& out) {
        const auto type = text_at(delta, "type");
        if (type == "text_delta") {
            draft.add_text(text_at(delta, "text"), out);
        } else if (type == "input_json_delta") {
            draft.add_call(index, "", "", text_at(delta, "partial_json"));
        } else if (type == "thinking_delta") {
            draft.add_reasoning(text_at(delta, "thinking"), out);
            extend(index, "thinking", text_at(delta, "thinking"));
        } else if (type == "signature_delta") {
            extend(index, "signature", text_at(delta, "signature"));
        }
    }

    void extend(std::int64_t index, std::string_view member, std::string_view text) {
        const auto block = thinking_.find(index);
        if (block == thinking_.end() || draft.too_long()) return;
        auto& value = block->second[member];
        if (!value.is_string()) value.emplace_string();
        value.get_string() += text;
    }

    void end(std::int64_t index) {
        const auto block = thinking_.find(index);
        if (block == thinking_.end()) return;
        // Unsigned thinking is refused when it comes back.
        if (!text_at(block->second, "signature").empty()) draft.opaque.push_back(std::move(block->second));
        thinking_.erase(block);
    }

    std::map<std::int64_t, json::object> thinking_;  // by the stream's number of the block
    bool finished_ = false;
};

json::object text_block(std::string_view text) {
    json::object out;
    out["type"] = "text";
    out["text"] = text;
    return out;
}

/// Ends the part of the prompt that the provider may keep for the next call.
void mark_cacheable(json::value& block) {
    if (!block.is_object()) return;
    json::object control;
    control["type"] = "ephemeral";
    block.get_object()["cache_control"] = std::move(control);
}

json::array assistant_blocks(const Message& message) {
    json::array out;
    if (text_at(message.opaque, "kind") == "anthropic") {
        if (const auto* items = array_at(message.opaque, "items"))
            out.insert(out.end(), items->begin(), items->end());
    }
    // Blank text is refused, and so is white space at the end of a last one.
    const auto end = message.text.find_last_not_of(" \t\r\n");
    if (end != std::string::npos) out.push_back(text_block(message.text.substr(0, end + 1)));
    for (const auto& call : message.calls) {
        json::object one;
        one["type"] = "tool_use";
        one["id"] = call.id;
        one["name"] = call.name;
        one["input"] = call.args;
        out.push_back(std::move(one));
    }
    return out;
}

json::array user_blocks(const Message& message) {
    json::array out;
    if (message.role == Message::Role::tool) {
        json::object result;
        result["type"] = "tool_result";
        result["tool_use_id"] = message.call_id;
        result["content"] = message.text;
        out.push_back(std::move(result));
    } else if (!trim(message.text).empty()) {
        out.push_back(text_block(message.text));
    }
    return out;
}

/// Neighbours of one role become one message: the results of parallel calls must come together.
json::array message_list(const std::vector<Message>& messages) {
    json::array out;
    for (const auto& message : messages) {
        if (message.role == Message::Role::system) continue;
        const bool assistant = message.role == Message::Role::assistant;
        auto blocks = assistant ? assistant_blocks(message) : user_blocks(message);
        if (blocks.empty()) continue;
        const char* role = assistant ? "assistant" : "user";
        if (!out.empty() && text_at(out.back().get_object(), "role") == role) {
            auto& content = out.back().get_object()["content"].get_array();
            content.insert(content.end(), blocks.begin(), blocks.end());
            continue;
        }
        json::object one;
        one["role"] = role;
        one["content"] = std::move(blocks);
        out.push_back(std::move(one));
    }
    return out;
}

std::int64_t thinking_budget(std::string_view effort) {
    if (effort.empty()) return 0;
    return effort == "low" ? 2048 : effort == "medium" ? 8192 : 16384;
}

class AnthropicFormat final : public WireFormat {
public:
    std::string kind() const override { return "anthropic"; }
    std::string default_base_url() const override { return "https://api.anthropic.com"; }

    std::string path(std::string_view base_url) const override {
        auto before = base_url.substr(0, base_url.find('?'));
        while (before.ends_with('/')) before.remove_suffix(1);
        return before.ends_with("/v1") ? "/messages" : "/v1/messages";
    }

    net::Headers headers(const ProviderConfig& config) const override {
        net::Headers out;
        out.emplace_back("anthropic-version", "2023-06-01");
        if (!config.api_key.empty()) out.emplace_back("x-api-key", config.api_key);
        return out;
    }

    json::object body(const Request& request, const ProviderConfig& config) const override {
        json::object out;
        out["model"] = request.model.empty() ? config.model : request.model;
        out["stream"] = true;
        auto limit = request.max_output_tokens ? request.max_output_tokens : config.max_output_tokens;
        if (limit <= 0) limit = default_max_tokens;
        if (const auto budget = thinking_budget(config.reasoning)) {
            json::object thinking;
            thinking["type"] = "enabled";
            thinking["budget_tokens"] = budget;
            out["thinking"] = std::move(thinking);
            limit += budget;
        }
        out["max_tokens"] = limit;

        // The prefix in the provider's order is tools, system, messages. Two marks: what all conversations
        // share, and this conversation so far, which the next step sends again.
        json::array tools = tool_list(request);
        json::array system;
        for (const auto& message : request.messages)
            if (message.role == Message::Role::system && !trim(message.text).empty())
                system.push_back(text_block(message.text));
        if (!system.empty()) {
            mark_cacheable(system.back());
        } else if (!tools.empty()) {
            mark_cacheable(tools.back());
        }
        json::array messages = message_list(request.messages);
        if (!messages.empty()) mark_cacheable(messages.back().get_object()["content"].get_array().back());
        if (!system.empty()) out["system"] = std::move(system);
        out["messages"] = std::move(messages);
        if (!tools.empty()) {
            out["tools"] = std::move(tools);
            json::object choice;
            choice["type"] = request.may_call_tools ? "auto" : "none";
            out["tool_choice"] = std::move(choice);
        }
        return out;
    }

    std::unique_ptr<StreamParser> parser() const override { return anthropic_parser(); }

private:
    static json::array tool_list(const Request& request) {
        json::array out;
        for (const auto& tool : request.tools) {
            const auto* object = tool.if_object();
            if (!object) continue;
            json::object one;
            one["name"] = text_at(*object, "name");
            one["description"] = text_at(*object, "description");
            const auto* schema = object_at(*object, "parameters");
            json::object none;
            none["type"] = "object";
            one["input_schema"] = schema ? *schema : none;
            out.push_back(std::move(one));
        }
        return out;
    }
};

}  // namespace

std::unique_ptr<StreamParser> anthropic_parser() { return std::make_unique<AnthropicParser>(); }

Result<std::unique_ptr<Provider>> make_anthropic(const ProviderConfig& config, net::HttpClient& http) {
    return make_http_provider(config, http, std::make_unique<AnthropicFormat>());
}

}  // namespace docent::llm
