#include "base/text.hpp"
#include "forge/rest.hpp"

namespace docent::forge {
namespace {

namespace json = boost::json;

net::Headers github_headers(const std::string& token) {
    return {{"Authorization", "Bearer " + token},
            {"Accept", "application/vnd.github+json"},
            {"X-GitHub-Api-Version", "2022-11-28"}};
}
constexpr Dialect github_dialect{"GitHub", "pull request", github_headers};

State github_state(const json::object& answer) {
    State out;
    out.external_id = number_of(answer, "number");
    out.web_url = text_of(answer, "html_url");
    out.status = bool_of(answer, "merged").value_or(!text_of(answer, "merged_at").empty()) ? "merged"
                 : text_of(answer, "state") == "closed"                                    ? "closed"
                                                                                           : "open";
    out.mergeable = bool_of(answer, "mergeable");  // null until GitHub has tried
    out.draft = bool_of(answer, "draft");
    out.head_sha = text_of(part_of(answer, "head"), "sha");
    // Of an open one it is a merge that GitHub made to try it.
    if (out.status == "merged") out.merge_commit_sha = text_of(answer, "merge_commit_sha");
    out.by = text_of(part_of(answer, "merged_by"), "login");
    return out;
}

/// https://api.github.com/graphql, and https://HOST/api/graphql beside https://HOST/api/v3.
std::string graphql_of(const Place& place) {
    auto api = api_of(place);
    if (api.ends_with("/v3")) api.resize(api.size() - 3);
    return api + "/graphql";
}

class Github final : public Forge {
public:
    Github(const Clock& clock, net::HttpClient* http) : rest_(github_dialect, clock, http) {}

    Task<Result<State>> open(const Place& place, const store::MergeRequest& request) override {
        const auto& name = place.repository.full_name;
        const auto owner = name.substr(0, name.find('/'));
        const auto path = repository_path(place) + "/pulls";
        json::object none;
        auto there = co_await rest_.call(
            place, "GET",
            path + "?state=open&head=" + percent_encode(owner + ":" + request.source_branch) +
                "&base=" + percent_encode(request.target_branch),
            std::move(none));
        if (!there) co_return std::move(there).error();
        if (there->is_array() && !there->get_array().empty() && there->get_array()[0].is_object()) {
            auto known = request;
            known.external_id = number_of(there->get_array()[0].get_object(), "number");
            co_return co_await update(place, known);
        }
        json::object words{{"title", request.title},
                           {"body", request.description},
                           {"head", request.source_branch},
                           {"base", request.target_branch},
                           {"draft", request.draft}};
        co_return co_await ask(place, "POST", path, std::move(words), Purpose::work);
    }

    Task<Result<State>> read(const Place& place, const store::MergeRequest& request) override {
        json::object none;
        co_return co_await ask(place, "GET", one(place, request), std::move(none), Purpose::work);
    }

    Task<Result<State>> update(const Place& place, const store::MergeRequest& request) override {
        json::object words{{"title", request.title}, {"body", request.description}};
        auto answer = co_await rest_.call(place, "PATCH", one(place, request), std::move(words));
        if (!answer) co_return std::move(answer).error();
        if (!answer->is_object()) co_return no_pull();
        auto state = github_state(answer->get_object());
        if (state.draft.value_or(request.draft) == request.draft) co_return state;
        auto turned = co_await turn(place, text_of(answer->get_object(), "node_id"), request.draft);
        if (!turned) co_return turned.error();
        state.draft = request.draft;
        co_return state;
    }

    Task<Status> comment(const Place& place, const store::MergeRequest& request, std::string text,
                         std::string key) override {
        const auto path = repository_path(place) + "/issues/" + request.external_id + "/comments";
        const auto earlier = path + "?per_page=100&since=" + iso8601(request.created);
        co_return co_await rest_.comment_once(place, path, earlier, std::move(text), std::move(key));
    }

    Task<Result<State>> merge(const Place& place, const store::MergeRequest& request,
                              MergeMethod method) override {
        json::object words{{"sha", request.head_sha}, {"merge_method", to_string(method)}};
        auto merged = co_await rest_.call(place, "PUT", one(place, request) + "/merge", std::move(words),
                                          Purpose::merge);
        auto now = co_await read(place, request);
        // A second call, or somebody was quicker.
        if (now && now->status == "merged") co_return now;
        if (!merged) co_return std::move(merged).error();
        State out;
        out.external_id = request.external_id;
        out.web_url = request.web_url;
        out.status = "merged";
        if (merged->is_object()) out.merge_commit_sha = text_of(merged->get_object(), "sha");
        co_return out;
    }

    Task<Result<State>> close(const Place& place, const store::MergeRequest& request) override {
        json::object words{{"state", "closed"}};
        co_return co_await ask(place, "PATCH", one(place, request), std::move(words), Purpose::work);
    }

private:
    static Error no_pull() { return Error(ErrorCode::upstream_failed, "GitHub's answer is no pull request"); }

    static std::string one(const Place& place, const store::MergeRequest& request) {
        return repository_path(place) + "/pulls/" + request.external_id;
    }

    Task<Result<State>> ask(const Place& place, std::string method, std::string path, json::object words,
                            Purpose purpose) {
        auto answer =
            co_await rest_.call(place, std::move(method), std::move(path), std::move(words), purpose);
        if (!answer) co_return std::move(answer).error();
        if (!answer->is_object() || !answer->get_object().contains("number")) co_return no_pull();
        co_return github_state(answer->get_object());
    }

    /// Makes a draft of it, or takes that back.
    Task<Status> turn(const Place& place, std::string node, bool draft) {
        const std::string name = draft ? "convertPullRequestToDraft" : "markPullRequestReadyForReview";
        json::object words{{"query", "mutation($id: ID!) { " + name +
                                         "(input: {pullRequestId: $id}) { pullRequest { isDraft } } }"},
                           {"variables", json::object{{"id", node}}}};
        auto done =
            co_await rest_.call_url(place, "POST", graphql_of(place), std::move(words), Purpose::work);
        if (!done) co_return done.error();
        // Refusals come with the status 200.
        const auto* errors = done->is_object() ? done->get_object().if_contains("errors") : nullptr;
        if (!errors || !errors->is_array() || errors->get_array().empty()) co_return Status();
        const auto& first = errors->get_array()[0];
        const auto why = first.is_object() ? text_of(first.get_object(), "message") : std::string();
        co_return invalid("GitHub does not change the draft: " + std::string(cut_utf8(why, 500)));
    }

    Rest rest_;
};

}  // namespace

std::unique_ptr<Forge> github_forge(const Clock& clock, net::HttpClient* http) {
    return std::make_unique<Github>(clock, http);
}

}  // namespace docent::forge
