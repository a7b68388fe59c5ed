#include <charconv>

#include "api/analytics_json.hpp"
#include "api/analytics_query.hpp"
#include "api/projects.hpp"
#include "api/routes/handlers.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

/// "HITS:FOLDED" of the last one seen.
void read_cursor(const std::string& cursor, store::SearchesQuery& query, Complaints& complaints) {
    if (cursor.empty()) return;
    const auto text = from_cursor(cursor);
    const auto colon = text.find(':');
    const auto end = text.data() + std::min(colon, text.size());
    const auto [stop, failed] = std::from_chars(text.data(), end, query.after_hits);
    if (colon == text.npos || failed != std::errc() || stop != end || query.after_hits < 1) {
        complaints.add("cursor", "is not one of ours; send nextCursor of the page before");
        return;
    }
    query.after_folded = text.substr(colon + 1);
}

store::TrafficQuery read_traffic(QueryFields& fields, Complaints& complaints, const std::string& project_id) {
    store::TrafficQuery query;
    const auto dates = read_dates(fields, complaints);
    query.project_id = project_id;
    query.from = dates.from;
    query.to = dates.to;
    query.limit = fields.whole("limit", 1, 250, 50);
    query.offset = fields.whole("offset", 0, 1'000'000'000, 0);
    return query;
}

net::Response traffic_reply(const char* name, store::TrafficReport report, std::int64_t limit) {
    const bool more = static_cast<std::int64_t>(report.pages.size()) > limit;
    if (more) report.pages.resize(static_cast<std::size_t>(limit));
    json::array rows;
    for (const auto& page : report.pages) rows.push_back(to_json(page, true));
    json::object body;
    body["totals"] = to_json(report.totals, false);
    body[name] = std::move(rows);
    body["hasMore"] = more;
    return json_reply(200, body);
}

}  // namespace

Task<Result<net::Response>> get_searches(net::Request& request, const Caller& caller, Services& services) {
    std::string id = request.param("projectId");
    auto project = co_await find_project(std::move(id), caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    store::SearchesQuery query;
    const auto dates = read_dates(fields, complaints);
    query.project_id = project->id;
    query.from = dates.from;
    query.to = dates.to;
    read_cursor(fields.text("cursor", 4'000), query, complaints);
    const auto limit = fields.whole("limit", 1, 100, 50);
    query.limit = limit + 1;
    if (!complaints.empty()) co_return bad_query(complaints);
    auto total = co_await services.analytics.searches.count(query);
    if (!total) co_return std::move(total).error();
    auto stats = co_await services.analytics.searches.list(std::move(query));
    if (!stats) co_return std::move(stats).error();
    const bool more = static_cast<std::int64_t>(stats->size()) > limit;
    if (more) stats->resize(static_cast<std::size_t>(limit));
    json::array rows;
    for (const auto& one : *stats) rows.push_back(to_json(one));
    json::object body = {{"searches", std::move(rows)}, {"totalSearches", *total}, {"nextCursor", nullptr}};
    if (more) body["nextCursor"] = to_cursor(std::to_string(stats->back().hits) + ":" + stats->back().folded);
    co_return json_reply(200, body);
}

Task<Result<net::Response>> get_views(net::Request& request, const Caller& caller, Services& services) {
    std::string id = request.param("projectId");
    auto project = co_await find_project(std::move(id), caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    auto query = read_traffic(fields, complaints, project->id);
    if (!complaints.empty()) co_return bad_query(complaints);
    const auto limit = query.limit++;
    auto report = co_await services.analytics.views.views(std::move(query));
    if (!report) co_return std::move(report).error();
    co_return traffic_reply("views", *std::move(report), limit);
}

Task<Result<net::Response>> get_visitors(net::Request& request, const Caller& caller, Services& services) {
    std::string id = request.param("projectId");
    auto project = co_await find_project(std::move(id), caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    auto query = read_traffic(fields, complaints, project->id);
    if (!complaints.empty()) co_return bad_query(complaints);
    const auto limit = query.limit++;
    auto report = co_await services.analytics.views.visitors(std::move(query));
    if (!report) co_return std::move(report).error();
    co_return traffic_reply("visitors", *std::move(report), limit);
}

}  // namespace docent::api
