#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "forge/forge.hpp"
#include "net/http_client.hpp"

namespace docent::forge {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// GitLab puts the reason under "message" (a text, a list, or an object of lists) or "error".
std::string said(const json::value& body) {
    if (!body.is_object()) return "";
    const auto& object = body.get_object();
    if (auto plain = text_of(object, "message"); !plain.empty()) return plain;
    if (const auto* message = object.if_contains("message")) return json::serialize(*message);
    return text_of(object, "error");
}

Error refusal(int status, const json::value& body) {
    const auto why = std::string(cut_utf8(said(body), 500));
    const auto detail = "GitLab answered " + std::to_string(status) + ": " + why;
    switch (status) {
        case 401:
            return Error(ErrorCode::upstream_failed, "GitLab does not accept the code provider's token",
                         detail)
                .because("forge_refused");
        case 403:
            return Error(ErrorCode::upstream_failed, "GitLab does not let this token do that", detail)
                .because("forge_refused");
        case 404:
            return not_found("GitLab has no such merge request or project, or hides it from this token");
        case 429:
            return Error(ErrorCode::rate_limited, "GitLab asks for patience; try again later", detail);
        case 405:
        case 406:
        case 422:
            return conflict("GitLab does not merge it" + (why.empty() ? "" : ": " + why))
                .because("not_mergeable");
        case 409:
            return conflict("the branch has other commits than were proposed: propose it again")
                .because("head_changed");
        case 400:
            return invalid("GitLab refuses the merge request" + (why.empty() ? "" : ": " + why));
        default:
            return Error(ErrorCode::upstream_failed, "GitLab failed", detail);
    }
}

State state_of(const json::object& answer) {
    State out;
    if (const auto* number = answer.if_contains("iid"); number && number->is_int64())
        out.external_id = std::to_string(number->get_int64());
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
    for (const char* who : {"merge_user", "merged_by", "closed_by"}) {
        const auto* person = answer.if_contains(who);
        if (out.by.empty() && person && person->is_object())
            out.by = text_of(person->get_object(), "username");
    }
    return out;
}

/// Its number there, or its path as one segment.
std::string project_of(const store::Repository& repository) {
    const auto& id = repository.external_id;
    const bool number = !id.empty() && id.find_first_not_of("0123456789") == std::string::npos;
    return percent_encode(number ? id : repository.full_name);
}

class Gitlab final : public Forge {
public:
    explicit Gitlab(net::HttpClient* http) : http_(http) {}

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

    Task<Result<State>> merge(const Place& place, const store::MergeRequest& request) override {
        json::object words{{"sha", request.head_sha}};
        auto merged = co_await ask(place, "PUT", "/" + request.external_id + "/merge", std::move(words));
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

private:
    static json::object words_of(const store::MergeRequest& request, bool branches) {
        json::object out{{"title", request.title}, {"description", request.description}};
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
        auto body = co_await call(place, "GET", query, std::move(none));
        if (!body) co_return std::move(body).error();
        if (!body->is_array() || body->get_array().empty() || !body->get_array()[0].is_object())
            co_return State();
        co_return state_of(body->get_array()[0].get_object());
    }

    Task<Result<State>> ask(const Place& place, std::string method, std::string path, json::object words) {
        auto body = co_await call(place, std::move(method), std::move(path), std::move(words));
        if (!body) co_return std::move(body).error();
        if (!body->is_object() || !body->get_object().contains("iid"))
            co_return Error(ErrorCode::upstream_failed, "GitLab's answer is no merge request");
        co_return state_of(body->get_object());
    }

    Task<Result<json::value>> call(const Place& place, std::string method, std::string path,
                                   json::object words) {
        if (!http_) co_return Error(ErrorCode::unavailable, "this process does not call forges");
        net::Call call;
        call.method = std::move(method);
        call.url = place.api_url;
        while (call.url.ends_with('/')) call.url.pop_back();
        call.url += "/projects/" + project_of(place.repository) + "/merge_requests" + path;
        call.headers = {{"PRIVATE-TOKEN", place.token}, {"Accept", "application/json"}};
        if (call.method != "GET") {
            call.headers.emplace_back("Content-Type", "application/json");
            call.body = json::serialize(words);
        }
        call.max_redirects = 0;  // the token goes to nobody else
        auto reply = co_await http_->fetch(std::move(call));
        if (!reply) co_return std::move(reply).error();
        boost::system::error_code failed;
        auto body = json::parse(reply->body, failed);
        if (reply->status >= 300) co_return refusal(reply->status, failed ? json::value() : body);
        if (failed) co_return Error(ErrorCode::upstream_failed, "GitLab's answer is no JSON");
        co_return body;
    }

    net::HttpClient* http_;
};

}  // namespace

std::unique_ptr<Forge> gitlab_forge(net::HttpClient* http) { return std::make_unique<Gitlab>(http); }

}  // namespace docent::forge
