#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace docent::llm {

struct ToolCall {
    std::string id;
    std::string name;
    boost::json::object args;
};

struct Message {
    enum class Role { system, user, assistant, tool };
    Role role = Role::user;
    std::string text;
    std::vector<ToolCall> calls;  // assistant only
    std::string call_id;          // tool only: the call this answers
};

struct Request {
    std::string model;
    std::vector<Message> messages;
    boost::json::array tools;  // [{name, description, parameters (JSON Schema)}]
};

struct Usage {
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
};

struct Reply {
    Message message;
    Usage usage;
    std::string finish_reason = "stop";  // "stop", "length", "content-filter", "tool-calls"
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
