#include "api/analytics_json.hpp"
#include "api/analytics_query.hpp"
#include "api/projects.hpp"
#include "api/routes/handlers.hpp"
#include "base/ids.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t most_turns = 1'000;  // of one thread

}  // namespace

Task<Result<net::Response>> get_conversations(net::Request& request, const Caller& caller,
                                              Services& services) {
    std::string id = request.param("projectId");
    auto project = co_await find_project(std::move(id), caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    store::TurnQuery query;
    const auto dates = read_dates(fields, complaints);
    query.project_id = project->id;
    query.from = dates.from;
    query.to = dates.to;
    query.after = fields.ulid("cursor");
    query.fp = fields.text("fp", 1'000);
    query.resolution = fields.word("resolutionStatus", "answered|unanswered");
    const auto limit = fields.whole("limit", 1, 1'000, 100);
    query.limit = limit + 1;  // to know whether there are more
    if (query.fp == "anonymous")
        complaints.add("fp", "\"anonymous\" is nobody; name a reader or leave it out");
    if (!complaints.empty()) co_return bad_query(complaints);

    auto turns = co_await services.analytics.conversations.list(std::move(query));
    if (!turns) co_return std::move(turns).error();
    const bool more = static_cast<std::int64_t>(turns->size()) > limit;
    if (more) turns->resize(static_cast<std::size_t>(limit));
    json::array rows;
    for (const auto& turn : *turns) rows.push_back(to_json(turn));
    json::object body = {{"conversations", std::move(rows)}, {"nextCursor", nullptr}, {"hasMore", more}};
    if (more) body["nextCursor"] = turns->back().id;
    co_return json_reply(200, body);
}

Task<Result<net::Response>> delete_conversations(net::Request& request, const Caller& caller,
                                                 Services& services) {
    std::string id = request.param("projectId");
    auto project = co_await find_project(std::move(id), caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    auto fp = fields.text("fp", 1'000);
    if (complaints.empty() && fp.empty()) complaints.add("fp", "is missing; name the reader to be forgotten");
    if (fp == "anonymous") complaints.add("fp", "\"anonymous\" is nobody; name a reader");
    if (!complaints.empty()) co_return bad_query(complaints);
    auto removed = co_await services.analytics.conversations.remove_reader(project->id, std::move(fp));
    if (!removed) co_return std::move(removed).error();
    const json::object counts = {
        {"threads", removed->threads}, {"messages", removed->turns}, {"feedback", removed->feedback}};
    co_return json_reply(200, {{"deleted", counts}});
}

/// The id of a row is taken for that of its thread: the published pages know both.
Task<Result<net::Response>> get_analytics_thread(net::Request& request, const Caller& caller,
                                                 Services& services) {
    std::string id = request.param("projectId");
    auto project = co_await find_project(std::move(id), caller, services);
    if (!project) co_return std::move(project).error();
    std::string thread_id = request.param("threadId");
    if (!is_ulid(thread_id)) {
        Complaints complaints;
        complaints.add("threadId", shown(thread_id) + " is not a ULID; send the id of a conversation");
        co_return bad_query(complaints);
    }
    auto thread = co_await services.threads.find(project->id, thread_id);
    if (!thread && thread.error().code == ErrorCode::not_found) {
        auto turn = co_await services.analytics.conversations.find(project->id, thread_id);
        if (!turn) {
            if (turn.error().code != ErrorCode::not_found) co_return std::move(turn).error();
            co_return not_found("there is no such conversation").because("unknown_thread");
        }
        thread_id = turn->thread_id;
        thread = co_await services.threads.find(project->id, thread_id);
    }
    if (!thread) co_return std::move(thread).error();
    auto turns = co_await services.threads.turns(thread_id, most_turns);
    if (!turns) co_return std::move(turns).error();
    co_return json_reply(200, thread_json(*thread, *turns));
}

Task<Result<net::Response>> get_caller_stats(net::Request& request, const Caller& caller,
                                             Services& services) {
    std::string id = request.param("projectId");
    auto project = co_await find_project(std::move(id), caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    store::TurnQuery query;
    const auto dates = read_dates(fields, complaints);
    query.project_id = project->id;
    query.from = dates.from;
    query.to = dates.to;
    if (!complaints.empty()) co_return bad_query(complaints);
    auto stats = co_await services.analytics.conversations.callers(std::move(query));
    if (!stats) co_return std::move(stats).error();
    const auto total = stats->web + stats->api + stats->other;
    co_return json_reply(
        200, {{"web", stats->web}, {"api", stats->api}, {"other", stats->other}, {"total", total}});
}

}  // namespace docent::api
