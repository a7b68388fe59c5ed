#include "api/analytics_json.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_bodies.hpp"
#include "api/session_json.hpp"
#include "api/session_problem.hpp"
#include "api/session_query.hpp"
#include "base/ids.hpp"

namespace docent::api {
namespace {

Task<Result<store::CodeProvider>> asked_provider(const net::Request& request, const Caller& caller,
                                                 Services& services) {
    std::string id = request.param("codeProviderId");
    auto found = co_await services.coding.providers.find(caller.project_id, std::move(id));
    co_return found;
}

}  // namespace

Task<Result<net::Response>> create_code_provider(net::Request& request, const Caller& caller,
                                                 Services& services) {
    auto body = read_session_body(request, services.settings.session_body);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    store::CodeProvider wanted;
    auto secret = parse_code_provider(body.object, true, wanted, complaints);
    if (!complaints.empty()) co_return validation_failed(complaints);
    wanted.created = wanted.updated = services.clock.now();
    wanted.id = new_uuid(wanted.created);
    wanted.project_id = caller.project_id;
    wanted.user_id = caller.key->user;
    std::string clear = secret.value_or("");
    auto added = co_await services.coding.providers.add(std::move(wanted), std::move(clear));
    if (!added) co_return std::move(added).error();
    co_return json_reply(200, to_json(*added));
}

Task<Result<net::Response>> list_code_providers(net::Request& request, const Caller& caller,
                                                Services& services) {
    auto list = read_list_query(request);
    if (!list) co_return std::move(list).error();
    auto rows = co_await services.coding.providers.list(caller.project_id, list->page);
    if (!rows) co_return std::move(rows).error();
    co_return json_reply(200, page_json(*rows, list->limit, [](const store::CodeProvider& provider) {
                             return to_json(provider);
                         }));
}

Task<Result<net::Response>> get_code_provider(net::Request& request, const Caller& caller,
                                              Services& services) {
    auto found = co_await asked_provider(request, caller, services);
    if (!found) co_return std::move(found).error();
    co_return json_reply(200, to_json(*found));
}

Task<Result<net::Response>> update_code_provider(net::Request& request, const Caller& caller,
                                                 Services& services) {
    auto found = co_await asked_provider(request, caller, services);
    if (!found) co_return std::move(found).error();
    auto body = read_session_body(request, services.settings.session_body);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    auto secret = parse_code_provider(body.object, false, *found, complaints);
    if (!complaints.empty()) co_return validation_failed(complaints);
    found->updated = services.clock.now();
    auto changed = co_await services.coding.providers.change(*std::move(found), std::move(secret));
    if (!changed) co_return std::move(changed).error();
    co_return json_reply(200, to_json(*changed));
}

Task<Result<net::Response>> delete_code_provider(net::Request& request, const Caller& caller,
                                                 Services& services) {
    std::string id = request.param("codeProviderId");
    auto removed = co_await services.coding.providers.remove(caller.project_id, std::move(id));
    if (!removed) co_return std::move(removed).error();
    net::Response out;
    out.status = 204;
    co_return out;
}

}  // namespace docent::api
