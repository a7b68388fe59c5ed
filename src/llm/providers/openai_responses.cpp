// OpenAI's responses API. Nothing is stored at the provider: the history is sent whole, reasoning goes back
// encrypted. Source: platform.openai.com/docs/api-reference/responses (2025-12).
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "llm/http_provider.hpp"
#include "llm/stream/event_json.hpp"
#include "llm/upstream_error.hpp"

namespace docent::llm {
namespace {

namespace json = boost::json;

constexpr const char* kind_name = "openai-responses";

class OpenAiResponsesParser final : public StreamParser {
public:
    Status read(const net::SseEvent& event, std::vector<Delta>& out) override {
        progressed_ = false;
        const auto data = trim(event.data);
        if (data == "[DONE]") return {};
        TRY(const auto object, parse_event(data));
        auto type = text_at(object, "type");
        if (type.empty()) type = event.event;
        if (type == "response.output_text.delta" || type == "response.refusal.delta") {
            draft.add_text(text_at(object, "delta"), out);
            progressed_ = true;
        } else if (type == "response.reasoning_summary_text.delta" ||
                   type == "response.reasoning_text.delta") {
            draft.add_reasoning(text_at(object, "delta"), out);
            progressed_ = true;
        } else if (type == "response.function_call_arguments.delta") {
            draft.add_call(slot(object), "", "", text_at(object, "delta"));
            progressed_ = true;
        } else if (type == "response.function_call_arguments.done") {
            draft.set_call_args(slot(object), text_at(object, "arguments"));
            progressed_ = true;
        } else if (type == "response.output_item.added" || type == "response.output_item.done") {
            read_item(object, type.ends_with("done"));
        } else if (type == "response.completed" || type == "response.incomplete") {
            read_end(object);
        } else if (type == "response.failed") {
            return failed(object);
        } else if (type == "error") {
            const auto* error = object_at(object, "error");  // older servers nest it
            return error_of(error ? *error : object);
        }
        return {};
    }

private:
    static std::int64_t slot(const json::object& event) { return index_at(event, "output_index"); }

    static Error error_of(const json::object& error) {
        const auto code = text_at(error, "code");
        return error_of_event(code.empty() ? text_at(error, "type") : code, text_at(error, "message"));
    }

    static Error failed(const json::object& event) {
        const auto* response = object_at(event, "response");
        const auto* error = response ? object_at(*response, "error") : nullptr;
        return error ? error_of(*error) : error_of_event("response.failed", "");
    }

    void read_item(const json::object& event, bool done) {
        const auto* item = object_at(event, "item");
        if (!item) return;
        progressed_ = true;
        const auto type = text_at(*item, "type");
        if (type == "function_call") {
            draft.add_call(slot(event), text_at(*item, "call_id"), text_at(*item, "name"), "");
            if (const auto args = text_at(*item, "arguments"); done && !args.empty())
                draft.set_call_args(slot(event), args);
        } else if (type == "reasoning" && done && !text_at(*item, "encrypted_content").empty()) {
            draft.opaque.push_back(*item);
        }
    }

    void read_end(const json::object& event) {
        complete_ = progressed_ = true;
        const auto* response = object_at(event, "response");
        if (!response) return;
        draft.finish_reason = "stop";
        if (const auto* why = object_at(*response, "incomplete_details")) {
            const auto reason = text_at(*why, "reason");
            if (reason == "max_output_tokens") draft.finish_reason = "length";
            if (reason == "content_filter") draft.finish_reason = "content-filter";
        }
        const auto* usage = object_at(*response, "usage");
        if (!usage) return;
        draft.usage.input_tokens = number_at(*usage, "input_tokens");
        draft.usage.output_tokens = number_at(*usage, "output_tokens");
        if (const auto* details = object_at(*usage, "input_tokens_details"))
            draft.usage.cached_input_tokens = number_at(*details, "cached_tokens");
    }
};

void add_message(const Message& message, json::array& input) {
    json::object item;
    switch (message.role) {
        case Message::Role::tool:
            item["type"] = "function_call_output";
            item["call_id"] = message.call_id;
            item["output"] = message.text;
            input.push_back(std::move(item));
            return;
        case Message::Role::system:
            item["role"] = "developer";
            break;
        case Message::Role::user:
            item["role"] = "user";
            break;
        case Message::Role::assistant:
            if (text_at(message.opaque, "kind") == kind_name) {
                if (const auto* items = array_at(message.opaque, "items"))
                    input.insert(input.end(), items->begin(), items->end());
            }
            item["role"] = "assistant";
            break;
    }
    if (!message.text.empty()) {
        item["content"] = message.text;
        input.push_back(std::move(item));
    }
    for (const auto& call : message.calls) {
        json::object one;
        one["type"] = "function_call";
        one["call_id"] = call.id;
        one["name"] = call.name;
        one["arguments"] = json::serialize(call.args);
        input.push_back(std::move(one));
    }
}

class OpenAiResponsesFormat final : public WireFormat {
public:
    std::string kind() const override { return kind_name; }
    std::string default_base_url() const override { return "https://api.openai.com/v1"; }
    std::string path(std::string_view) const override { return "/responses"; }

    net::Headers headers(const ProviderConfig& config) const override {
        net::Headers out;
        if (config.api_key.empty()) return out;
        out.emplace_back("authorization", "Bearer " + config.api_key);
        if (config.base_url.find("azure.com") != std::string::npos)
            out.emplace_back("api-key", config.api_key);
        return out;
    }

    json::object body(const Request& request, const ProviderConfig& config) const override {
        json::object out;
        out["model"] = request.model.empty() ? config.model : request.model;
        json::array input;
        for (const auto& message : request.messages) add_message(message, input);
        out["input"] = std::move(input);
        out["stream"] = true;
        out["store"] = false;
        json::array tools;
        for (const auto& tool : request.tools) {
            if (!tool.is_object()) continue;
            json::object one = tool.get_object();
            one["type"] = "function";
            one["strict"] = false;
            tools.push_back(std::move(one));
        }
        if (!tools.empty()) {
            out["tools"] = std::move(tools);
            out["tool_choice"] = request.may_call_tools ? "auto" : "none";
        }
        const auto limit = request.max_output_tokens ? request.max_output_tokens : config.max_output_tokens;
        if (limit > 0) out["max_output_tokens"] = limit;
        if (!config.reasoning.empty()) {
            json::object reasoning;
            reasoning["effort"] = config.reasoning;
            reasoning["summary"] = "auto";
            out["reasoning"] = std::move(reasoning);
            // Models that do not reason refuse this.
            json::array include;
            include.emplace_back("reasoning.encrypted_content");
            out["include"] = std::move(include);
        }
        return out;
    }

    std::unique_ptr<StreamParser> parser() const override { return openai_responses_parser(); }
};

}  // namespace

std::unique_ptr<StreamParser> openai_responses_parser() { return std::make_unique<OpenAiResponsesParser>(); }

Result<std::unique_ptr<Provider>> make_openai_responses(const ProviderConfig& config, net::HttpClient& http) {
    return make_http_provider(config, http, std::make_unique<OpenAiResponsesFormat>());
}

}  // namespace docent::llm
