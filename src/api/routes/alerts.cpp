#include "api/analytics_json.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_json.hpp"
#include "api/session_problem.hpp"
#include "api/session_query.hpp"

namespace docent::api {

Task<Result<net::Response>> list_alerts(net::Request& request, const Caller& caller, Services& services) {
    auto list = read_list_query(request);
    if (!list) co_return std::move(list).error();
    store::AlertQuery query;
    query.project_id = caller.project_id;
    query.status = query_text(request, "status");
    query.session_id = query_text(request, "session_id");
    query.page = list->page;
    auto rows = co_await services.coding.alerts.list(std::move(query));
    if (!rows) co_return std::move(rows).error();
    co_return json_reply(
        200, page_json(*rows, list->limit, [](const store::Alert& alert) { return to_json(alert); }));
}

Task<Result<net::Response>> update_alert(net::Request& request, const Caller& caller, Services& services) {
    auto body = read_session_body(request, services.settings.session_body);
    Complaints complaints;
    Fields fields(body.object, "", complaints);
    const auto status = fields.word("status", {"open", "acknowledged", "resolved"});
    if (!body.refusal && complaints.empty() && !status) fields.complain("status", "is missing", "missing");
    std::string id = request.param("alertId");
    auto alert = co_await services.coding.alerts.find(caller.project_id, id);
    if (!alert) co_return std::move(alert).error();
    if (body.refusal) co_return *std::move(body.refusal);
    if (!complaints.empty()) co_return validation_failed(complaints);
    auto changed = co_await services.coding.alerts.set_status(caller.project_id, std::move(id), *status,
                                                              services.clock.now());
    if (!changed) co_return std::move(changed).error();
    co_return json_reply(200, to_json(*changed));
}

}  // namespace docent::api
