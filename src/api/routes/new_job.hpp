#pragma once
#include <boost/json/object.hpp>

#include "api/job_bodies.hpp"
#include "api/routes/handlers.hpp"
#include "store/jobs.hpp"

namespace docent::api {

// What both versions of the jobs API do. jobs.cpp

/// invalid_argument, too_large.
Result<boost::json::object> read_job_body(const net::Request& request, const Settings& settings);
/// "" when there is none.
Result<std::string> read_idempotency_key(const net::Request& request);
/// With the project's settings. Errors as the jobs API answers them.
Task<Result<store::Job>> make_job(NewJobBody wanted, const store::Project& project, const Caller& caller,
                                  Services& services);

}  // namespace docent::api
