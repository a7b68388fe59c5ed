#include "api/job_query.hpp"

#include "api/projects.hpp"
#include "base/ids.hpp"
#include "net/problem.hpp"

namespace docent::api {

Task<Result<store::Project>> project_of_jobs(const net::Request& request, const Caller& caller,
                                             Services& services) {
    std::string name = request.param("projectId");
    auto project = co_await find_project(std::move(name), caller, services);
    co_return project;
}

Task<Result<AskedJob>> asked_job(const net::Request& request, const Caller& caller, Services& services) {
    auto project = co_await project_of_jobs(request, caller, services);
    if (!project) co_return std::move(project).error();
    std::string id = request.param("id");
    if (!is_uuid(id)) co_return not_found("there is no such job");
    auto job = co_await services.coding.stored_jobs.find(project->id, std::move(id));
    if (!job) co_return std::move(job).error();
    AskedJob out;
    out.project = *std::move(project);
    out.job = *std::move(job);
    co_return out;
}

Limits::Verdict take_job_use(const store::Project& project, Services& services) {
    return services.hourly.take("jobs:" + project.id, services.settings.jobs_hour, services.clock.now());
}

net::Response too_many_jobs(const Limits::Verdict& verdict) {
    auto out = net::problem(429, "rate_limited", "Too many sessions created. Please try again later.");
    add_limit_headers(verdict, out);
    return out;
}

net::Response with_limit(Result<net::Response> response, const Limits::Verdict& verdict) {
    auto out = response ? *std::move(response) : net::problem(response.error());
    add_limit_headers(verdict, out);
    return out;
}

}  // namespace docent::api
