#include "api/analytics_json.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_problem.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

std::string text_in(const json::object& object, std::string_view name, std::size_t most = 500) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(cut_utf8(value->get_string(), most)) : std::string();
}

const json::object& part_of(const json::object& object, std::string_view name) {
    static const json::object none;
    const auto* value = object.if_contains(name);
    return value && value->is_object() ? value->get_object() : none;
}

/// A merge request event:
/// https://docs.gitlab.com/user/project/integrations/webhook_events/#merge-request-events Nothing: it is
/// about something else.
std::optional<agent::ForgeReport> report_of(const json::object& body, std::string repository_id) {
    if (text_in(body, "object_kind") != "merge_request") return std::nullopt;
    const auto& about = part_of(body, "object_attributes");
    const auto* number = about.if_contains("iid");
    if (!number || !number->is_int64()) return std::nullopt;
    agent::ForgeReport out;
    const auto state = text_in(about, "state");
    if (state == "opened")
        out.status = "open";
    else if (state == "merged" || state == "closed")
        out.status = state;
    else
        return std::nullopt;
    out.repository_id = std::move(repository_id);
    out.external_id = std::to_string(number->get_int64());
    out.title = text_in(about, "title");
    out.web_url = text_in(about, "url", 2'000);
    out.source_branch = text_in(about, "source_branch");
    out.target_branch = text_in(about, "target_branch");
    out.merge_commit_sha = text_in(about, "merge_commit_sha");
    out.head_sha = text_in(part_of(about, "last_commit"), "id");
    out.by = text_in(part_of(body, "user"), "username");
    return out;
}

}  // namespace

/// Who has no secret, or names no repository, learns the same. What does not concern a session is no error:
/// a forge stops to call an address that refuses it.
Task<Result<net::Response>> post_gitlab_hook(net::Request& request, const Caller&, Services& services) {
    auto repository = co_await services.coding.repositories.find("", request.param("repositoryId"));
    if (!repository && repository.error().code != ErrorCode::not_found)
        co_return std::move(repository).error();
    const auto secret = repository ? repository->webhook_secret : std::string();
    if (secret.empty() || !equal_constant_time(request.header("x-gitlab-token"), secret))
        co_return Error(ErrorCode::unauthenticated,
                        "x-gitlab-token is not the webhook_secret of this repository")
            .because("bad_signature");
    auto body = read_session_body(request, services.settings.session_body);
    if (body.refusal) co_return *std::move(body.refusal);
    auto report = report_of(body.object, repository->id);
    bool taken = false;
    if (report) {
        auto done = co_await services.coding.merge_requests.take(*std::move(report));
        if (!done) co_return std::move(done).error();
        taken = *done;
    }
    co_return json_reply(200, json::object{{"accepted", taken}});
}

}  // namespace docent::api
