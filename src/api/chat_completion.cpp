#include "api/chat_completion.hpp"

#include <algorithm>

#include "api/parse.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t max_messages = 1'000, max_parts = 10'000;
constexpr std::size_t max_text = 1 << 20;  // bytes of one text

/// `content`: a string, or parts of which those of type text (also input_text, output_text) are read.
std::string text_of(Fields& message, const std::string& where, Complaints& complaints) {
    const auto* content = message.find("content");
    if (!content || !content->is_array()) return message.text("content", max_text).value_or("");
    const auto* parts = message.list("content", max_parts);
    std::string out;
    for (std::size_t i = 0; parts && i < parts->size(); ++i) {
        const auto here = where + ".content[" + std::to_string(i) + "]";
        if (!(*parts)[i].is_object()) {
            complaints.add(here, "expected an object");
            continue;
        }
        Fields part((*parts)[i].get_object(), here, complaints);
        const auto type = part.text("type", 200).value_or("");
        if (type != "text" && type != "input_text" && type != "output_text")
            continue;  // images, audio, files
        const auto text = part.text("text", max_text).value_or("");
        if (text.empty()) continue;
        if (!out.empty()) out += '\n';
        out += text;
    }
    return out;
}

void read_messages(Fields& body, assistant::Question& out, Complaints& complaints) {
    const auto* messages = body.list("messages", max_messages);
    if (!messages) {
        if (!body.has("messages")) body.complain("messages", "is missing; send the conversation so far");
        return;
    }
    std::size_t until = 0;  // one after the last question
    for (std::size_t i = 0; i < messages->size(); ++i) {
        const auto where = "messages[" + std::to_string(i) + "]";
        if (!(*messages)[i].is_object()) {
            complaints.add(where, "expected an object");
            continue;
        }
        Fields message((*messages)[i].get_object(), where, complaints);
        const auto role = message.text("role", 200).value_or("");
        constexpr std::string_view known[] = {"user", "assistant", "system", "developer", "tool", "function"};
        if (std::ranges::find(known, std::string_view(role)) == std::end(known)) {
            message.complain("role", shown(role) + " is not a role; use user, assistant or system");
            continue;
        }
        if (role != "user" && role != "assistant") continue;
        auto text = text_of(message, where, complaints);
        if (trim(text).empty()) continue;
        out.messages.push_back({role, std::move(text)});
        if (role == "user") until = out.messages.size();
    }
    out.messages.resize(until);
    if (until == 0 && complaints.empty())
        body.complain("messages", "has no question; send a message with the role user and a text");
}

/// What the answer would have to be otherwise.
void refuse_the_impossible(Fields& body) {
    if (const auto n = body.whole("n", 0, 1'000); n && *n != 1)
        body.complain("n", "there is one answer to a question; leave it out");
    if (const auto* format = body.object("response_format")) {
        const auto* type = format->if_contains("type");
        if (!type || !type->is_string() || type->get_string() != "text")
            body.complain("response_format", "answers are Markdown text; leave it out");
    }
    if (const auto* choice = body.find("tool_choice")) {
        const bool free =
            choice->is_string() && (choice->get_string() == "auto" || choice->get_string() == "none");
        if (!free)
            body.complain("tool_choice", "the caller's tools are not called; leave it out or send \"auto\"");
    }
}

}  // namespace

Result<ChatBody> parse_chat(std::string_view body) {
    TRY(const auto value, parse_json(body));
    if (!value.is_object()) return invalid("the body must be a JSON object").because("invalid_body");
    Complaints complaints;
    Fields fields(value.get_object(), "", complaints);
    ChatBody out;
    const auto flag = [&](const char* name, const json::value* given, bool& into) {
        if (!given || given->is_null()) return;
        if (given->is_bool())
            into = given->get_bool();
        else
            fields.complain(name, "expected true or false");
    };
    read_messages(fields, out.question, complaints);
    flag("stream", fields.find("stream"), out.stream);
    if (const auto* options = fields.object("stream_options"))
        flag("stream_options.include_usage", options->if_contains("include_usage"), out.include_usage);
    if (const auto fp = fields.text("user", 1'000); fp && !fp->empty()) out.question.fp = *fp;
    refuse_the_impossible(fields);
    if (!complaints.empty()) return complaints.error();
    return out;
}

}  // namespace docent::api
