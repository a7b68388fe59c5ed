#include "api/job_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "api/review_url.hpp"
#include "git/transport.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t most_shown_tasks = 100;

json::value text_or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }
json::value when_or_null(Millis time) { return time == 0 ? json::value() : json::value(iso8601(time)); }

json::value findings_of(const store::Job& job) {
    boost::system::error_code failed;
    auto value = json::parse(job.findings, failed);
    return !failed && value.is_array() ? value : json::value(json::array());
}

/// In the words of the published API.
const char* todo_status(const std::string& status) {
    if (status == "pending") return "pending";
    if (status == "in_progress") return "in_progress";
    return status == "completed" ? "completed" : "cancelled";
}

json::array todos_of(const std::vector<store::SessionTask>& tasks) {
    json::array out;
    for (const auto& task : tasks)
        out.push_back(json::object{{"content", task.title},
                                   {"status", todo_status(task.status)},
                                   {"priority", "medium"},
                                   {"id", task.id}});
    return out;
}

/// What keeps the agent from the repository is "github_missconfigured" in v1, whatever the forge.
bool is_about_repository(const std::string& code) {
    return code == "upstream_failed" || code == "permission_denied" || code == "unauthenticated" ||
           code == "push_rejected" || code == "repository_unreachable";
}

/// On its forge, or on the review page when it lives here.
std::string address_of(const store::MergeRequest& request, const std::string& reviews) {
    if (!request.web_url.empty() || !request.external_id.empty()) return request.web_url;
    return reviews.empty() ? reviews : reviews + request.id;
}

const char* halt_reason(const store::Job& job) {
    if (job.active() && job.phase != "open") return "processing";
    if (job.error_code == "canceled") return "interrupted";
    if (job.status == "completed" || job.error_code.empty()) return "completed";
    return is_about_repository(job.error_code) ? "github_missconfigured" : "error";
}

}  // namespace

std::string review_base(const net::Request& request, const Services& services) {
    return review_url(&request, services, "");
}

Task<Result<ShownJob>> show_job(store::Job job, std::string reviews, Coding& coding) {
    ShownJob out;
    out.job = std::move(job);
    auto session = co_await coding.stored.find(out.job.project_id, out.job.id);
    if (!session) co_return std::move(session).error();
    out.session = *std::move(session);
    out.ref = out.session.target_branch;
    auto repository = co_await coding.repositories.find("", out.session.repository_id);
    if (repository) {
        out.repository = git::masked(repository->clone_url);
        if (out.ref.empty()) out.ref = repository->default_branch;
    } else if (repository.error().code != ErrorCode::not_found) {
        co_return std::move(repository).error();
    }
    auto request = co_await coding.proposed.latest(out.job.id);
    if (request)
        out.pull_request = address_of(*request, reviews);
    else if (request.error().code != ErrorCode::not_found)
        co_return std::move(request).error();
    store::Page page;
    page.limit = most_shown_tasks;
    std::string every_goal;
    auto tasks = co_await coding.goals.tasks(out.job.id, std::move(every_goal), std::move(page));
    if (!tasks) co_return std::move(tasks).error();
    out.tasks = *std::move(tasks);
    co_return out;
}

json::object to_json(const ShownJob& shown) {
    const auto& job = shown.job;
    json::value error;
    if (!job.error_code.empty()) error = json::object{{"code", job.error_code}, {"message", job.error}};
    const bool open = job.active() && job.phase == "open";
    return {{"id", job.id},
            {"status", job.status},
            {"source", json::object{{"repository", shown.repository}, {"ref", shown.ref}}},
            {"model", job.model},
            {"prLink", text_or_null(shown.pull_request)},
            {"createdAt", iso8601(job.created)},
            {"archivedAt", when_or_null(job.archived)},
            {"title", shown.session.title},
            {"branch", text_or_null(shown.session.branch_name)},
            {"message", text_or_null(job.message)},
            {"error", std::move(error)},
            {"todos", todos_of(shown.tasks)},
            {"diffStat", json::object{{"filesChanged", job.files_changed},
                                      {"additions", job.additions},
                                      {"deletions", job.deletions}}},
            {"findings", findings_of(job)},
            {"asDraft", job.draft},
            {"dryRun", job.dry_run},
            {"followUpUntil", when_or_null(open ? job.open_until : 0)},
            {"updatedAt", iso8601(job.updated)},
            {"endedAt", when_or_null(job.ended)},
            {"sessionId", shown.session.id}};
}

json::object to_v1_json(const ShownJob& shown, const std::string& project_slug) {
    const auto& job = shown.job;
    const bool works = job.active() && job.phase != "open";
    return {{"sessionId", job.id},
            {"subdomain", project_slug},
            {"branch", text_or_null(shown.session.branch_name)},
            {"haulted", !works},
            {"haultReason", halt_reason(job)},
            {"pullRequestLink", text_or_null(shown.pull_request)},
            {"messageToUser", text_or_null(job.error.empty() ? job.message : job.error)},
            {"todos", todos_of(shown.tasks)},
            {"userId", shown.session.user_id},
            {"title", shown.session.title},
            {"createdAt", iso8601(job.created)}};
}

}  // namespace docent::api
