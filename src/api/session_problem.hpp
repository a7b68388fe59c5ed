#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "api/parse.hpp"
#include "net/http.hpp"

namespace docent::api {

/// True for paths of the sessions API: its errors have a body of their own.
bool is_session_api(std::string_view path);

/// 400 validation_failed with one detail for each field.
net::Response validation_failed(const Complaints& complaints);

/// Gives an error's response the form of the sessions API, {error, code, details?, request_id}, and every
/// response its x-request-id: the caller's own, or a new one.
void finish_session_response(const net::Request& request, net::Response& response);

/// The body of a request as a JSON object; else the response that refuses it: 413 body_too_large, 415
/// unsupported_media_type, 400 invalid_json or validation_failed. With `optional` an absent body is {}.
struct SessionBody {
    boost::json::object object;
    std::optional<net::Response> refusal;
};
SessionBody read_session_body(const net::Request& request, std::size_t limit, bool optional = false);

}  // namespace docent::api
