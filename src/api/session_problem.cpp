#include "api/session_problem.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/json_fields.hpp"
#include "base/text.hpp"
#include "net/problem.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_request_id = 100;

/// The word that the sessions API has for an error of any part of the server.
std::string code_for(int status, std::string code) {
    switch (status) {
        case 400:
            if (code == "invalid_argument" || code == "invalid_body") return "validation_failed";
            return code;
        case 401:
            return code == "missing_api_key" || code == "bad_signature" ? code : "invalid_api_key";
        case 403:
            return code == "address_not_allowed" || code == "origin_not_allowed" ? code
                                                                                 : "insufficient_scope";
        case 413:
            return "body_too_large";
        case 429:
            return code == "queue_full" ? code : "rate_limited";
        case 500:
            return "internal_error";
        default:
            return code;
    }
}

std::string request_id_of(const net::Request& request) {
    const auto& given = request.header("x-request-id");
    const bool plain = std::ranges::all_of(given, [](char c) { return c > 0x20 && c < 0x7f && c != ','; });
    if (!given.empty() && given.size() <= longest_request_id && plain) return given;
    return new_uuid(system_clock().now());
}

net::Response refused(int status, std::string_view code, std::string_view message) {
    return net::problem(status, code, message);
}

}  // namespace

bool is_session_api(std::string_view path) { return path == "/api/v1" || path.starts_with("/api/v1/"); }

net::Response validation_failed(const Complaints& complaints) {
    auto out = net::problem(400, "validation_failed", complaints.error().message);
    auto body = object_in(out.body);
    json::array details;
    for (const auto& issue : complaints.issues())
        details.push_back(json::object{{"field", issue.field}, {"issue", issue.issue}});
    body["details"] = std::move(details);
    out.body = json::serialize(body);
    return out;
}

void finish_session_response(const net::Request& request, net::Response& response) {
    const auto id = request_id_of(request);
    response.headers.emplace_back("X-Request-Id", id);
    if (response.status < 400 || response.stream) return;
    const auto problem = object_in(response.body);
    json::object body;
    body["error"] = text_of(problem, "error");
    body["code"] = code_for(response.status, text_of(problem, "code"));
    if (const auto* details = problem.if_contains("details")) body["details"] = *details;
    body["request_id"] = id;
    response.body = json::serialize(body);
}

SessionBody read_session_body(const net::Request& request, std::size_t limit, bool optional) {
    SessionBody out;
    if (optional && trim(request.body).empty()) return out;
    const auto& given = request.header("content-type");
    const auto type = lower_ascii(trim(std::string_view(given).substr(0, given.find(';'))));
    const auto packed = lower_ascii(trim(request.header("content-encoding")));
    if (!packed.empty() && packed != "identity") {
        out.refusal = refused(415, "unsupported_media_type", "the body must not be compressed");
    } else if (!type.empty() && type != "application/json") {
        out.refusal = refused(415, "unsupported_media_type", "the body must be application/json");
    } else if (request.body.size() > limit) {
        out.refusal = refused(413, "body_too_large",
                              "the request body is larger than " + std::to_string(limit) + " bytes");
    } else {
        auto parsed = parse_json(request.body);
        if (!parsed)
            out.refusal = net::problem(parsed.error());
        else if (!parsed->is_object())
            out.refusal = refused(400, "validation_failed", "the body must be a JSON object");
        else
            out.object = std::move(parsed->get_object());
    }
    return out;
}

}  // namespace docent::api
