#include <algorithm>
#include <map>

#include "api/analytics_json.hpp"
#include "api/analytics_query.hpp"
#include "api/project_jobs.hpp"
#include "api/projects.hpp"
#include "api/question_groups.hpp"
#include "api/routes/handlers.hpp"
#include "store/question_fixes.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_instructions = 4'000;

/// The jobs of a project's questions, with how they fared.
json::array fixes_json(const std::vector<store::QuestionFix>& fixes) {
    std::vector<std::string> order;
    std::map<std::string, std::vector<const store::QuestionFix*>> by_job;
    for (const auto& fix : fixes) {
        auto& of_job = by_job[fix.job_id];
        if (of_job.empty()) order.push_back(fix.job_id);
        of_job.push_back(&fix);
    }
    json::array out;
    for (auto job = order.rbegin(); job != order.rend(); ++job) {
        const auto& questions = by_job[*job];
        std::int64_t asked = 0, answered = 0;
        Millis merged = 0;
        json::array rows;
        for (const auto* fix : questions) {
            merged = std::max(merged, fix->merged);
            if (fix->asked != 0) ++(fix->answered ? answered : asked);
            rows.push_back(
                json::object{{"conversationId", fix->turn_id},
                             {"question", fix->question},
                             {"answered", fix->asked == 0 ? json::value() : json::value(fix->answered)}});
        }
        asked += answered;
        out.push_back(json::object{{"jobId", *job},
                                   {"clusterId", questions.front()->cluster},
                                   {"status", merged == 0 ? "open" : "answered"},
                                   {"createdAt", iso8601(questions.front()->created)},
                                   {"mergedAt", merged == 0 ? json::value() : json::value(iso8601(merged))},
                                   {"askedAgain", asked},
                                   {"answered", answered},
                                   {"questions", std::move(rows)}});
    }
    return out;
}

}  // namespace

Task<Result<net::Response>> get_fixes(net::Request& request, const Caller& caller, Services& services) {
    std::string name = request.param("projectId");
    auto project = co_await find_project(std::move(name), caller, services);
    if (!project) co_return std::move(project).error();
    auto fixes = co_await services.analytics.fixes.list(project->id);
    if (!fixes) co_return std::move(fixes).error();
    co_return json_reply(200, {{"fixes", fixes_json(*fixes)}});
}

Task<Result<net::Response>> post_cluster_job(net::Request& request, const Caller& caller,
                                             Services& services) {
    std::string name = request.param("projectId");
    auto project = co_await find_project(std::move(name), caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    agent::NewJob wanted;
    std::string instructions;
    std::optional<bool> draft;
    if (!request.body.empty()) {
        auto value = parse_json(request.body);
        if (!value) co_return std::move(value).error();
        if (!value->is_object()) co_return invalid("the body must be a JSON object");
        Fields fields(value->get_object(), "", complaints);
        instructions = fields.characters("instructions", 0, longest_instructions).value_or("");
        wanted.model = fields.text("model", 200).value_or("");
        draft = fields.boolean("asDraft");
    }
    if (!complaints.empty()) co_return bad_query(complaints);

    const std::string id = request.param("clusterId");
    GroupQuery query;
    query.project_id = project->id;
    auto groups = co_await grouped_questions(std::move(query), services);
    if (!groups) co_return std::move(groups).error();
    const auto* cluster = cluster_with(*groups, id);
    if (!cluster)
        co_return not_found("there is no open cluster with this question").because("unknown_cluster");
    for (const auto member : cluster->members)
        if (const auto job = groups->jobs.find(groups->questions[member].id); job != groups->jobs.end())
            co_return conflict("the job " + job->second + " is at work on this cluster").because("has_job");

    const auto index = services.sources.index(project->id);
    wanted.prompt = co_await on(services.pools.search,
                                [&] { return fix_prompt(*groups, *cluster, index.get(), instructions); });
    const std::string first = groups->questions[cluster->members.front()].id;
    auto before = co_await services.analytics.fixes.list(project->id);
    if (!before) co_return std::move(before).error();
    const auto last = std::ranges::find(*before, first, &store::QuestionFix::turn_id);
    wanted.user_id = caller.key->user;
    wanted.cause = "questions:" + first;
    wanted.title = "Answer: " + cluster->label;
    // Two clicks at once are one job.
    wanted.idempotency_key = wanted.cause + ":" + (last == before->end() ? "" : last->job_id);
    std::string documentation;
    auto made =
        co_await start_project_job(std::move(wanted), std::move(documentation), draft, *project, services);
    if (!made) co_return std::move(made).error();
    std::vector<store::QuestionFix> fixes;
    for (const auto member : cluster->members) {
        store::QuestionFix fix;
        fix.turn_id = groups->questions[member].id;
        fix.job_id = made->id;
        fix.project_id = project->id;
        fix.cluster = first;
        fix.question = groups->questions[member].text;
        fix.created = services.clock.now();
        fixes.push_back(std::move(fix));
    }
    const auto count = fixes.size();
    auto noted = co_await services.analytics.fixes.add(std::move(fixes));
    if (!noted) co_return std::move(noted).error();
    co_return json_reply(
        201, {{"jobId", made->id}, {"clusterId", first}, {"label", cluster->label}, {"questions", count}});
}

}  // namespace docent::api
