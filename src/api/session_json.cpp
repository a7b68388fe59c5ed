#include "api/session_json.hpp"

#include <boost/json/array.hpp>

#include "api/wire/json_text.hpp"
#include "base/clock.hpp"
#include "base/json_fields.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

json::value or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }
json::value time_or_null(Millis time) { return time == 0 ? json::value() : json::value(iso8601(time)); }

void put(std::string& out, std::string_view name, std::string_view text) {
    out += name;
    append_json_string(out, text);
}

void put_or_null(std::string& out, std::string_view name, const std::string& text) {
    if (text.empty())
        (out += name) += "null";
    else
        put(out, name, text);
}

net::Response json_text(std::string body) {
    return net::reply(200, "application/json; charset=utf-8", std::move(body));
}

}  // namespace

json::object to_json(const store::Session& s) {
    json::object out{{"id", s.id},
                     {"title", s.title},
                     {"workspace_id", s.project_id},
                     {"user_id", s.user_id},
                     {"branch_name", or_null(s.branch_name)},
                     {"auto_commit", s.auto_commit},
                     {"status", s.status},
                     {"origin", s.origin == "job" ? "api" : s.origin},  // the published values know no jobs
                     {"created_at", iso8601(s.created)},
                     {"updated_at", iso8601(s.updated)},
                     {"sandbox_id", or_null(s.sandbox_id)},
                     {"agent_status", s.agent_status},
                     {"merged_at", time_or_null(s.merged)},
                     {"deep_work_id", nullptr}};
    if (!s.model.empty()) out["model"] = s.model;
    return out;
}

json::object details_json(const store::Session& s) {
    return {{"repository_id", or_null(s.repository_id)},
            {"target_branch", or_null(s.target_branch)},
            {"base_commit", or_null(s.base_commit)},
            {"recovery", s.recovery},
            {"limits", object_in(s.limits)},
            {"queued_messages", s.queued},
            {"turn_id", or_null(s.turn_event)},
            {"last_change", s.last_change}};
}

json::object to_json(const store::Goal& g) {
    return {{"id", g.id},
            {"session_id", g.session_id},
            {"title", g.title},
            {"description", g.description},
            {"status", g.status},
            {"created_at", iso8601(g.created)},
            {"updated_at", iso8601(g.updated)}};
}

json::object to_json(const store::SessionTask& t) {
    return {{"id", t.id},
            {"session_id", t.session_id},
            {"session_goal_id", t.goal_id},
            {"position", t.position},
            {"title", t.title},
            {"description", t.description},
            {"status", t.status},
            {"created_at", iso8601(t.created)},
            {"updated_at", iso8601(t.updated)}};
}

json::object to_json(const store::Alert& a) {
    const auto line = [](std::int64_t number) { return number == 0 ? json::value() : json::value(number); };
    return {{"id", a.id},
            {"session_id", a.session_id},
            {"status", a.status},
            {"type", "agent_alert_created"},
            {"alert_id", a.id},
            {"severity", a.severity},
            {"category", a.category},
            {"title", a.title},
            {"description", a.description},
            {"path", or_null(a.path)},
            {"start_line", line(a.start_line)},
            {"end_line", line(a.end_line)},
            {"created_at", iso8601(a.created)},
            {"updated_at", iso8601(a.updated)}};
}

json::object to_json(const agent::ShownMergeRequest& shown, const std::string& web_url) {
    const auto& m = shown.request;
    return {{"id", m.id},
            {"session_id", m.session_id},
            {"repository_id", m.repository_id},
            {"external_id", or_null(m.external_id)},
            {"title", m.title},
            {"description", m.description},
            {"source_branch", m.source_branch},
            {"target_branch", m.target_branch},
            {"status", m.status},
            {"draft", m.draft},
            {"mergeable", shown.mergeable ? json::value(*shown.mergeable) : json::value()},
            {"head_sha", m.head_sha},
            {"merge_commit_sha", or_null(m.merge_commit_sha)},
            {"web_url", or_null(web_url)},
            {"created_at", iso8601(m.created)},
            {"updated_at", iso8601(m.updated)},
            {"merged_at", time_or_null(m.merged)}};
}

json::object to_json(const forge::Pipeline& p) {
    return {{"status", p.status},
            {"total", p.total},
            {"success", p.success},
            {"failed", p.failed},
            {"running", p.running},
            {"web_url", or_null(p.web_url)},
            {"updated_at", time_or_null(p.updated)}};
}

json::object to_json(const store::Attachment& a) {
    return {{"id", a.id},
            {"session_id", a.session_id},
            {"event_id", a.event_id},
            {"name", a.name},
            {"media_type", a.media_type},
            {"size_bytes", a.size},
            {"created_at", iso8601(a.created)}};
}

json::object to_json(const store::Repository& r, bool masked) {
    const std::string hidden = r.webhook_secret.empty() ? "" : masked_secret;
    return {{"id", r.id},
            {"workspace_id", r.project_id},
            {"code_provider_id", r.code_provider_id},
            {"name", r.name},
            {"full_name", r.full_name},
            {"clone_url", r.clone_url},
            {"default_branch", r.default_branch},
            {"platform", r.platform},
            {"external_id", r.external_id},
            {"enabled", r.enabled},
            {"webhooks_registered", r.webhooks_registered},
            {"webhook_secret", masked ? hidden : r.webhook_secret},
            {"settings", object_in(r.settings)},
            {"analysis_status", r.analysis_status},
            {"analysis_error", r.analysis_error},
            {"last_analyzed_at", time_or_null(r.analyzed)},
            {"created_at", iso8601(r.created)},
            {"updated_at", iso8601(r.updated)}};
}

json::object to_json(const store::CodeProvider& p) {
    auto metadata = object_in(p.metadata);
    const bool app = p.platform == "github" && metadata.contains("app_id");
    if (p.has_secret) metadata[app ? "private_key" : "token"] = masked_secret;
    return {{"id", p.id},
            {"workspace_id", p.project_id},
            {"user_id", p.user_id},
            {"platform", p.platform},
            {"name", p.name},
            {"base_url", p.base_url},
            {"metadata", std::move(metadata)},
            {"created_at", iso8601(p.created)},
            {"updated_at", iso8601(p.updated)}};
}

void append_json(std::string& out, const store::Event& e) {
    put(out, "{\"id\":", e.id);
    put(out, ",\"session_id\":", e.session_id);
    put(out, ",\"type\":", e.type);
    (out += ",\"payload\":") += e.payload;
    put(out, ",\"status\":", e.status);
    if (e.client_id)
        put(out, ",\"client_id\":", *e.client_id);
    else
        out += ",\"client_id\":null";
    put_or_null(out, ",\"session_goal_id\":", e.goal_id);
    put_or_null(out, ",\"session_task_id\":", e.task_id);
    put(out, ",\"created_at\":", iso8601(e.created));
    put(out, ",\"updated_at\":", iso8601(e.updated));
    out += '}';
}

net::Response event_reply(const store::Event& event) {
    std::string body;
    append_json(body, event);
    return json_text(std::move(body));
}

net::Response events_reply(const std::vector<store::Event>& events) {
    std::string body = "[";
    for (const auto& event : events) {
        if (body.size() > 1) body += ',';
        append_json(body, event);
    }
    body += ']';
    return json_text(std::move(body));
}

}  // namespace docent::api
