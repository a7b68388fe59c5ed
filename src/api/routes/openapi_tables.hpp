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

/// One part of the description; schemas: a JSON object of them by name.
struct OpenApiPart {
    std::span<const RouteBodies> bodies;
    std::span<const RouteQuery> queries;
    std::string_view schemas;
};

OpenApiPart openapi_of_sessions();
OpenApiPart openapi_of_jobs();
/// Of what administrators set up for a project.
OpenApiPart openapi_of_admins();

}  // namespace docent::api
