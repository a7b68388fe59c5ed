#include "api/bodies.hpp"
#include "api/projects.hpp"
#include "api/routes/handlers.hpp"

namespace docent::api {

/// 200 in both cases: an answer that ended by itself a moment ago is stopped as well.
Task<Result<net::Response>> post_stop(net::Request& request, const Caller& caller, Services& services) {
    std::string domain = request.param("domain");
    auto project = co_await find_project(std::move(domain), caller, services);
    if (!project) co_return std::move(project).error();
    auto thread_key = parse_stop(request.body);
    if (!thread_key) co_return std::move(thread_key).error();
    if (thread_key->empty()) *thread_key = request.header("x-thread-key");
    const bool stopped =
        services.assistant.cancel(project->id, request.param("chatId"), caller.key->id, *thread_key);
    co_return net::reply(200, "application/json", stopped ? "{\"stopped\":true}" : "{\"stopped\":false}");
}

}  // namespace docent::api
