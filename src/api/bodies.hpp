#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "assistant/answer.hpp"
#include "base/result.hpp"
#include "search/index.hpp"
#include "store/feedback.hpp"

namespace docent::api {

/// The bodies of the assistant's routes, from bytes to structs. All fail with invalid_argument, one
/// sentence that names the fields. Lenient where clients in use are: nulls, unknown fields, message
/// without id or parts, `content` as a string, part types nobody listed.

/// POST .../assistant/{domain}/message, both versions. project_id, base_path and what comes from the
/// request's head are not filled.
struct QuestionBody {
    assistant::Question question;
    bool has_trigger = false;  // AI SDK 5+ sends it
};
Result<QuestionBody> parse_question(std::string_view body);

/// POST .../search/{domain}.
Result<search::Query> parse_search(std::string_view body);

/// POST .../page/{domain}.
struct PageBody {
    std::string path;
    std::vector<std::string> groups;
};
Result<PageBody> parse_page(std::string_view body);

/// POST .../message/{chatId}/stop: an optional threadKey; an empty body is fine.
Result<std::string> parse_stop(std::string_view body);

/// POST .../feedback: {path | threadId, messageId; helpful, comment | feedback, contact, code, filename,
/// lang, fp, source}. Who the project is, when and by what program is not filled.
struct FeedbackBody {
    store::Feedback feedback;
    std::string message_id;  // as the caller sent it
};
Result<FeedbackBody> parse_feedback(std::string_view body);

/// POST .../search/{domain}/click.
struct ClickBody {
    std::string search_id, path;
};
Result<ClickBody> parse_click(std::string_view body);

}  // namespace docent::api
