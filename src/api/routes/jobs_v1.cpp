// The first version of the jobs API, deprecated by its publisher and still in use.
#include <boost/json/array.hpp>

#include "agent/workspaces.hpp"
#include "api/analytics_json.hpp"
#include "api/analytics_query.hpp"
#include "api/job_json.hpp"
#include "api/job_problem.hpp"
#include "api/job_query.hpp"
#include "api/routes/new_job.hpp"
#include "api/wire/job_stream.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

/// Its two models are names of another service: those that are configured under them, else the usual order.
void choose_model(agent::NewJob& job, const Services& services) {
    if (!services.coding.models.find(job.model)) job.model.clear();
}

}  // namespace

Task<Result<net::Response>> create_chat_job(net::Request& request, const Caller& caller, Services& services) {
    auto project = co_await project_of_jobs(request, caller, services);
    if (!project) co_return std::move(project).error();
    auto body = read_job_body(request, services.settings);
    if (!body) co_return std::move(body).error();
    Complaints complaints;
    auto wanted = parse_chat_job(*body, services.settings, complaints);
    if (!complaints.empty()) co_return job_refused(complaints);
    auto key = read_idempotency_key(request);
    if (!key) co_return std::move(key).error();
    wanted.job.idempotency_key = *std::move(key);
    choose_model(wanted.job, services);
    const auto use = take_job_use(*project, services);
    if (!use.allowed) co_return too_many_jobs(use);
    auto made = co_await make_job(std::move(wanted), *project, caller, services);
    if (!made) co_return with_limit(std::move(made).error(), use);
    auto session = co_await services.coding.stored.find(project->id, made->id);
    if (!session) co_return with_limit(std::move(session).error(), use);
    const auto branch = services.coding.workspaces.branch_name(*session);
    net::Response out;
    out.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                   {"Cache-Control", "no-cache, no-store"},
                   {"X-Accel-Buffering", "no"},
                   {"X-Vercel-AI-Data-Stream", "v1"},
                   {"X-Session-Id", made->id},
                   {"X-Branch-Name", branch}};
    out.stream = job_chat(services.coding, made->id, review_base(request, services));
    co_return with_limit(std::move(out), use);
}

Task<Result<net::Response>> get_job_v1(net::Request& request, const Caller& caller, Services& services) {
    auto asked = co_await asked_job(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    std::string reviews = review_base(request, services);
    auto shown = co_await show_job(std::move(asked->job), std::move(reviews), services.coding);
    if (!shown) co_return std::move(shown).error();
    co_return json_reply(200, to_v1_json(*shown, asked->project.slug));
}

Task<Result<net::Response>> list_jobs_v1(net::Request& request, const Caller& caller, Services& services) {
    auto project = co_await project_of_jobs(request, caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    store::JobQuery query;
    query.project_id = project->id;
    query.skip = fields.whole("skip", 0, 1'000'000'000, 0);
    query.limit = fields.whole("take", 1, 100, 12);
    if (!complaints.empty()) co_return job_refused(complaints);
    auto rows = co_await services.coding.stored_jobs.list(std::move(query));
    if (!rows) co_return std::move(rows).error();
    const auto reviews = review_base(request, services);
    json::array all;
    for (auto& row : *rows) {
        auto shown = co_await show_job(std::move(row), reviews, services.coding);
        if (!shown && shown.error().code == ErrorCode::not_found) continue;  // its session was just deleted
        if (!shown) co_return std::move(shown).error();
        all.push_back(to_v1_json(*shown, project->slug));
    }
    co_return json_reply(200, json::object{{"allSessions", std::move(all)}});
}

}  // namespace docent::api
