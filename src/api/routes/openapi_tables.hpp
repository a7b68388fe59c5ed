#pragma once
#include <span>
#include <string_view>

namespace docent::api {

/// What a route takes and gives, by Route::name. "" is no body; a schema name is JSON; anything else is
/// the media type.
struct RouteBodies {
    std::string_view name, takes, gives;
};

/// The parameters of an address, by Route::name.
struct RouteQuery {
    std::string_view name, parameters;
};

// Those of the sessions API: openapi_sessions.cpp.
std::span<const RouteBodies> session_route_bodies();
std::span<const RouteQuery> session_route_queries();
/// A JSON object of schemas by name.
std::string_view session_schemas();

// Those of the jobs API: openapi_jobs.cpp.
std::span<const RouteBodies> job_route_bodies();
std::span<const RouteQuery> job_route_queries();
std::string_view job_schemas();

// Those of what administrators set up for a project: openapi_admin.cpp.
std::span<const RouteBodies> admin_route_bodies();
std::span<const RouteQuery> admin_route_queries();
std::string_view admin_schemas();

}  // namespace docent::api
