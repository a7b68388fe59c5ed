#include <boost/json/array.hpp>

#include "api/analytics_json.hpp"
#include "api/routes/handlers.hpp"
#include "base/clock.hpp"

namespace docent::api {

namespace json = boost::json;

Task<Result<net::Response>> list_models(net::Request&, const Caller&, Services& services) {
    const auto& models = services.coding.models;
    const auto order = models.order();
    json::array items;
    for (const auto& model : models.list()) {
        json::value window;
        if (model.context_tokens > 0) window = model.context_tokens;
        items.push_back(json::object{{"code", model.name},
                                     {"name", model.model.empty() ? model.name : model.model},
                                     {"provider", model.kind},
                                     {"context_window", std::move(window)},
                                     {"is_default", !order.empty() && order.front() == model.name}});
    }
    co_return json_reply(200, {{"items", std::move(items)}, {"next_cursor", nullptr}});
}

Task<Result<net::Response>> get_workspace(net::Request&, const Caller& caller, Services& services) {
    std::string id = caller.project_id;
    auto project = co_await services.projects.find(std::move(id));
    if (!project) co_return std::move(project).error();
    const auto order = services.coding.models.order();
    json::value default_model;
    if (!order.empty()) default_model = order.front();
    co_return json_reply(200, {{"id", project->id},
                               {"name", project->name.empty() ? project->slug : project->name},
                               {"default_model", std::move(default_model)},
                               {"created_at", iso8601(project->created)},
                               {"updated_at", iso8601(std::max(project->created, project->indexed))}});
}

}  // namespace docent::api
