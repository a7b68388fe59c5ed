#pragma once
#include "net/http.hpp"

namespace docent::net {

/// The one place that knows which HTTP status an ErrorCode is.
int http_status(ErrorCode code);

/// The error body that every endpoint shares: one flat JSON object with "error" and "message" (the same
/// sentence: clients of the APIs we follow read either), "code" (the Error's reason, or its code) and
/// "status". error.detail is logged where it is 5xx and never sent.
Response problem(const Error& error);

}  // namespace docent::net
