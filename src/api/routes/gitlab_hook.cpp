// GitLab's webhooks: https://docs.gitlab.com/user/project/integrations/webhook_events/
#include "api/routes/forge_hook.hpp"
#include "base/crypto.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

bool gitlab_signed(const net::Request& request, const std::string& secret) {
    return equal_constant_time(request.header("x-gitlab-token"), secret);
}

/// The same for every retry, in versions that have it.
std::string gitlab_delivery(const net::Request& request) {
    const auto& key = request.header("idempotency-key");
    return key.empty() ? request.header("x-gitlab-event-uuid") : key;
}

std::optional<agent::ForgeReport> gitlab_report(const json::object& body) {
    const auto& about = part_of(body, "object_attributes");
    agent::ForgeReport out;
    out.external_id = number_of(about, "iid");
    const auto from = number_of(about, "source_project_id"), to = number_of(about, "target_project_id");
    if (out.external_id.empty() || from != to) return std::nullopt;
    const auto state = hook_text(about, "state");
    if (state == "opened")
        out.status = "open";
    else if (state == "merged" || state == "closed")
        out.status = state;
    else
        return std::nullopt;
    out.reopened = hook_text(about, "action") == "reopen";
    out.title = hook_text(about, "title");
    out.web_url = hook_text(about, "url", 2'000);
    out.source_branch = hook_text(about, "source_branch");
    out.target_branch = hook_text(about, "target_branch");
    out.merge_commit_sha = hook_text(about, "merge_commit_sha");
    out.head_sha = hook_text(part_of(about, "last_commit"), "id");
    if (about.contains("draft")) out.draft = is_true(about, "draft");
    out.by = hook_text(part_of(body, "user"), "username");
    out.at = hook_time(about, "updated_at");
    return out;
}

bool is_among(const std::string& id, const json::object& object, std::string_view name) {
    const auto* list = object.if_contains(name);
    if (id.empty() || !list || !list->is_array()) return false;
    for (const auto& one : list->get_array())
        if (one.is_int64() && std::to_string(one.get_int64()) == id) return true;
    return false;
}

/// The payload does not say who may write. Those who were made assignee or reviewer may, and its author.
bool gitlab_may_write(const json::object& body) {
    const auto& request = part_of(body, "merge_request");
    const auto who = number_of(part_of(body, "object_attributes"), "author_id");
    return !who.empty() && (who == number_of(request, "author_id") ||
                            is_among(who, request, "assignee_ids") || is_among(who, request, "reviewer_ids"));
}

ForgeNews gitlab_news(const net::Request&, const json::object& body) {
    ForgeNews out;
    const auto kind = hook_text(body, "object_kind");
    if (kind == "push") out.pushed_branch = hook_branch(body);
    if (kind == "merge_request") out.report = gitlab_report(body);
    const auto& about = part_of(body, "object_attributes");
    const bool edited = about.contains("action") && hook_text(about, "action") != "create";
    if (kind != "note" || edited || is_true(about, "system")) return out;
    if (hook_text(about, "noteable_type") != "MergeRequest") return out;
    out.comment.emplace();
    out.comment->external_id = number_of(part_of(body, "merge_request"), "iid");
    out.comment->id = number_of(about, "id");
    out.comment->by = hook_text(part_of(body, "user"), "username");
    out.comment->text = hook_text(about, "note", longest_hook_comment);
    out.comment->may_write = gitlab_may_write(body);
    return out;
}

constexpr ForgeHook gitlab_hook{gitlab_signed, gitlab_delivery, gitlab_news};

}  // namespace

Task<Result<net::Response>> post_gitlab_hook(net::Request& request, const Caller&, Services& services) {
    co_return co_await take_forge_hook(gitlab_hook, request, services);
}

}  // namespace docent::api
