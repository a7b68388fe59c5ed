#include "base/text.hpp"
#include "forge/rest.hpp"

namespace docent::forge {
namespace {

namespace json = boost::json;

net::Headers forgejo_headers(const std::string& token) {
    return {{"Authorization", "token " + token}, {"Accept", "application/json"}};
}
constexpr Dialect forgejo_dialect{"Forgejo", "pull request", forgejo_headers};

constexpr std::string_view wip_mark = "WIP: ";  // a draft is known by its title

State forgejo_state(const json::object& answer) {
    State out;
    out.external_id = number_of(answer, "number");
    out.web_url = text_of(answer, "html_url");
    out.status = is_true(answer, "merged")              ? "merged"
                 : text_of(answer, "state") == "closed" ? "closed"
                                                        : "open";
    const auto title = lower_ascii(text_of(answer, "title"));
    out.draft = title.starts_with("wip:") || title.starts_with("[wip]");
    // It says of every draft that it cannot be merged.
    if (!*out.draft && out.status == "open") out.mergeable = bool_of(answer, "mergeable");
    out.head_sha = text_of(part_of(answer, "head"), "sha");
    if (out.status == "merged") out.merge_commit_sha = text_of(answer, "merge_commit_sha");
    out.by = text_of(part_of(answer, "merged_by"), "login");
    return out;
}

class Forgejo final : public Forge {
public:
    Forgejo(const Clock& clock, net::HttpClient* http) : rest_(forgejo_dialect, clock, http) {}

    Task<Result<State>> open(const Place& place, const store::MergeRequest& request) override {
        const auto path = repository_path(place) + "/pulls";
        json::object none;
        auto there = co_await rest_.call(
            place, "GET",
            path + "/" + percent_encode(request.target_branch) + "/" + percent_encode(request.source_branch),
            std::move(none));
        if (!there && there.error().code != ErrorCode::not_found) co_return std::move(there).error();
        if (there && there->is_object()) {
            const auto state = forgejo_state(there->get_object());
            auto known = request;
            known.external_id = state.external_id;
            if (state.status == "open") co_return co_await update(place, known);
        }
        auto words = words_of(request);
        words["head"] = request.source_branch;
        words["base"] = request.target_branch;
        co_return co_await ask(place, "POST", path, std::move(words));
    }

    Task<Result<State>> read(const Place& place, const store::MergeRequest& request) override {
        json::object none;
        co_return co_await ask(place, "GET", one(place, request), std::move(none));
    }

    Task<Result<State>> update(const Place& place, const store::MergeRequest& request) override {
        co_return co_await ask(place, "PATCH", one(place, request), words_of(request));
    }

    Task<Status> comment(const Place& place, const store::MergeRequest& request, std::string text,
                         std::string key) override {
        const auto path = repository_path(place) + "/issues/" + request.external_id + "/comments";
        const auto earlier = path + "?since=" + iso8601(request.created);
        co_return co_await rest_.comment_once(place, path, earlier, std::move(text), std::move(key));
    }

    Task<Result<State>> merge(const Place& place, const store::MergeRequest& request,
                              MergeMethod method) override {
        json::object words{{"Do", to_string(method)}, {"head_commit_id", request.head_sha}};
        auto merged = co_await rest_.call(place, "POST", one(place, request) + "/merge", std::move(words),
                                          Purpose::merge);
        auto now = co_await read(place, request);
        if (now && now->status == "merged") co_return now;
        if (!merged) {
            // It answers 409 for branches that conflict, too.
            const bool same = now && now->head_sha == request.head_sha;
            if (same && merged.error().reason == "head_changed")
                co_return conflict("Forgejo does not merge it: the branches conflict")
                    .because("not_mergeable");
            co_return std::move(merged).error();
        }
        if (!now) co_return now;
        now->status = "merged";  // it was, a moment ago
        co_return now;
    }

    Task<Result<State>> close(const Place& place, const store::MergeRequest& request) override {
        json::object words{{"state", "closed"}};
        co_return co_await ask(place, "PATCH", one(place, request), std::move(words));
    }

private:
    static json::object words_of(const store::MergeRequest& request) {
        return {{"title", (request.draft ? std::string(wip_mark) : std::string()) + request.title},
                {"body", request.description}};
    }

    static std::string one(const Place& place, const store::MergeRequest& request) {
        return repository_path(place) + "/pulls/" + request.external_id;
    }

    Task<Result<State>> ask(const Place& place, std::string method, std::string path, json::object words) {
        auto answer = co_await rest_.call(place, std::move(method), std::move(path), std::move(words));
        if (!answer) co_return std::move(answer).error();
        if (!answer->is_object() || !answer->get_object().contains("number"))
            co_return Error(ErrorCode::upstream_failed, "Forgejo's answer is no pull request");
        co_return forgejo_state(answer->get_object());
    }

    Rest rest_;
};

}  // namespace

std::unique_ptr<Forge> forgejo_forge(const Clock& clock, net::HttpClient* http) {
    return std::make_unique<Forgejo>(clock, http);
}

}  // namespace docent::forge
