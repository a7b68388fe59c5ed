#include "api/analytics_json.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_json.hpp"
#include "api/session_query.hpp"

namespace docent::api {

Task<Result<net::Response>> list_goals(net::Request& request, const Caller& caller, Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto list = read_list_query(request);
    if (!list) co_return std::move(list).error();
    auto rows = co_await services.coding.goals.list(session->id, list->page);
    if (!rows) co_return std::move(rows).error();
    co_return json_reply(
        200, page_json(*rows, list->limit, [](const store::Goal& goal) { return to_json(goal); }));
}

Task<Result<net::Response>> list_tasks(net::Request& request, const Caller& caller, Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto list = read_list_query(request);
    if (!list) co_return std::move(list).error();
    std::string goal = query_text(request, "session_goal_id");
    auto rows = co_await services.coding.goals.tasks(session->id, std::move(goal), list->page);
    if (!rows) co_return std::move(rows).error();
    co_return json_reply(
        200, page_json(*rows, list->limit, [](const store::SessionTask& task) { return to_json(task); }));
}

}  // namespace docent::api
