#include "api/bodies.hpp"
#include "api/parse.hpp"
#include "assistant/suggestions.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t max_messages = 1'000;
constexpr std::size_t max_parts = 10'000;
constexpr std::size_t max_text = 1 << 20;  // bytes of one text
constexpr std::size_t max_id = 200;        // bytes of an identifier
constexpr std::size_t max_context = 50;
constexpr std::size_t max_path = 200;  // characters of currentPath; longer ones are cut
constexpr std::int64_t max_page_size = 50;

std::string at(std::string_view list, std::size_t i) {
    return std::string(list) + "[" + std::to_string(i) + "]";
}

/// The text of the parts that are text, or of a `content` that is a list of such parts.
std::string text_of_parts(const json::array& parts, const std::string& where, Complaints& complaints) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto here = at(where, i);
        if (parts[i].is_null()) continue;
        if (!parts[i].is_object()) {
            complaints.add(here, "expected an object");
            continue;
        }
        Fields part(parts[i].get_object(), here, complaints);
        const auto type = part.text("type", max_id);
        if (!type || *type != "text") continue;  // tools, sources, files, data: nothing to read
        const auto text = part.text("text", max_text);
        if (!text || text->empty()) continue;
        if (!out.empty()) out += '\n';
        out += *text;
    }
    return out;
}

std::string text_of_message(Fields& message, const std::string& where, Complaints& complaints) {
    std::string out;
    if (const auto* parts = message.list("parts", max_parts))
        out = text_of_parts(*parts, where + ".parts", complaints);
    const auto* content = message.find("content");
    if (!out.empty() || !content) return out;
    if (content->is_array()) return text_of_parts(content->get_array(), where + ".content", complaints);
    return message.text("content", max_text).value_or("");
}

/// metadata.threadId of an answer of ours that the client echoes; anything else is somebody else's.
std::string thread_of_metadata(const Fields& message) {
    const auto* metadata = message.find("metadata");
    if (!metadata || !metadata->is_object()) return {};
    const auto* id = metadata->get_object().if_contains("threadId");
    if (!id || !id->is_string() || !is_ulid(id->get_string())) return {};
    return std::string(id->get_string());
}

void read_messages(Fields& body, QuestionBody& out, Complaints& complaints) {
    auto& question = out.question;
    const auto* messages = body.list("messages", max_messages);
    if (!messages) {
        if (!body.has("messages")) body.complain("messages", "is missing; send the conversation so far");
        return;
    }
    std::string echoed_thread;
    std::size_t last_question = 0;
    bool asked = false;
    for (std::size_t i = 0; i < messages->size(); ++i) {
        const auto where = at("messages", i);
        if (!(*messages)[i].is_object()) {
            complaints.add(where, "expected an object");
            continue;
        }
        Fields message((*messages)[i].get_object(), where, complaints);
        if (!message.has("role")) {
            message.complain("role", "is missing; send user, assistant or system");
            continue;
        }
        const auto role = message.text("role", max_id);
        if (!role) continue;
        if (*role != "user" && *role != "assistant" && *role != "system" && *role != "data") {
            message.complain("role", shown(*role) + " is not a role; use user, assistant or system");
            continue;
        }
        auto text = text_of_message(message, where, complaints);
        if (*role == "assistant") {
            if (auto thread = thread_of_metadata(message); !thread.empty()) echoed_thread = std::move(thread);
            text = assistant::without_suggestions(text);
        }
        // A public key must not rewrite the assistant's instructions.
        if (*role == "system" || *role == "data" || trim(text).empty()) continue;
        if (*role == "user") {
            asked = true;
            last_question = question.messages.size();
        }
        question.messages.push_back({*role, std::move(text)});
    }
    if (asked) {
        question.messages.resize(last_question + 1);
    } else {
        body.complain("messages", "has no question; send a message with the role user and a text");
    }
    if (question.thread_id.empty()) question.thread_id = std::move(echoed_thread);
}

void read_filter(Fields& body, search::Filter& out, Complaints& complaints) {
    const auto* filter = body.object("filter");
    if (!filter) return;
    Fields fields(*filter, "filter", complaints);
    out.version = fields.text("version", max_id).value_or("");
    out.language = fields.text("language", max_id).value_or("");
    out.tag = fields.text("tag", max_id).value_or("");
    out.groups = fields.texts("groups", 100, max_id);
}

void read_context(Fields& body, std::vector<assistant::Context>& out, Complaints& complaints) {
    const auto* items = body.list("context", max_context);
    if (!items) return;
    for (std::size_t i = 0; i < items->size(); ++i) {
        const auto where = at("context", i);
        if (!(*items)[i].is_object()) {
            complaints.add(where, "expected an object");
            continue;
        }
        Fields item((*items)[i].get_object(), where, complaints);
        assistant::Context context;
        for (const auto* required : {"type", "value"})
            if (!item.has(required)) item.complain(required, "is missing");
        context.type = item.text("type", max_id).value_or("");
        if (!context.type.empty() && context.type != "code" && context.type != "textSelection")
            item.complain("type", shown(context.type) + " is not a type; use code or textSelection");
        context.value = item.text("value", max_text).value_or("");
        context.path = item.text("path", 2'000).value_or("");
        context.element_id = item.text("elementId", 2'000).value_or("");
        out.push_back(std::move(context));
    }
}

std::string first_characters(const std::string& text, std::size_t count) {
    std::size_t end = 0;
    while (end < text.size() && count > 0) {
        ++end;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
        --count;
    }
    return text.substr(0, end);
}

Result<json::value> parse_object(std::string_view body) {
    TRY(auto value, parse_json(body));
    if (!value.is_object()) return invalid("the body must be a JSON object").because("invalid_body");
    return value;
}

}  // namespace

Result<QuestionBody> parse_question(std::string_view body) {
    TRY(const auto value, parse_object(body));
    Complaints complaints;
    Fields fields(value.get_object(), "", complaints);
    QuestionBody out;
    auto& question = out.question;

    if (!value.get_object().contains("fp"))
        fields.complain("fp", "is missing; send \"anonymous\" or an identifier of the reader");
    if (auto fp = fields.text("fp", 1'000); fp && !fp->empty()) question.fp = std::move(*fp);
    question.thread_id = fields.text("threadId", max_id).value_or("");
    question.thread_key = fields.text("threadKey", max_id).value_or("");
    read_messages(fields, out, complaints);
    if (const auto size = fields.whole("retrievalPageSize", 1, 1'000'000'000))
        question.retrieval_page_size = static_cast<std::size_t>(std::min(*size, max_page_size));
    read_filter(fields, question.filter, complaints);
    read_context(fields, question.context, complaints);
    question.current_path = first_characters(fields.text("currentPath", 10'000).value_or(""), max_path);

    // The client's own name for the chat: without a usable one the answer cannot be resumed, no more.
    if (const auto* id = fields.find("id"); id && id->is_string() && id->get_string().size() <= max_id)
        if (id->get_string().find('\0') == json::string::npos)
            question.chat_id = std::string(id->get_string());
    out.has_trigger = fields.has("trigger");
    if (const auto* slack = fields.find("slackAgent"); slack && slack->is_bool() && slack->get_bool())
        question.caller = "other";

    if (!complaints.empty()) return complaints.error();
    return out;
}

Result<search::Query> parse_search(std::string_view body) {
    TRY(const auto value, parse_object(body));
    Complaints complaints;
    Fields fields(value.get_object(), "", complaints);
    search::Query out;
    if (!fields.has("query")) fields.complain("query", "is missing; send what to search for");
    out.text = fields.text("query", 10'000).value_or("");
    if (fields.has("query") && complaints.empty() && trim(out.text).empty())
        fields.complain("query", "is empty; send what to search for");
    out.limit = static_cast<std::size_t>(fields.whole("pageSize", 1, max_page_size).value_or(10));
    out.score_threshold = fields.number("scoreThreshold", 0, 1).value_or(0);
    read_filter(fields, out.filter, complaints);
    if (!complaints.empty()) return complaints.error();
    return out;
}

Result<PageBody> parse_page(std::string_view body) {
    TRY(const auto value, parse_object(body));
    Complaints complaints;
    Fields fields(value.get_object(), "", complaints);
    PageBody out;
    if (!fields.has("path")) fields.complain("path", "is missing; send the path of a search result");
    out.path = fields.text("path", 4'000).value_or("");
    out.groups = fields.texts("groups", 100, max_id);
    if (!complaints.empty()) return complaints.error();
    return out;
}

Result<std::string> parse_stop(std::string_view body) {
    if (trim(body).empty()) return std::string();
    TRY(const auto value, parse_object(body));
    Complaints complaints;
    Fields fields(value.get_object(), "", complaints);
    auto key = fields.text("threadKey", max_id).value_or("");
    if (!complaints.empty()) return complaints.error();
    return key;
}

}  // namespace docent::api
