#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace docent::llm {

struct ToolCall {
    std::string id;  // unique within its message
    std::string name;
    boost::json::object args;
    /// "": fine. Else the call must not be run: its arguments are no JSON object or do not fit the tool's
    /// schema, or there is no such tool. This sentence is then the tool's answer to the model.
    std::string problem;
};

struct Message {
    enum class Role { system, user, assistant, tool };
    Role role = Role::user;
    std::string text;
    std::vector<ToolCall> calls;  // assistant only
    std::string call_id;          // tool only: the call this answers
    /// Assistant only: what the provider that wrote the message wants back unchanged with it (signed
    /// thinking, encrypted reasoning). Kept by the caller with the message, ignored by other providers.
    boost::json::object opaque;
};

struct Usage {
    std::int64_t input_tokens = 0;         // all of the prompt, the cached ones too
    std::int64_t output_tokens = 0;        // reasoning included
    std::int64_t cached_input_tokens = 0;  // of input_tokens: read from the provider's cache
    std::int64_t cache_write_tokens = 0;   // of input_tokens: written to it
    std::int64_t cost = 0;                 // millionths of the price table's currency; 0 without prices

    void add(const Usage& other) {
        input_tokens += other.input_tokens;
        output_tokens += other.output_tokens;
        cached_input_tokens += other.cached_input_tokens;
        cache_write_tokens += other.cache_write_tokens;
        cost += other.cost;
    }
};

/// What a call leaves behind however it ends: with a reply, an error, or because it was cancelled.
struct CallReport {
    Usage spent;        // all attempts together, those that failed too
    std::string model;  // which configured model was asked last
    /// When the provider says that trying again can help; 0: it does not say.
    std::chrono::milliseconds retry_after{0};
};

struct Request {
    std::string model;  // "": the configured one
    std::vector<Message> messages;
    boost::json::array tools;  // [{name, description, parameters (JSON Schema)}]
    /// False: the tools stay in the request (the history has calls of them, and caches know them), but
    /// none may be called.
    bool may_call_tools = true;
    std::int64_t max_output_tokens = 0;  // 0: the model's own limit
    CallReport* report = nullptr;        // when given, outlives the call
};

struct Reply {
    Message message;
    Usage usage;                         // of the call that succeeded
    std::string finish_reason = "stop";  // "stop", "length", "content-filter", "tool-calls"
    std::string model;                   // the configured model's name; "" from a provider alone
};

struct TextDelta {
    explicit TextDelta(std::string t) : text(std::move(t)) {}
    std::string text;
};
struct ReasoningDelta {
    explicit ReasoningDelta(std::string t) : text(std::move(t)) {}
    std::string text;
};
using Delta =
    std::variant<TextDelta, ReasoningDelta, ToolCall>;  // a ToolCall is put once, when it is complete

}  // namespace docent::llm
