#include "base/text.hpp"
#include "forge/rest.hpp"

namespace docent::forge {
namespace {

namespace json = boost::json;

net::Headers gitlab_headers(const std::string& token) {
    return {{"PRIVATE-TOKEN", token}, {"Accept", "application/json"}};
}
constexpr Dialect gitlab_dialect{"GitLab", "merge request", gitlab_headers};

constexpr std::string_view draft_mark = "Draft: ";  // GitLab knows a draft by its title

State gitlab_state(const json::object& answer) {
    State out;
    out.draft = bool_of(answer, "draft");
    out.head_sha = text_of(answer, "sha");
    out.external_id = number_of(answer, "iid");
    out.web_url = text_of(answer, "web_url");
    const auto state = text_of(answer, "state");
    out.status = state == "merged"   ? "merged"
                 : state == "closed" ? "closed"
                                     : "open";  // "locked" while it merges
    // GitLab finds out in the background; until then nobody knows.
    const auto known = text_of(answer, "detailed_merge_status");
    if (known == "mergeable") out.mergeable = true;
    if (known == "conflict" || known == "broken_status" || known == "need_rebase") out.mergeable = false;
    const auto old = text_of(answer, "merge_status");
    if (known.empty() && old == "can_be_merged") out.mergeable = true;
    if (known.empty() && old == "cannot_be_merged") out.mergeable = false;
    out.merge_commit_sha = text_of(answer, "merge_commit_sha");
    if (out.merge_commit_sha.empty()) out.merge_commit_sha = text_of(answer, "squash_commit_sha");
    for (const char* who : {"merge_user", "merged_by", "closed_by"})
        if (out.by.empty()) out.by = text_of(part_of(answer, who), "username");
    return out;
}

/// Its number there, or its path as one segment.
std::string project_of(const store::Repository& repository) {
    const auto& id = repository.external_id;
    const bool number = !id.empty() && id.find_first_not_of("0123456789") == std::string::npos;
    return percent_encode(number ? id : repository.full_name);
}

std::string project_path(const Place& place) { return "/projects/" + project_of(place.repository); }
std::string requests_of(const Place& place) { return project_path(place) + "/merge_requests"; }

/// GitLab's words for what a pipeline is at, in ours. https://docs.gitlab.com/api/pipelines/
std::string pipeline_status(const std::string& status) {
    if (status == "success" || status == "failed" || status == "running") return status;
    if (status == "canceled" || status == "canceling" || status == "skipped") return "canceled";
    return "pending";  // created, waiting_for_resource, preparing, pending, manual, scheduled
}

void count_jobs(const json::array& jobs, Pipeline& into) {
    for (const auto& job : jobs) {
        if (!job.is_object()) continue;
        const auto status = text_of(job.get_object(), "status");
        ++into.total;
        into.success += status == "success";
        into.failed += status == "failed";
        into.running += status == "running";
    }
}

class Gitlab final : public Forge {
public:
    Gitlab(const Clock& clock, net::HttpClient* http) : rest_(gitlab_dialect, clock, http) {}

    Task<Result<State>> open(const Place& place, const store::MergeRequest& request) override {
        const auto there = co_await find_open(place, request);
        if (!there) co_return there.error();
        if (!there->external_id.empty()) co_return co_await describe(place, request, there->external_id);
        co_return co_await ask(place, "POST", "", words_of(request, true));
    }

    Task<Result<State>> read(const Place& place, const store::MergeRequest& request) override {
        json::object none;
        co_return co_await ask(place, "GET", "/" + request.external_id, std::move(none));
    }

    Task<Result<State>> update(const Place& place, const store::MergeRequest& request) override {
        co_return co_await ask(place, "PUT", "/" + request.external_id, words_of(request, false));
    }

    Task<Status> comment(const Place& place, const store::MergeRequest& request, std::string text,
                         std::string key) override {
        const auto path = requests_of(place) + "/" + request.external_id + "/notes";
        const auto earlier = path + "?sort=desc&per_page=100";
        co_return co_await rest_.comment_once(place, path, earlier, std::move(text), std::move(key));
    }

    Task<Result<State>> merge(const Place& place, const store::MergeRequest& request,
                              MergeMethod method) override {
        if (method == MergeMethod::rebase)
            co_return invalid("method: on GitLab the project's settings say whether commits are rebased");
        json::object words{{"sha", request.head_sha}};
        if (method == MergeMethod::squash) words["squash"] = true;
        auto merged = co_await ask(place, "PUT", "/" + request.external_id + "/merge", std::move(words),
                                   Purpose::merge);
        if (merged || merged.error().reason != "not_mergeable") co_return merged;
        // A second call, or somebody was quicker.
        auto now = co_await read(place, request);
        if (now && now->status == "merged") co_return now;
        co_return merged;
    }

    Task<Result<State>> close(const Place& place, const store::MergeRequest& request) override {
        json::object words{{"state_event", "close"}};
        co_return co_await ask(place, "PUT", "/" + request.external_id, std::move(words));
    }

    Task<Result<std::optional<Pipeline>>> pipeline(const Place& place,
                                                   const store::MergeRequest& request) override {
        json::object none;
        const auto list = requests_of(place) + "/" + request.external_id + "/pipelines?per_page=1";
        auto newest = co_await rest_.call(place, "GET", list, none);
        if (!newest) co_return std::move(newest).error();
        if (!newest->is_array() || newest->get_array().empty() || !newest->get_array()[0].is_object())
            co_return std::optional<Pipeline>();
        const auto& there = newest->get_array()[0].get_object();
        Pipeline out;
        out.status = pipeline_status(text_of(there, "status"));
        out.web_url = text_of(there, "web_url");
        out.updated = parse_iso8601(text_of(there, "updated_at")).value_or(0);
        const auto jobs = project_path(place) + "/pipelines/" + number_of(there, "id") +
                          "/jobs?per_page=" + std::to_string(jobs_at_once) + "&page=";
        for (int page = 1; page <= most_pages; ++page) {
            const auto path = jobs + std::to_string(page);
            auto some = co_await rest_.call(place, "GET", path, none);
            if (!some) co_return std::move(some).error();
            if (!some->is_array()) break;
            count_jobs(some->get_array(), out);
            if (some->get_array().size() < jobs_at_once) break;
        }
        co_return std::optional<Pipeline>(std::move(out));
    }

private:
    static constexpr std::size_t jobs_at_once = 100;  // GitLab's largest page
    static constexpr int most_pages = 10;

    static json::object words_of(const store::MergeRequest& request, bool branches) {
        const auto title = (request.draft ? std::string(draft_mark) : std::string()) + request.title;
        json::object out{{"title", title}, {"description", request.description}};
        if (branches) out["source_branch"] = request.source_branch;
        if (branches) out["target_branch"] = request.target_branch;
        return out;
    }

    Task<Result<State>> describe(const Place& place, const store::MergeRequest& request, std::string number) {
        co_return co_await ask(place, "PUT", "/" + number, words_of(request, false));
    }

    /// The open one for these branches; without external_id when there is none.
    Task<Result<State>> find_open(const Place& place, const store::MergeRequest& request) {
        const auto query = "?state=opened&source_branch=" + percent_encode(request.source_branch) +
                           "&target_branch=" + percent_encode(request.target_branch);
        json::object none;
        auto body = co_await rest_.call(place, "GET", requests_of(place) + query, std::move(none));
        if (!body) co_return std::move(body).error();
        if (!body->is_array() || body->get_array().empty() || !body->get_array()[0].is_object())
            co_return State();
        co_return gitlab_state(body->get_array()[0].get_object());
    }

    Task<Result<State>> ask(const Place& place, std::string method, std::string path, json::object words,
                            Purpose purpose = Purpose::work) {
        auto body = co_await rest_.call(place, std::move(method), requests_of(place) + path, std::move(words),
                                        purpose);
        if (!body) co_return std::move(body).error();
        if (!body->is_object() || !body->get_object().contains("iid"))
            co_return Error(ErrorCode::upstream_failed, "GitLab's answer is no merge request");
        co_return gitlab_state(body->get_object());
    }

    Rest rest_;
};

}  // namespace

std::unique_ptr<Forge> gitlab_forge(const Clock& clock, net::HttpClient* http) {
    return std::make_unique<Gitlab>(clock, http);
}

}  // namespace docent::forge
