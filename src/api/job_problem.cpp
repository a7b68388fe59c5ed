#include "api/job_problem.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "net/problem.hpp"

namespace docent::api {

namespace json = boost::json;

bool is_job_api(std::string_view path) {
    return path.starts_with("/v1/agent/") || path.starts_with("/v2/agent/");
}

void finish_job_response(net::Response& response) {
    if (response.status < 400 || response.stream) return;
    boost::system::error_code failed;
    const auto value = json::parse(response.body, failed);
    if (failed || !value.is_object()) return;
    const auto& problem = value.get_object();
    json::object body;
    for (const char* name : {"error", "details"})
        if (const auto* found = problem.if_contains(name)) body[name] = *found;
    response.body = json::serialize(body);
}

net::Response job_refused(const Complaints& complaints) {
    auto out = net::problem(complaints.error());
    auto body = json::parse(out.body).get_object();
    json::array details;
    for (const auto& sentence : complaints.first()) details.push_back(json::object{{"message", sentence}});
    body["details"] = std::move(details);
    out.body = json::serialize(body);
    return out;
}

Error as_job_error(Error error) {
    if (error.reason == "client_id_conflict")
        return conflict("Idempotency-Key was used for another message; take a new one")
            .because("idempotency_key");
    const bool unfit = error.code == ErrorCode::conflict && error.reason != "idempotency_key";
    if (unfit || error.reason == "model_unavailable") error.code = ErrorCode::invalid_argument;
    return error;
}

}  // namespace docent::api
