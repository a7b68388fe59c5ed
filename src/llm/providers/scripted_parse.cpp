#include <boost/json/parse.hpp>
#include <initializer_list>

#include "base/text.hpp"
#include "llm/providers/scripted.hpp"

namespace docent::llm {
namespace {

namespace json = boost::json;

/// Reads one turn, keeping the first complaint.
class TurnReader {
public:
    explicit TurnReader(const json::object& turn) : turn_(turn) {}

    std::string text(std::string_view field) {
        const auto* value = turn_.if_contains(field);
        if (!value) return {};
        if (value->is_string()) return std::string(value->get_string());
        complain(field, "a string");
        return {};
    }

    std::int64_t number(std::string_view field, std::int64_t most) {
        const auto* value = turn_.if_contains(field);
        if (!value) return 0;
        const auto* n = value->if_int64();
        if (n && *n >= 0 && *n <= most) return *n;
        complain(field, "a whole number from 0 to " + std::to_string(most));
        return 0;
    }

    bool flag(std::string_view field) {
        const auto* value = turn_.if_contains(field);
        if (!value) return false;
        if (value->is_bool()) return value->get_bool();
        complain(field, "true or false");
        return false;
    }

    void complain(std::string_view field, const std::string& wanted) {
        if (complaint.empty()) complaint = std::string(field) + " must be " + wanted;
    }

    std::string complaint;

private:
    const json::object& turn_;
};

std::int64_t words(std::string_view text) { return static_cast<std::int64_t>(script_chunks(text, 0).size()); }

Result<ErrorCode> error_code(std::string_view name) {
    if (name == "rate_limited") return ErrorCode::rate_limited;
    if (name == "upstream_failed") return ErrorCode::upstream_failed;
    if (name == "timed_out") return ErrorCode::timed_out;
    if (name == "unavailable") return ErrorCode::unavailable;
    return invalid("error.code must be rate_limited, upstream_failed, timed_out or unavailable");
}

void read_error(const json::value& value, TurnReader& read, ScriptTurn& turn) {
    const auto* error = value.if_object();
    const auto* code = error ? error->if_contains("code") : nullptr;
    const auto* message = error ? error->if_contains("message") : nullptr;
    if (!code || !code->is_string() || !message || !message->is_string()) {
        read.complain("error", "an object with the strings code and message");
        return;
    }
    auto known = error_code(code->get_string());
    if (!known) {
        read.complain("error.code", "rate_limited, upstream_failed, timed_out or unavailable");
        return;
    }
    turn.error.emplace(*known, std::string(message->get_string()));
}

void read_calls(const json::value& value, TurnReader& read, ScriptTurn& turn) {
    if (!value.is_array()) return read.complain("calls", "an array");
    for (const auto& item : value.get_array()) {
        const auto* object = item.if_object();
        const auto* name = object ? object->if_contains("name") : nullptr;
        const auto* args = object ? object->if_contains("args") : nullptr;
        if (!name || !name->is_string() || (args && !args->is_object())) {
            return read.complain("calls", "objects with a name (string) and args (object)");
        }
        ToolCall call;
        call.name = std::string(name->get_string());
        if (args) call.args = args->get_object();
        turn.calls.push_back(std::move(call));
    }
}

void read_usage(const json::value& value, TurnReader& read, ScriptTurn& turn) {
    const auto* usage = value.if_object();
    if (!usage) return read.complain("usage", "an object");
    const auto* in = usage->if_contains("input");
    const auto* out = usage->if_contains("output");
    if ((in && !in->is_int64()) || (out && !out->is_int64())) return read.complain("usage", "whole numbers");
    if (in) turn.usage.input_tokens = in->get_int64();
    if (out) turn.usage.output_tokens = out->get_int64();
}

Result<ScriptTurn> read_turn(const json::value& value) {
    const auto* object = value.if_object();
    if (!object) return invalid("it must be an object");
    TurnReader read(*object);
    ScriptTurn turn;
    turn.match = lower_ascii(read.text("match"));
    turn.expect = read.text("expect");
    turn.text = read.text("text");
    turn.reasoning = read.text("reasoning");
    turn.repeat = read.flag("repeat");
    turn.delay = std::chrono::milliseconds(read.number("delay_ms", 600'000));
    turn.first_delay = std::chrono::milliseconds(read.number("first_delay_ms", 600'000));
    const auto tokens = read.number("tokens", 1'000'000);
    if (turn.text.empty()) {
        for (std::int64_t i = 1; i <= tokens; ++i) turn.text += "word" + std::to_string(i % 100) + " ";
    }
    if (const auto* chunk = object->if_contains("chunk"); chunk && *chunk != json::value("word")) {
        turn.chunk = static_cast<std::size_t>(read.number("chunk", 1 << 20));
        if (turn.chunk == 0) read.complain("chunk", "\"word\" or a number of bytes");
    }
    if (const auto* calls = object->if_contains("calls")) read_calls(*calls, read, turn);
    if (const auto* error = object->if_contains("error")) read_error(*error, read, turn);
    turn.usage.output_tokens = words(turn.text) + words(turn.reasoning);
    if (const auto* usage = object->if_contains("usage")) read_usage(*usage, read, turn);
    if (!turn.calls.empty()) turn.finish_reason = "tool-calls";
    if (auto reason = read.text("finish_reason"); !reason.empty()) turn.finish_reason = reason;
    if (!read.complaint.empty()) return invalid(read.complaint);
    return turn;
}

}  // namespace

std::vector<std::string_view> script_chunks(std::string_view text, std::size_t bytes) {
    std::vector<std::string_view> chunks;
    while (!text.empty()) {
        std::size_t end = 0;
        if (bytes == 0) {
            end = text.find_first_of(" \n");
            end = end == text.npos ? text.size() : text.find_first_not_of(" \n", end);
            if (end == text.npos) end = text.size();
            if (end == 0) end = 1;
        } else {
            end = cut_utf8(text, bytes).size();
            while (end < text.size() && (end == 0 || (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80))
                ++end;
        }
        chunks.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return chunks;
}

Result<std::vector<ScriptTurn>> parse_script(std::string_view text) {
    boost::system::error_code failed;
    const auto value = json::parse(text, failed);
    if (failed) return invalid("the model's script is not JSON");
    const json::value* list = &value;
    if (const auto* object = value.if_object()) list = object->if_contains("turns");
    if (!list || !list->is_array()) return invalid("the model's script must be an array of turns");
    std::vector<ScriptTurn> turns;
    for (const auto& item : list->get_array()) {
        auto turn = read_turn(item);
        if (!turn) {
            return invalid("turn " + std::to_string(turns.size() + 1) +
                           " of the model's script: " + turn.error().message);
        }
        turns.push_back(*std::move(turn));
    }
    return turns;
}

}  // namespace docent::llm
