#include "api/bodies.hpp"
#include "api/parse.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

constexpr std::size_t max_comment = 10'000, max_code = 20'000, max_path = 500, max_short = 300;

/// {helpful}, or its other names: {feedback: "up"}, {rating: ...} are not taken. true, false, 1, 0.
std::optional<bool> read_thumb(Fields& fields) {
    const auto* value = fields.find("helpful");
    if (!value) return std::nullopt;
    if (value->is_bool()) return value->get_bool();
    fields.complain("helpful", "expected true or false");
    return std::nullopt;
}

std::string source_of(const store::Feedback& item) {
    if (!item.code.empty()) return "code_snippet";
    return item.comment.empty() ? "thumbs_only" : "contextual";
}

}  // namespace

Result<FeedbackBody> parse_feedback(std::string_view body) {
    TRY(const auto value, parse_json(body));
    if (!value.is_object()) return invalid("the body must be a JSON object").because("invalid_body");
    Complaints complaints;
    Fields fields(value.get_object(), "", complaints);
    FeedbackBody out;
    auto& item = out.feedback;
    item.helpful = read_thumb(fields);
    // "feedback" is what the published models call it, "comment" what the lists do.
    item.comment = fields.text("comment", max_comment).value_or("");
    if (item.comment.empty()) item.comment = fields.text("feedback", max_comment).value_or("");
    item.comment = trim(item.comment);
    item.contact = fields.text("contact", max_short).value_or("");
    item.code = fields.text("code", max_code).value_or("");
    item.filename = fields.text("filename", max_short).value_or("");
    item.lang = fields.text("lang", max_short).value_or("");
    item.path = fields.text("path", max_path).value_or("");
    item.fp = fields.text("fp", 1'000).value_or("anonymous");
    item.thread_id = fields.text("threadId", 200).value_or("");
    out.message_id = fields.text("messageId", 200).value_or("");
    item.source = fields.text("source", 100).value_or("");
    if (item.source.empty()) {
        item.source = source_of(item);
    } else if (!store::is_feedback_source(item.source)) {
        fields.complain("source",
                        shown(item.source) + " is not one of code_snippet, contextual, agent, thumbs_only");
    }
    if (!item.thread_id.empty() && !is_ulid(item.thread_id))
        fields.complain("threadId", "is not a ULID; send x-thread-id of the answer");
    if (complaints.empty()) {
        if (item.path.empty() && item.thread_id.empty() && out.message_id.empty())
            fields.complain("path", "is missing; name a page, or an answer by threadId and messageId");
        if (!item.helpful && item.comment.empty() && item.code.empty())
            fields.complain("helpful", "is missing; send a thumb (true or false), a comment or code");
        if (item.source == "code_snippet" && item.code.empty())
            fields.complain("code", "is missing; feedback with the source code_snippet has it");
    }
    if (!complaints.empty()) return complaints.error();
    return out;
}

Result<ClickBody> parse_click(std::string_view body) {
    TRY(const auto value, parse_json(body));
    if (!value.is_object()) return invalid("the body must be a JSON object").because("invalid_body");
    Complaints complaints;
    Fields fields(value.get_object(), "", complaints);
    ClickBody out;
    for (const auto* required : {"searchId", "path"})
        if (!fields.has(required)) fields.complain(required, "is missing");
    out.search_id = fields.text("searchId", 200).value_or("");
    out.path = fields.text("path", max_path).value_or("");
    if (fields.has("searchId") && complaints.empty() && !is_ulid(out.search_id))
        fields.complain("searchId", "is not one of ours; send x-search-id of the search's answer");
    if (fields.has("path") && complaints.empty() && trim(out.path).empty())
        fields.complain("path", "is empty; send the path of the result that was opened");
    if (!complaints.empty()) return complaints.error();
    return out;
}

}  // namespace docent::api
