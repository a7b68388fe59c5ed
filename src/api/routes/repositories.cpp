#include <boost/json/array.hpp>

#include "api/analytics_json.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_bodies.hpp"
#include "api/session_json.hpp"
#include "api/session_problem.hpp"
#include "api/session_query.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t webhook_secret_length = 32;

Task<Result<store::Repository>> asked_repository(const net::Request& request, const Caller& caller,
                                                 Services& services) {
    std::string id = request.param("repositoryId");
    auto found = co_await services.coding.repositories.find(caller.project_id, std::move(id));
    co_return found;
}

net::Response no_provider() {
    Complaints complaints;
    complaints.add("code_provider_id", "names no code provider of this workspace");
    return validation_failed(complaints);
}

}  // namespace

Task<Result<net::Response>> create_repository(net::Request& request, const Caller& caller,
                                              Services& services) {
    auto body = read_session_body(request, services.settings.session_body);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    store::Repository wanted;
    parse_repository(body.object, true, services.settings, wanted, complaints);
    if (!complaints.empty()) co_return validation_failed(complaints);
    auto provider = co_await services.coding.providers.find(caller.project_id, wanted.code_provider_id);
    if (!provider && provider.error().code == ErrorCode::not_found) co_return no_provider();
    if (!provider) co_return std::move(provider).error();
    wanted.created = wanted.updated = services.clock.now();
    wanted.id = new_uuid(wanted.created);
    wanted.project_id = caller.project_id;
    wanted.webhook_secret = random_token(webhook_secret_length);
    auto added = co_await services.coding.repositories.add(std::move(wanted));
    if (!added) co_return std::move(added).error();
    co_return json_reply(200, to_json(*added, false));
}

Task<Result<net::Response>> list_repositories(net::Request& request, const Caller& caller,
                                              Services& services) {
    auto list = read_list_query(request);
    if (!list) co_return std::move(list).error();
    auto rows = co_await services.coding.repositories.list(caller.project_id, list->page);
    if (!rows) co_return std::move(rows).error();
    co_return json_reply(200, page_json(*rows, list->limit, [](const store::Repository& repository) {
                             return to_json(repository, true);
                         }));
}

Task<Result<net::Response>> get_repository(net::Request& request, const Caller& caller, Services& services) {
    auto found = co_await asked_repository(request, caller, services);
    if (!found) co_return std::move(found).error();
    co_return json_reply(200, to_json(*found, true));
}

/// By name. A branch has no id: the cursor is the name of the last one seen.
Task<Result<net::Response>> list_branches(net::Request& request, const Caller& caller, Services& services) {
    auto found = co_await asked_repository(request, caller, services);
    if (!found) co_return std::move(found).error();
    auto list = read_list_query(request, Cursors::names);
    if (!list) co_return std::move(list).error();
    auto branches = co_await services.coding.workspaces.branches(*found);
    if (!branches) co_return std::move(branches).error();
    json::array items;
    json::value next;
    for (const auto& branch : *branches) {
        if (branch.name <= list->page.after) continue;
        if (static_cast<std::int64_t>(items.size()) == list->limit) {
            next = items.back().at("name");
            break;
        }
        items.push_back(json::object{{"name", branch.name},
                                     {"commit_sha", branch.sha},
                                     {"is_default", branch.name == found->default_branch}});
    }
    co_return json_reply(200, json::object{{"items", std::move(items)}, {"next_cursor", std::move(next)}});
}

Task<Result<net::Response>> update_repository(net::Request& request, const Caller& caller,
                                              Services& services) {
    auto found = co_await asked_repository(request, caller, services);
    if (!found) co_return std::move(found).error();
    auto body = read_session_body(request, services.settings.session_body);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    parse_repository(body.object, false, services.settings, *found, complaints);
    if (!complaints.empty()) co_return validation_failed(complaints);
    found->updated = services.clock.now();
    auto changed = co_await services.coding.repositories.change(*std::move(found));
    if (!changed) co_return std::move(changed).error();
    co_return json_reply(200, to_json(*changed, false));
}

Task<Result<net::Response>> delete_repository(net::Request& request, const Caller& caller,
                                              Services& services) {
    std::string id = request.param("repositoryId");
    auto removed = co_await services.coding.repositories.remove(caller.project_id, std::move(id));
    if (!removed) co_return std::move(removed).error();
    net::Response out;
    out.status = 204;
    co_return out;
}

}  // namespace docent::api
