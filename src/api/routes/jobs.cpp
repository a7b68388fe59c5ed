#include <boost/json/array.hpp>

#include "api/analytics_json.hpp"
#include "api/analytics_query.hpp"
#include "api/job_bodies.hpp"
#include "api/job_json.hpp"
#include "api/job_problem.hpp"
#include "api/job_query.hpp"
#include "api/project_jobs.hpp"
#include "api/project_settings.hpp"
#include "api/routes/handlers.hpp"
#include "api/routes/new_job.hpp"
#include "net/problem.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_idempotency_key = 200;  // bytes of an Idempotency-Key

/// The job as JSON, for this caller.
Task<Result<net::Response>> reply_with(int status, store::Job job, const net::Request& request,
                                       Services& services) {
    std::string reviews = review_base(request, services);
    auto shown = co_await show_job(std::move(job), std::move(reviews), services.coding);
    if (!shown) co_return std::move(shown).error();
    co_return json_reply(status, to_json(*shown));
}

Task<Result<net::Response>> send(const net::Request& request, AskedJob asked, agent::MessageToSend message,
                                 Services& services) {
    const bool may_reopen = settings_of(asked.project).job_reopen;
    std::string id = asked.job.id;
    auto sent = co_await services.coding.jobs.message(std::move(id), std::move(message), may_reopen);
    if (!sent) co_return as_job_error(std::move(sent).error());
    auto reply = co_await reply_with(200, *std::move(sent), request, services);
    co_return reply;
}

Task<Result<net::Response>> reply_to_end(Result<store::Job> ended, const net::Request& request,
                                         Services& services) {
    if (!ended) co_return std::move(ended).error();
    auto reply = co_await reply_with(200, *std::move(ended), request, services);
    co_return reply;
}

}  // namespace

Result<json::object> read_job_body(const net::Request& request, const Settings& settings) {
    if (request.body.size() > settings.session_body)
        return Error(ErrorCode::too_large,
                     "the request body is larger than " + std::to_string(settings.session_body) + " bytes");
    TRY(auto value, parse_json(request.body));
    if (!value.is_object()) return invalid("the body must be a JSON object");
    return std::move(value.get_object());
}

Result<std::string> read_idempotency_key(const net::Request& request) {
    const auto& key = request.header("idempotency-key");
    if (key.size() > longest_idempotency_key)
        return invalid("the header Idempotency-Key is longer than " +
                       std::to_string(longest_idempotency_key) + " bytes");
    return key;
}

Task<Result<store::Job>> make_job(NewJobBody wanted, const store::Project& project, const Caller& caller,
                                  Services& services) {
    wanted.job.user_id = caller.key->user;
    auto made = co_await start_project_job(std::move(wanted.job), std::move(wanted.repository), wanted.draft,
                                           project, services);
    if (!made) co_return as_job_error(std::move(made).error());
    co_return made;
}

Task<Result<net::Response>> create_job(net::Request& request, const Caller& caller, Services& services) {
    auto project = co_await project_of_jobs(request, caller, services);
    if (!project) co_return std::move(project).error();
    auto body = read_job_body(request, services.settings);
    if (!body) co_return std::move(body).error();
    Complaints complaints;
    auto wanted = parse_new_job(*body, services.settings, complaints);
    if (!complaints.empty()) co_return job_refused(complaints);
    auto key = read_idempotency_key(request);
    if (!key) co_return std::move(key).error();
    wanted.job.idempotency_key = *std::move(key);
    const auto use = take_job_use(*project, services);
    if (!use.allowed) co_return too_many_jobs(use);
    auto made = co_await make_job(std::move(wanted), *project, caller, services);
    if (!made) co_return with_limit(std::move(made).error(), use);
    auto reply = co_await reply_with(201, *std::move(made), request, services);
    co_return with_limit(std::move(reply), use);
}

Task<Result<net::Response>> get_job(net::Request& request, const Caller& caller, Services& services) {
    auto asked = co_await asked_job(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto reply = co_await reply_with(200, std::move(asked->job), request, services);
    co_return reply;
}

Task<Result<net::Response>> list_jobs(net::Request& request, const Caller& caller, Services& services) {
    auto project = co_await project_of_jobs(request, caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    store::JobQuery query;
    query.project_id = project->id;
    query.status = fields.word("status", "active|completed|failed|archived");
    query.skip = fields.whole("skip", 0, 1'000'000'000, 0);
    query.limit = fields.whole("limit", 1, 100, 20);
    if (!complaints.empty()) co_return job_refused(complaints);
    auto total = co_await services.coding.stored_jobs.count(query);
    if (!total) co_return std::move(total).error();
    auto rows = co_await services.coding.stored_jobs.list(query);
    if (!rows) co_return std::move(rows).error();
    const auto reviews = review_base(request, services);
    json::array jobs;
    for (auto& row : *rows) {
        auto shown = co_await show_job(std::move(row), reviews, services.coding);
        if (!shown && shown.error().code == ErrorCode::not_found) continue;  // its session was just deleted
        if (!shown) co_return std::move(shown).error();
        jobs.push_back(to_json(*shown));
    }
    const bool more = query.skip + std::ssize(*rows) < *total;
    co_return json_reply(200, json::object{{"jobs", std::move(jobs)}, {"total", *total}, {"hasMore", more}});
}

Task<Result<net::Response>> post_job_message(net::Request& request, const Caller& caller,
                                             Services& services) {
    auto asked = co_await asked_job(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto body = read_job_body(request, services.settings);
    if (!body) co_return std::move(body).error();
    Complaints complaints;
    agent::MessageToSend message;
    message.text = parse_job_prompt(*body, services.settings, complaints);
    if (!complaints.empty()) co_return job_refused(complaints);
    auto key = read_idempotency_key(request);
    if (!key) co_return std::move(key).error();
    if (!key->empty()) message.client_id = *std::move(key);
    const auto use = take_job_use(asked->project, services);
    if (!use.allowed) co_return too_many_jobs(use);
    auto sent = co_await send(request, *std::move(asked), std::move(message), services);
    co_return with_limit(std::move(sent), use);
}

Task<Result<net::Response>> cancel_job(net::Request& request, const Caller& caller, Services& services) {
    auto asked = co_await asked_job(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto ended = co_await services.coding.jobs.cancel(asked->job.id);
    auto reply = co_await reply_to_end(std::move(ended), request, services);
    co_return reply;
}

Task<Result<net::Response>> complete_job(net::Request& request, const Caller& caller, Services& services) {
    auto asked = co_await asked_job(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto ended = co_await services.coding.jobs.complete(asked->job.id);
    auto reply = co_await reply_to_end(std::move(ended), request, services);
    co_return reply;
}

Task<Result<net::Response>> archive_job(net::Request& request, const Caller& caller, Services& services) {
    auto asked = co_await asked_job(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto ended = co_await services.coding.jobs.archive(asked->job.id);
    auto reply = co_await reply_to_end(std::move(ended), request, services);
    co_return reply;
}

}  // namespace docent::api
