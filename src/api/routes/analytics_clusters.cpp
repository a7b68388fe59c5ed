#include "api/analytics_json.hpp"
#include "api/analytics_query.hpp"
#include "api/projects.hpp"
#include "api/question_groups.hpp"
#include "api/routes/handlers.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t shown_examples = 5;
constexpr std::size_t shown_pages = 3;

json::object cluster_json(const QuestionGroups& groups, const assistant::QuestionCluster& cluster,
                          const search::Index* index, const std::string& base_path) {
    const auto& questions = groups.questions;
    json::array examples, ids, terms, pages;
    for (const auto member : cluster.members) {
        if (examples.size() == shown_examples) break;
        examples.emplace_back(questions[member].text);
        ids.emplace_back(questions[member].id);
    }
    for (const auto& term : cluster.terms) terms.emplace_back(term);
    json::value job;
    for (const auto member : cluster.members)
        if (const auto at = groups.jobs.find(questions[member].id); at != groups.jobs.end()) job = at->second;
    json::object out = {{"id", questions[cluster.members.front()].id},
                        {"jobId", std::move(job)},
                        {"label", cluster.label},
                        {"count", cluster.members.size()},
                        {"firstAskedAt", iso8601(cluster.first)},
                        {"lastAskedAt", iso8601(cluster.last)},
                        {"terms", std::move(terms)},
                        {"examples", std::move(examples)},
                        {"conversationIds", std::move(ids)}};
    if (index) {
        const auto near = assistant::nearest_pages(*index, questions, cluster, shown_pages);
        for (const auto& page : near)
            pages.push_back(json::object{{"path", "/" + page.path},
                                         {"title", page.title},
                                         {"url", page_url(index->page(page.page), page.anchor, base_path)},
                                         {"score", page.score}});
        const auto gap = assistant::gap_of(near.empty() ? 0 : near[0].score);
        out["reason"] = gap == "present" ? "not_found" : "not_covered";
    }
    out["nearestPages"] = std::move(pages);
    return out;
}

}  // namespace

Task<Result<net::Response>> get_clusters(net::Request& request, const Caller& caller, Services& services) {
    std::string id = request.param("projectId");
    auto project = co_await find_project(std::move(id), caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    GroupQuery query;
    const auto dates = read_dates(fields, complaints);
    query.project_id = project->id;
    query.from = dates.from;
    query.to = dates.to;
    query.resolution = fields.word("resolutionStatus", "answered|unanswered|all");
    if (query.resolution.empty()) query.resolution = "unanswered";
    if (query.resolution == "all") query.resolution.clear();
    const auto limit = static_cast<std::size_t>(fields.whole("limit", 1, 100, 20));
    if (!complaints.empty()) co_return bad_query(complaints);

    auto groups = co_await grouped_questions(std::move(query), services);
    if (!groups) co_return std::move(groups).error();
    const auto index = services.sources.index(project->id);
    const auto base_path = settings_of(*project).base_path;
    auto body = co_await on(services.pools.search, [&] {
        json::array rows;
        for (const auto& cluster : groups->clusters) {
            if (rows.size() == limit) break;
            rows.push_back(cluster_json(*groups, cluster, index.get(), base_path));
        }
        return json::object{{"clusters", std::move(rows)},
                            {"totalClusters", groups->clusters.size()},
                            {"totalQuestions", groups->questions.size()},
                            {"hasMore", groups->clusters.size() > limit}};
    });
    co_return json_reply(200, body);
}

}  // namespace docent::api
