#include <algorithm>
#include <set>

#include "agent/services.hpp"
#include "agent/tools/output.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t most_question = 4000, shortest_wait = 10;

/// What the agent goes on with when nobody answers in time.
std::string default_answer(const json::object& args) {
    return cut_text(llm::text_arg(args, "default_answer"), most_question).text;
}

struct Asked {
    json::array questions;
    std::string message, problem;
};

json::array options_of(const json::object& question, std::set<std::string>& ids, std::string& text) {
    json::array out;
    const auto* options = question.if_contains("options");
    if (!options || !options->is_array()) return out;
    for (const auto& one : options->get_array()) {
        json::object option;
        std::string label, description;
        if (one.is_string()) {
            label = std::string(one.get_string());
        } else if (one.is_object()) {
            label = llm::text_arg(one.get_object(), "label");
            description = llm::text_arg(one.get_object(), "description");
            option["id"] = llm::text_arg(one.get_object(), "id");
        }
        if (label.empty()) continue;
        auto id = llm::text_arg(option, "id");
        for (auto n = out.size() + 1; id.empty() || ids.contains(id); ++n) id = std::to_string(n);
        ids.insert(id);
        option["id"] = id;
        option["label"] = cut_text(label, 500).text;
        option["description"] = nullptr;
        if (!description.empty()) option["description"] = cut_text(description, 2000).text;
        text += "- " + label + (description.empty() ? "" : ": " + description) + "\n";
        out.push_back(std::move(option));
    }
    return out;
}

/// The questions as the payload has them, and all of it as plain text.
Asked asked_questions(const json::object& args) {
    Asked out;
    const auto* questions = args.if_contains("questions");
    if (!questions || !questions->is_array()) return out;
    for (const auto& one : questions->get_array()) {
        if (!one.is_object()) continue;
        const auto& object = one.get_object();
        const auto id = std::to_string(out.questions.size() + 1);
        const auto question = cut_text(llm::text_arg(object, "question"), most_question).text;
        if (question.empty()) out.problem = "a question is empty";
        if (!out.message.empty()) out.message += "\n";
        out.message += question + "\n";
        std::set<std::string> ids;
        auto options = options_of(object, ids, out.message);
        const bool free_text = llm::flag_arg(object, "allow_free_text", true) || options.empty();
        out.questions.push_back(
            json::object{{"id", id},
                         {"question", question},
                         {"options", std::move(options)},
                         {"allow_multiple", llm::flag_arg(object, "allow_multiple", false)},
                         {"allow_free_text", free_text}});
    }
    if (const auto fallback = default_answer(args); !fallback.empty())
        out.message += "(Without an answer: " + fallback + ")\n";
    return out;
}

}  // namespace

json::object ask_user_begin(const json::object& args) {
    auto asked = asked_questions(args);
    return {{"message", cut_text(asked.message).text},
            {"questions", std::move(asked.questions)},
            {"default_answer", default_answer(args)},
            {"expires_at", nullptr}};
}

Task<Result<ToolOutcome>> ask_user_tool(ToolContext& context, const json::object& args) {
    const auto asked = asked_questions(args);
    if (asked.questions.empty()) co_return tool_error("invalid_argument", "there is no question");
    if (!asked.problem.empty()) co_return tool_error("invalid_argument", asked.problem);
    const auto most = static_cast<std::size_t>(context.services.settings.question_limit.count());
    const auto seconds =
        std::max(std::min(shortest_wait, most), llm::number_arg(args, "deadline_seconds", most, most));
    ToolOutcome out;
    out.payload["expires_at"] = iso8601(context.services.clock.now() + static_cast<Millis>(seconds) * 1000);
    out.text = "The question is put to the user.\n";
    out.waits = true;
    out.ends_turn = true;
    co_return out;
}

}  // namespace docent::agent
