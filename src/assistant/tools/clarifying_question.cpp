// ask_clarifying_question: a question back to the reader, with options to choose from. It ends the answer.
#include "assistant/tools/output.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t most_options = 6;
constexpr std::size_t question_bytes = 400, option_bytes = 120;

std::string one_line(std::string_view text, std::size_t bytes) {
    std::string out(cut_utf8(trim(text), bytes));
    for (char& c : out) {
        if (c == '\n' || c == '\r') c = ' ';
    }
    return out;
}

}  // namespace

ToolResult clarifying_question_tool(const ToolContext&, const boost::json::object& args) {
    Clarification asks;
    asks.question = one_line(text_arg(args, "question"), question_bytes);
    boost::json::array shown_options;
    if (const auto* options = args.if_contains("options"); options && options->is_array()) {
        for (const auto& option : options->get_array()) {
            if (!option.is_string() || asks.options.size() == most_options) continue;
            auto text = one_line(option.get_string(), option_bytes);
            if (text.empty()) continue;
            shown_options.emplace_back(text);
            asks.options.push_back(std::move(text));
        }
    }
    if (asks.question.empty() || asks.options.size() < 2)
        return say("Give a question and at least two options.");
    ToolResult out = say("The reader has been asked.");
    boost::json::object shown;
    shown["acknowledged"] = true;
    shown["question"] = asks.question;
    shown["options"] = std::move(shown_options);
    out.shown = std::move(shown);
    out.asks = std::move(asks);
    return out;
}

}  // namespace docent::assistant
