#include "api/session_bodies.hpp"

#include <boost/json/array.hpp>

#include "git/repository.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_title = 200, longest_client_id = 200, longest_branch = 250, longest_name = 200,
                      longest_answer = 64 << 10, most_answers = 50;

void require(Fields& fields, const json::object& body, std::string_view name) {
    if (!body.contains(name) || body.at(name).is_null()) fields.complain(name, "is missing", "missing");
}

std::string branch(Fields& fields, std::string_view name) {
    const auto given = fields.characters(name, 1, longest_branch);
    if (given && !git::is_branch_name(*given))
        fields.complain(name, shown(*given) + " is no name that git allows for a branch");
    return given.value_or("");
}

std::optional<std::string> client_id(Fields& fields) {
    return fields.characters("client_id", 0, longest_client_id);
}

json::object limits(Fields& fields) {
    const auto* given = fields.object("limits");
    return given ? *given : json::object();
}

/// The text of a message. The bound is in bytes: it is about memory and the model's context.
agent::MessageToSend message_in(Fields& fields, const json::object& body, const Settings& settings) {
    agent::MessageToSend out;
    require(fields, body, "message");
    const auto text = fields.text("message", settings.session_message);
    if (text && text->empty()) fields.complain("message", "is empty", "too_short");
    out.text = text.value_or("");
    return out;
}

}  // namespace

NewSessionBody parse_new_session(const json::object& body, const Settings& settings, Complaints& complaints) {
    Fields fields(body, "", complaints);
    NewSessionBody out;
    auto& session = out.session;
    if (!body.contains("branch_name"))
        fields.complain("branch_name", "is missing; null lets the server choose", "missing");
    session.branch_name = branch(fields, "branch_name");
    session.target_branch = branch(fields, "target_branch");
    session.auto_commit = fields.boolean("auto_commit").value_or(false);
    session.model = fields.characters("model", 1, longest_name).value_or("");
    session.title = fields.characters("title", 1, longest_title).value_or("");
    session.repository_id = fields.characters("repository_id", 1, longest_name).value_or("");
    session.recovery = fields.word("recovery", {"resume", "hold"}).value_or(settings.session_recovery);
    session.origin = fields.word("origin", {"api", "cli", "app"}).value_or("api");
    session.limits = limits(fields);
    if (fields.has("message")) out.message = message_in(fields, body, settings);
    return out;
}

agent::SessionChanges parse_session_changes(const json::object& body, Complaints& complaints) {
    Fields fields(body, "", complaints);
    agent::SessionChanges out;
    out.title = fields.characters("title", 1, longest_title);
    out.auto_commit = fields.boolean("auto_commit");
    out.model = fields.characters("model", 1, longest_name);
    if (const auto* model = body.if_contains("model"); model && model->is_null()) out.model = "";
    if (fields.has("branch_name")) out.branch_name = branch(fields, "branch_name");
    out.status = fields.word("status", {"closed", "active"});
    out.limits = limits(fields);
    return out;
}

agent::MessageToSend parse_session_message(const json::object& body, const Settings& settings,
                                           Complaints& complaints) {
    Fields fields(body, "", complaints);
    auto out = message_in(fields, body, settings);
    out.client_id = client_id(fields);
    out.steer = fields.word("delivery", {"queue", "steer"}) == "steer";
    out.expected_turn = fields.characters("expected_turn_id", 1, longest_name).value_or("");
    return out;
}

agent::AskedAnswer parse_asked_answer(const json::object& body, Complaints& complaints) {
    Fields fields(body, "", complaints);
    agent::AskedAnswer out;
    require(fields, body, "ask_user_event_id");
    out.event_id = fields.characters("ask_user_event_id", 1, longest_name).value_or("");
    out.client_id = client_id(fields);
    out.dismissed = fields.boolean("dismissed").value_or(false);
    if (!out.dismissed) require(fields, body, "answers");
    const auto* answers = fields.list("answers", most_answers);
    for (std::size_t i = 0; answers && i < answers->size(); ++i) {
        const auto where = "answers[" + std::to_string(i) + "]";
        if (!(*answers)[i].is_object()) {
            complaints.add(where, "expected an object", "wrong_type");
            continue;
        }
        const auto& given = (*answers)[i].get_object();
        Fields of(given, where, complaints);
        require(of, given, "question_id");
        json::array options;
        for (const auto& option : of.texts("option_ids", most_answers, longest_name))
            options.emplace_back(option);
        json::value text;
        if (const auto free = of.text("text", longest_answer)) text = *free;
        out.answers.push_back(
            json::object{{"question_id", of.characters("question_id", 1, longest_name).value_or("")},
                         {"option_ids", std::move(options)},
                         {"text", std::move(text)}});
    }
    return out;
}

}  // namespace docent::api
