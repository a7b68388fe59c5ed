#include "net/problem.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>

#include "base/log.hpp"
#include "base/text.hpp"

namespace docent::net {
namespace {

struct Kind {
    int status;
    const char* code;
};

// No default: a new ErrorCode does not compile (-Werror=switch) until it has its row here.
Kind kind(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_argument:
            return {400, "invalid_argument"};
        case ErrorCode::unauthenticated:
            return {401, "unauthenticated"};
        case ErrorCode::permission_denied:
            return {403, "permission_denied"};
        case ErrorCode::not_found:
            return {404, "not_found"};
        case ErrorCode::conflict:
            return {409, "conflict"};
        case ErrorCode::too_large:
            return {413, "too_large"};
        case ErrorCode::rate_limited:
            return {429, "rate_limited"};
        case ErrorCode::cancelled:
            return {503, "cancelled"};  // a client that left does not see it
        case ErrorCode::timed_out:
            return {504, "timed_out"};
        case ErrorCode::upstream_failed:
            return {502, "upstream_failed"};
        case ErrorCode::unavailable:
            return {503, "unavailable"};
        case ErrorCode::internal:
            return {500, "internal"};
    }
    std::abort();
}

}  // namespace

int http_status(ErrorCode code) { return kind(code).status; }

Response problem(int status, std::string_view code, std::string_view message) {
    // Messages may quote input; a reader of JSON must not choke on it.
    const std::string text = repair_utf8(message);
    boost::json::object body;
    body["error"] = text;
    body["message"] = text;
    body["code"] = code;
    body["status"] = status;
    return reply(status, "application/json; charset=utf-8", boost::json::serialize(body));
}

Response problem(const Error& error) {
    const Kind k = kind(error.code);
    if (k.status >= 500) {
        log::error("answered " + std::to_string(k.status) + " " + error.message +
                   (error.detail.empty() ? std::string() : ": " + error.detail));
    }
    auto response =
        problem(k.status, error.reason.empty() ? std::string_view(k.code) : error.reason, error.message);
    if (k.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

Response other_method(const std::string& method, std::string allow) {
    Response response;
    if (method == "OPTIONS")
        response.status = 204;
    else
        response = problem(405, "method_not_allowed", "this endpoint does not take the method; see Allow");
    response.headers.emplace_back("Allow", std::move(allow));
    return response;
}

}  // namespace docent::net
