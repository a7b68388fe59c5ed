#include "api/analytics_json.hpp"
#include "api/analytics_query.hpp"
#include "api/projects.hpp"
#include "api/routes/handlers.hpp"
#include "base/ids.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

store::FeedbackQuery read_query(QueryFields& fields, Complaints& complaints, const std::string& project_id) {
    store::FeedbackQuery query;
    const auto dates = read_dates(fields, complaints);
    query.project_id = project_id;
    query.from = dates.from;
    query.to = dates.to;
    query.sources = fields.words("source", feedback_sources);
    query.statuses = fields.words("status", feedback_statuses);
    return query;
}

}  // namespace

Task<Result<net::Response>> get_feedback(net::Request& request, const Caller& caller, Services& services) {
    std::string id = request.param("projectId");
    auto project = co_await find_project(std::move(id), caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    auto query = read_query(fields, complaints, project->id);
    query.after = fields.ulid("cursor");
    const auto limit = fields.whole("limit", 1, 100, 50);
    query.limit = limit + 1;
    if (!complaints.empty()) co_return bad_query(complaints);
    auto items = co_await services.analytics.feedback.list(std::move(query));
    if (!items) co_return std::move(items).error();
    const bool more = static_cast<std::int64_t>(items->size()) > limit;
    if (more) items->resize(static_cast<std::size_t>(limit));
    json::array rows;
    for (const auto& item : *items) rows.push_back(to_json(item));
    json::object body = {{"feedback", std::move(rows)}, {"nextCursor", nullptr}, {"hasMore", more}};
    if (more) body["nextCursor"] = items->back().id;
    co_return json_reply(200, body);
}

Task<Result<net::Response>> get_feedback_by_page(net::Request& request, const Caller& caller,
                                                 Services& services) {
    std::string id = request.param("projectId");
    auto project = co_await find_project(std::move(id), caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    auto query = read_query(fields, complaints, project->id);
    const auto limit = fields.whole("limit", 1, 100, 10);
    query.limit = limit + 1;
    if (!complaints.empty()) co_return bad_query(complaints);
    auto pages = co_await services.analytics.feedback.by_page(std::move(query));
    if (!pages) co_return std::move(pages).error();
    const bool more = static_cast<std::int64_t>(pages->size()) > limit;
    if (more) pages->resize(static_cast<std::size_t>(limit));
    json::array rows;
    for (const auto& page : *pages) rows.push_back(to_json(page));
    co_return json_reply(200, {{"feedback", std::move(rows)}, {"hasMore", more}});
}

Task<Result<net::Response>> patch_feedback(net::Request& request, const Caller& caller, Services& services) {
    std::string id = request.param("projectId");
    auto project = co_await find_project(std::move(id), caller, services);
    if (!project) co_return std::move(project).error();
    auto value = parse_json(request.body);
    if (!value) co_return std::move(value).error();
    Complaints complaints;
    std::string status;
    if (!value->is_object()) {
        complaints.add("body", "must be a JSON object");
    } else {
        Fields fields(value->get_object(), "", complaints);
        if (!fields.has("status")) fields.complain("status", "is missing");
        status = fields.text("status", 100).value_or("");
        if (!status.empty() && !store::is_feedback_status(status))
            fields.complain("status",
                            shown(status) + " is not one of pending, in_progress, resolved, dismissed");
        else if (status.empty() && complaints.empty())
            fields.complain("status", "is empty");
    }
    if (!complaints.empty()) co_return bad_query(complaints);
    std::string item = request.param("feedbackId");
    if (!is_ulid(item)) co_return not_found("there is no such feedback").because("unknown_feedback");
    auto changed = co_await services.analytics.feedback.set_status(project->id, std::move(item),
                                                                   std::move(status), services.clock.now());
    if (!changed) co_return std::move(changed).error();
    co_return json_reply(200, to_json(*changed));
}

}  // namespace docent::api
