#include "api/analytics_json.hpp"
#include "api/asked_merge_request.hpp"
#include "api/review_json.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_json.hpp"
#include "api/session_problem.hpp"
#include "api/session_query.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

constexpr std::size_t longest_comment = 20'000;  // characters
constexpr std::size_t longest_path = 4'096, longest_comment_id = 200;
constexpr std::int64_t last_line = 10'000'000;

agent::CommentToAdd parse_comment(const boost::json::object& body, Complaints& complaints) {
    agent::CommentToAdd out;
    Fields fields(body, "", complaints);
    const bool said = fields.has("body");
    out.body = fields.characters("body", 1, longest_comment).value_or("");
    if (!said || (complaints.empty() && trim(out.body).empty()))
        fields.complain("body", "is missing", "missing");
    out.path = fields.text("path", longest_path).value_or("");
    out.line = fields.whole("line", 1, last_line).value_or(0);
    out.side = fields.word("side", {"before", "after"}).value_or("");
    out.client_id = fields.characters("client_id", 1, longest_comment_id).value_or("");
    out.for_agent = fields.boolean("for_agent").value_or(true);
    if (out.path.empty() && out.line > 0)
        fields.complain("path", "is missing: a line is of a file", "missing");
    if (out.path.empty())
        out.side.clear();
    else if (out.side.empty())
        out.side = "after";
    return out;
}

}  // namespace

Task<Result<net::Response>> list_review_comments(net::Request& request, const Caller& caller,
                                                 Services& services) {
    auto asked = co_await asked_merge_request(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto list = read_list_query(request);
    if (!list) co_return std::move(list).error();
    auto rows = co_await services.coding.reviews.comments(asked->session, asked->request, list->page);
    if (!rows) co_return std::move(rows).error();
    boost::json::array items;
    for (const auto& row : *rows)
        if (static_cast<std::int64_t>(items.size()) < list->limit) items.push_back(to_json(row));
    boost::json::object out{{"items", std::move(items)}, {"next_cursor", nullptr}};
    if (static_cast<std::int64_t>(rows->size()) > list->limit)
        out["next_cursor"] = (*rows)[static_cast<std::size_t>(list->limit - 1)].comment.id;
    co_return json_reply(200, out);
}

Task<Result<net::Response>> post_review_comment(net::Request& request, const Caller& caller,
                                                Services& services) {
    auto asked = co_await asked_merge_request(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto body = read_session_body(request, services.settings.session_body);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    auto add = parse_comment(body.object, complaints);
    if (!complaints.empty()) co_return validation_failed(complaints);
    add.author = caller.key->user;
    auto added = co_await services.coding.reviews.comment(std::move(asked->session),
                                                          std::move(asked->request), std::move(add));
    if (!added) co_return std::move(added).error();
    co_return json_reply(200, to_json(*added));
}

}  // namespace docent::api
