#pragma once
#include "api/auth.hpp"
#include "api/limits.hpp"
#include "api/services.hpp"
#include "net/http.hpp"
#include "store/jobs.hpp"

namespace docent::api {

/// The project that {projectId} names: an id, a slug or a host of it. not_found, also for one that the key
/// does not open.
Task<Result<store::Project>> project_of_jobs(const net::Request& request, const Caller& caller,
                                             Services& services);

/// The job {id} of that project. not_found.
struct AskedJob {
    store::Project project;
    store::Job job;
};
Task<Result<AskedJob>> asked_job(const net::Request& request, const Caller& caller, Services& services);

/// One use of the jobs API by a project: a new job or a message.
Limits::Verdict take_job_use(const store::Project& project, Services& services);
/// Of a refused one: 429, in the words of the published API.
net::Response too_many_jobs(const Limits::Verdict& verdict);
/// The answer of a route that counts, errors included, with the limit's headers.
net::Response with_limit(Result<net::Response> response, const Limits::Verdict& verdict);

}  // namespace docent::api
