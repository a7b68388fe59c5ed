#pragma once
#include "net/http.hpp"

namespace docent::net {

/// The one place that knows which HTTP status an ErrorCode is.
int http_status(ErrorCode code);

/// The error body that every endpoint shares: one flat JSON object with "error" and "message" (the same
/// sentence: clients of the APIs we follow read either), "code" (the Error's reason, or its code) and
/// "status". error.detail is logged where it is 5xx and never sent. A 401 has WWW-Authenticate.
Response problem(const Error& error);

/// The same body for a status that no ErrorCode stands for: HTTP's own refusals (405, 408, 431, ...).
Response problem(int status, std::string_view code, std::string_view message);

/// What a path answers to a method that it does not take: 204 to OPTIONS, 405 to others. `allow`: those that
/// it takes, "GET, HEAD, OPTIONS".
Response other_method(const std::string& method, std::string allow);

}  // namespace docent::net
