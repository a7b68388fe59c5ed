#include "api/routes/forge_hook.hpp"

#include <algorithm>

#include "api/analytics_json.hpp"
#include "api/project_settings.hpp"
#include "api/session_problem.hpp"
#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t largest_hook = 8 << 20, most_fetches = 100;

Task<> fetch_docs(sources::Sources& sources, std::string project_id) {
    auto rebuilt = co_await sources.rebuild(std::move(project_id), false);
    if (!rebuilt) log::warn("webhook: " + rebuilt.error().message + " " + rebuilt.error().detail);
}

/// "https://user@host/owner/name.git" and "git@host:owner/name" as "host/owner/name".
std::string place_in(const std::string& url) {
    auto out = lower_ascii(url);
    if (const auto scheme = out.find("://"); scheme != out.npos) out = out.substr(scheme + 3);
    if (const auto at = out.find('@'); at != out.npos && at < out.find('/')) out = out.substr(at + 1);
    std::replace(out.begin(), out.end(), ':', '/');
    while (out.ends_with('/')) out.pop_back();
    if (out.ends_with(".git")) out.resize(out.size() - 4);
    return out;
}

/// The documentation of the project is indexed again when it comes from this branch.
Task<Status> pushed(const store::Repository& repository, const std::string& branch, Services& services) {
    services.coding.merge_requests.base_moved(repository.id, branch);
    auto project = co_await services.projects.find(repository.project_id);
    if (!project) co_return project.error().code == ErrorCode::not_found ? Status() : project.error();
    const auto wanted = project->branch.empty() ? repository.default_branch : project->branch;
    const bool ours = project->source_kind == "git" && branch == wanted &&
                      place_in(project->source) == place_in(repository.clone_url);
    if (!ours) co_return Status();
    if (services.background.size() >= most_fetches)
        co_return Error(ErrorCode::unavailable, "too much is being fetched; try again later");
    services.background.spawn("webhook", fetch_docs(services.sources, project->id));
    co_return Status();
}

Task<Result<bool>> take_news(const store::Repository& repository, ForgeNews news, Services& services) {
    auto& requests = services.coding.merge_requests;
    if (news.report) {
        news.report->repository_id = repository.id;
        co_return co_await requests.take(*std::move(news.report));
    }
    if (news.comment) {
        news.comment->repository_id = repository.id;
        news.comment->platform = repository.platform;
        auto project = co_await services.projects.find(repository.project_id);
        if (!project) co_return std::move(project).error();
        const bool may_reopen = settings_of(*project).job_reopen;
        co_return co_await services.coding.follow_ups.hear(*std::move(news.comment), may_reopen);
    }
    if (news.pushed_branch.empty()) co_return false;
    auto done = co_await pushed(repository, news.pushed_branch, services);
    if (!done) co_return done.error();
    co_return true;
}

}  // namespace

std::string hook_text(const json::object& object, std::string_view name, std::size_t most) {
    return std::string(cut_utf8(text_of(object, name), most));
}

std::string hook_branch(const json::object& body) {
    const auto ref = hook_text(body, "ref"), after = hook_text(body, "after");
    constexpr std::string_view prefix = "refs/heads/";
    const bool gone = !after.empty() && after.find_first_not_of('0') == after.npos;
    if (!ref.starts_with(prefix) || gone || is_true(body, "deleted")) return "";
    return ref.substr(prefix.size());
}

Millis hook_time(const json::object& object, std::string_view name) {
    auto text = hook_text(object, name);
    if (text.ends_with(" UTC")) text.replace(text.size() - 4, 4, "Z");
    if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
    return parse_iso8601(text).value_or(0);
}

std::optional<agent::ForgeReport> pull_request_report(const json::object& body) {
    const auto& pull = part_of(body, "pull_request");
    const auto& head = part_of(pull, "head");
    const auto& base = part_of(pull, "base");
    agent::ForgeReport out;
    out.external_id = number_of(pull, "number");
    const auto from = number_of(part_of(head, "repo"), "id");
    // A fork may have a branch of the same name.
    const bool ours = !from.empty() && from == number_of(part_of(base, "repo"), "id");
    if (out.external_id.empty() || !ours) return std::nullopt;
    const auto action = hook_text(body, "action"), state = hook_text(pull, "state");
    if (state != "open" && state != "closed") return std::nullopt;
    out.status = is_true(pull, "merged") ? "merged" : state;
    out.reopened = action == "reopened";
    out.title = hook_text(pull, "title");
    out.web_url = hook_text(pull, "html_url", 2'000);
    out.source_branch = hook_text(head, "ref");
    out.target_branch = hook_text(base, "ref");
    out.head_sha = hook_text(head, "sha");
    if (out.status == "merged") out.merge_commit_sha = hook_text(pull, "merge_commit_sha");
    out.by = hook_text(part_of(pull, "merged_by"), "login");
    if (out.by.empty() && out.status != "open") out.by = hook_text(part_of(body, "sender"), "login");
    if (pull.contains("draft")) out.draft = is_true(pull, "draft");
    out.at = hook_time(pull, "updated_at");
    return out;
}

Task<Result<net::Response>> take_forge_hook(const ForgeHook& hook, net::Request& request,
                                            Services& services) {
    auto repository = co_await services.coding.repositories.find("", request.param("repositoryId"));
    if (!repository && repository.error().code != ErrorCode::not_found)
        co_return std::move(repository).error();
    const auto secret = repository ? repository->webhook_secret : std::string();
    if (secret.empty() || !hook.is_signed(request, secret))
        co_return Error(ErrorCode::unauthenticated, "the webhook's signature does not fit")
            .because("bad_signature");
    auto body = read_session_body(request, std::max(services.settings.session_body, largest_hook));
    if (body.refusal) co_return *std::move(body.refusal);
    const auto delivery = hook.delivery(request);
    const auto hash = "body:" + hash_hex(request.body);
    auto known = co_await services.coding.forge_memory.taken(repository->id, delivery, hash);
    if (!known) co_return std::move(known).error();
    if (*known) co_return json_reply(200, json::object{{"accepted", false}, {"repeated", true}});
    auto news = hook.news(request, body.object);
    auto taken = co_await take_news(*repository, std::move(news), services);
    if (!taken) co_return std::move(taken).error();
    // Remembered at the end: what a crash interrupts is delivered again, and changes nothing a second time.
    auto remembered =
        co_await services.coding.forge_memory.take(repository->id, delivery, hash, services.clock.now());
    if (!remembered) co_return remembered.error();
    co_return json_reply(200, json::object{{"accepted", *taken}});
}

}  // namespace docent::api
