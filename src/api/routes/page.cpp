#include "api/bodies.hpp"
#include "api/page_text.hpp"
#include "api/projects.hpp"
#include "api/routes/handlers.hpp"
#include "api/wire/json_text.hpp"

namespace docent::api {

Task<Result<net::Response>> post_page(net::Request& request, const Caller& caller, Services& services) {
    std::string domain = request.param("domain");
    auto project = co_await find_project(std::move(domain), caller, services);
    if (!project) co_return std::move(project).error();
    auto asked = parse_page(request.body);
    if (!asked) co_return std::move(asked).error();

    // Without an index there is no page either: the published answer is 404 for both.
    const auto index = services.sources.index(project->id);
    search::Filter reader;
    reader.groups = asked->groups;
    const auto found = index ? index->find_page(asked->path) : std::nullopt;
    // A page that the reader may not see is not told apart from one that does not exist.
    if (!found || !index->allowed(*found, reader))
        co_return not_found("there is no such page; send the path of a search result")
            .because("unknown_page");
    const auto by = request.from_browser() ? Traffic::Reader::by_user_agent : Traffic::Reader::machine;
    services.analytics.traffic.page_read(project->id, index->page(*found).path, request, by);
    std::string out = "{\"path\":";
    append_json_string(out, asked->path);
    out += ",\"content\":";
    append_json_string(out, page_text(index->page(*found)));
    out += '}';
    co_return net::reply(200, "application/json", std::move(out));
}

}  // namespace docent::api
