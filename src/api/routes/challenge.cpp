#include "api/analytics_json.hpp"
#include "api/projects.hpp"
#include "api/routes/handlers.hpp"

namespace docent::api {

Task<Result<net::Response>> get_challenge(net::Request& request, const Caller& caller, Services& services) {
    std::string domain = request.param("domain");
    auto project = co_await find_project(std::move(domain), caller, services);
    if (!project) co_return std::move(project).error();
    const auto settings = settings_of(*project);
    if (!settings.challenge) co_return json_reply(200, {{"required", false}});
    auto made = co_await services.analytics.gate.challenge(project->id, settings.challenge_bits);
    if (!made) co_return std::move(made).error();
    co_return json_reply(200, {{"required", true},
                               {"challenge", made->text},
                               {"algorithm", "SHA-256"},
                               {"difficulty", made->bits},
                               {"header", Gate::header},
                               {"expiresAt", iso8601(made->expires)}});
}

}  // namespace docent::api
