#include "api/bodies.hpp"
#include "api/projects.hpp"
#include "api/routes/handlers.hpp"

namespace docent::api {

/// A reader opened a result of a search.
Task<Result<net::Response>> post_click(net::Request& request, const Caller& caller, Services& services) {
    std::string domain = request.param("domain");
    auto project = co_await find_project(std::move(domain), caller, services);
    if (!project) co_return std::move(project).error();
    auto body = parse_click(request.body);
    if (!body) co_return std::move(body).error();
    const auto index = services.sources.index(project->id);
    const auto found = index ? index->find_page(body->path) : std::nullopt;
    std::string path = site_path(found ? index->page(*found).path : std::string_view(body->path));
    std::string search = body->search_id;
    auto recorded =
        co_await services.analytics.traffic.clicked(project->id, std::move(search), std::move(path));
    if (!recorded) {
        if (recorded.error().code != ErrorCode::not_found) co_return std::move(recorded).error();
        co_return not_found("searchId names no search of this project").because("unknown_search");
    }
    co_return net::reply(200, "application/json", "{\"recorded\":true}");
}

/// A page of the site was opened. Only pages that exist are counted: the key is public.
Task<Result<net::Response>> post_view(net::Request& request, const Caller& caller, Services& services) {
    std::string domain = request.param("domain");
    auto project = co_await find_project(std::move(domain), caller, services);
    if (!project) co_return std::move(project).error();
    auto body = parse_page(request.body);
    if (!body) co_return std::move(body).error();
    const auto index = services.sources.index(project->id);
    const auto found = index ? index->find_page(body->path) : std::nullopt;
    if (!found) co_return not_found("there is no such page").because("unknown_page");
    services.analytics.traffic.page_read(project->id, index->page(*found).path, request,
                                         Traffic::Reader::by_user_agent);
    net::Response out;
    out.status = 204;
    co_return out;
}

}  // namespace docent::api
