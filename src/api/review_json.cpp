#include "api/review_json.hpp"

#include <boost/json/array.hpp>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace json = boost::json;
namespace {

json::value filled_or_null(const std::string& text) {
    return text.empty() ? json::value() : json::value(text);
}

}  // namespace

json::object to_json(const git::RangeCommit& commit) {
    return {{"sha", commit.sha},
            {"author_name", commit.author.name},
            {"author_email", commit.author.email},
            {"authored_at", iso8601(commit.authored)},
            {"subject", commit.subject},
            {"body", commit.body},
            {"merge", commit.merge}};
}

json::object to_json(const git::FilePatch& patch) {
    const auto& file = patch.file;
    const bool shown = !file.binary && !patch.text.empty();
    return {{"path", repair_utf8(file.path)},
            {"old_path", file.old_path ? json::value(repair_utf8(*file.old_path)) : json::value()},
            {"change", git::to_string(file.change)},
            {"additions", file.additions},
            {"deletions", file.deletions},
            {"binary", file.binary},
            {"page", docs::is_page_file(file.path)},
            {"diff", shown ? json::value(repair_utf8(patch.text)) : json::value()},
            {"truncated", patch.truncated}};
}

json::object to_json(const agent::ShownComment& shown) {
    const auto& c = shown.comment;
    json::value answer;
    if (!shown.answer.empty())
        answer = json::object{{"message", shown.answer},
                              {"event_id", shown.answer_event_id},
                              {"created_at", iso8601(shown.answered)}};
    return {{"id", c.id},
            {"merge_request_id", c.merge_request_id},
            {"author", c.author},
            {"body", c.body},
            {"path", filled_or_null(c.path)},
            {"side", filled_or_null(c.side)},
            {"line", c.line > 0 ? json::value(c.line) : json::value()},
            {"quote", filled_or_null(c.quote)},
            {"head_sha", c.head_sha},
            {"client_id", filled_or_null(c.client_id)},
            {"message_id", filled_or_null(c.event_id)},
            {"not_sent", filled_or_null(shown.unsent)},
            {"answer", std::move(answer)},
            {"created_at", iso8601(c.created)}};
}

json::object to_json(const docs::PagePreview& preview) {
    json::array missing;
    for (const auto& path : preview.missing) missing.emplace_back(repair_utf8(path));
    return {{"title", preview.title},
            {"description", preview.description},
            {"markdown", preview.markdown},
            {"missing", std::move(missing)},
            {"problem", filled_or_null(preview.problem)}};
}

}  // namespace docent::api
