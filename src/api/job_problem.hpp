#pragma once
#include "api/parse.hpp"
#include "net/http.hpp"

namespace docent::api {

/// True for paths of the jobs API: its errors are {error}, and of a wrong body {error, details: [{message}]}.
/// Source: the published agent API.
bool is_job_api(std::string_view path);

/// Gives an error's response that form.
void finish_job_response(net::Response& response);

/// 400 with one detail for each of the first few complaints.
net::Response job_refused(const Complaints& complaints);

/// How the jobs API answers an error of the engine to a prompt: what the caller has to do something about is
/// 400, as published.
Error as_job_error(Error error);

}  // namespace docent::api
