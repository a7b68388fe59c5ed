#pragma once
#include <vector>

#include "api/services.hpp"
#include "net/http.hpp"

namespace docent::api {

/// Who may call a route.
enum class Access {
    open,             // anybody
    page,             // the browser page of this server: Host and Origin are checked
    assistant_key,    // from any origin, unless the key lists some
    reader_or_admin,  // an assistant key, or an admin key that reads (GET) or writes
    admin_read,
    admin_write,
    sessions_key,  // a sessions key with a scope for Route::resource, or an admin key
};

/// A handler gets the request after authentication and limits; `caller` says who asks.
using Handler = Task<Result<net::Response>>(net::Request& request, const Caller& caller, Services& services);

struct Route {
    const char* method;
    const char* pattern;
    Access access;
    bool counted;  // against the limits; admin routes: against that of the analytics
    Handler* handler;
    const char* name;  // operationId, and key of the schemas in openapi.cpp
    const char* summary;
    bool openai = false;        // errors in the words of OpenAI's API
    const char* resource = "";  // sessions_key: what the key's scopes must allow to read or write
};

/// Every endpoint of the server. routes.cpp is the API's table of contents; a test walks it.
const std::vector<Route>& routes();

/// Adds all routes, with authentication, limits and errors around each.
void add_routes(net::Router& router, Services& services);

/// Headers that every response has (CORS, x-content-type-options, ...): net::Server's `decorate`.
void decorate(const net::Request& request, net::Response& response);

}  // namespace docent::api
