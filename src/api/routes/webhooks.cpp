#include <boost/json/parse.hpp>

#include "api/analytics_json.hpp"
#include "api/analytics_query.hpp"
#include "api/outgoing.hpp"
#include "api/projects.hpp"
#include "api/routes/handlers.hpp"
#include "base/ids.hpp"
#include "store/notices.hpp"
#include "webhooks/signature.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_webhook_url = 2'000, longest_webhook_description = 500;
constexpr Millis old_secret_signs = 86'400'000;

json::value webhook_time(Millis time) { return time == 0 ? json::value() : json::value(iso8601(time)); }
json::value text_or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }

json::object to_json(const store::Webhook& webhook) {
    json::array types;
    for (const auto& type : webhook.types) types.emplace_back(type);
    return {{"id", webhook.id},
            {"url", webhook.url},
            {"description", webhook.description},
            {"types", std::move(types)},
            {"enabled", webhook.enabled},
            {"disabledReason", text_or_null(webhook.disabled_reason)},
            {"failingSince", webhook_time(webhook.failing_since)},
            {"createdAt", iso8601(webhook.created)},
            {"updatedAt", iso8601(webhook.updated)}};
}

json::object to_json(const store::Delivery& delivery) {
    boost::system::error_code broken;
    auto payload = json::parse(delivery.body, broken);
    return {{"id", delivery.id},
            {"type", delivery.type},
            {"status", delivery.status},
            {"attempts", delivery.attempts},
            {"nextAttemptAt", delivery.status == "pending" ? webhook_time(delivery.next_attempt) : nullptr},
            {"answerStatus", delivery.answer_status == 0 ? json::value() : delivery.answer_status},
            {"answer", delivery.answer},
            {"error", text_or_null(delivery.error)},
            {"durationMs", delivery.duration},
            {"payload", broken ? json::value() : std::move(payload)},
            {"createdAt", iso8601(delivery.created)},
            {"updatedAt", iso8601(delivery.updated)}};
}

/// What the body has of url, types, description and enabled; the rest of `webhook` stays.
Complaints read_webhook(const net::Request& request, bool is_new, const Services& services,
                        store::Webhook& webhook) {
    Complaints complaints;
    auto value = parse_json(request.body);
    if (!value || !value->is_object()) {
        complaints.add("body", value ? "must be a JSON object" : value.error().message);
        return complaints;
    }
    Fields fields(value->get_object(), "", complaints);
    if (is_new && !fields.has("url")) fields.complain("url", "is missing", "missing");
    if (auto url = fields.characters("url", 1, longest_webhook_url)) {
        if (const auto allowed = webhooks::check_url(*url, services.outgoing.sender.rules()); !allowed)
            fields.complain("url", allowed.error().message.substr(std::string_view("url: ").size()));
        webhook.url = *std::move(url);
    }
    if (fields.has("types")) {
        webhook.types = fields.texts("types", store::notice_types().size(), 100);
        for (const auto& type : webhook.types)
            if (!store::is_notice_type(type)) fields.complain("types", shown(type) + " is no type of event");
    }
    if (auto description = fields.characters("description", 0, longest_webhook_description))
        webhook.description = *std::move(description);
    webhook.enabled = fields.boolean("enabled").value_or(webhook.enabled);
    return complaints;
}

/// The webhook that the path names, of a project that the key opens.
Task<Result<store::Webhook>> asked_webhook(const net::Request& request, const Caller& caller,
                                           Services& services) {
    std::string name = request.param("projectId");
    auto project = co_await find_project(std::move(name), caller, services);
    if (!project) co_return std::move(project).error();
    std::string id = request.param("webhookId");
    auto found = co_await services.outgoing.webhooks.find(project->id, std::move(id));
    if (!found && found.error().code == ErrorCode::not_found)
        co_return not_found("there is no such webhook").because("unknown_webhook");
    co_return found;
}

net::Response with_secret(int status, const store::Webhook& webhook, const std::string& secret) {
    auto out = to_json(webhook);
    out["secret"] = secret;
    return json_reply(status, out);
}

}  // namespace

Task<Result<net::Response>> list_webhooks(net::Request& request, const Caller& caller, Services& services) {
    std::string name = request.param("projectId");
    auto project = co_await find_project(std::move(name), caller, services);
    if (!project) co_return std::move(project).error();
    auto all = co_await services.outgoing.webhooks.list(project->id);
    if (!all) co_return std::move(all).error();
    json::array rows;
    for (const auto& webhook : *all) rows.push_back(to_json(webhook));
    co_return json_reply(200, {{"webhooks", std::move(rows)}});
}

Task<Result<net::Response>> create_webhook(net::Request& request, const Caller& caller, Services& services) {
    std::string name = request.param("projectId");
    auto project = co_await find_project(std::move(name), caller, services);
    if (!project) co_return std::move(project).error();
    store::Webhook wanted;
    const auto complaints = read_webhook(request, true, services, wanted);
    if (!complaints.empty()) co_return bad_query(complaints);
    wanted.created = services.clock.now();
    wanted.id = new_uuid(wanted.created);
    wanted.project_id = project->id;
    const auto secret = webhooks::new_secret();
    auto added = co_await services.outgoing.webhooks.add(std::move(wanted), secret);
    if (!added) co_return std::move(added).error();
    co_return with_secret(201, *added, secret);
}

Task<Result<net::Response>> get_webhook(net::Request& request, const Caller& caller, Services& services) {
    auto webhook = co_await asked_webhook(request, caller, services);
    if (!webhook) co_return std::move(webhook).error();
    co_return json_reply(200, to_json(*webhook));
}

Task<Result<net::Response>> update_webhook(net::Request& request, const Caller& caller, Services& services) {
    auto webhook = co_await asked_webhook(request, caller, services);
    if (!webhook) co_return std::move(webhook).error();
    const auto complaints = read_webhook(request, false, services, *webhook);
    if (!complaints.empty()) co_return bad_query(complaints);
    webhook->updated = services.clock.now();
    auto changed = co_await services.outgoing.webhooks.change(*std::move(webhook));
    if (!changed) co_return std::move(changed).error();
    co_return json_reply(200, to_json(*changed));
}

Task<Result<net::Response>> delete_webhook(net::Request& request, const Caller& caller, Services& services) {
    auto webhook = co_await asked_webhook(request, caller, services);
    if (!webhook) co_return std::move(webhook).error();
    auto removed = co_await services.outgoing.webhooks.remove(webhook->project_id, webhook->id);
    if (!removed) co_return std::move(removed).error();
    net::Response out;
    out.status = 204;
    co_return out;
}

Task<Result<net::Response>> rotate_webhook(net::Request& request, const Caller& caller, Services& services) {
    auto webhook = co_await asked_webhook(request, caller, services);
    if (!webhook) co_return std::move(webhook).error();
    const auto secret = webhooks::new_secret();
    const auto now = services.clock.now();
    auto rotated = co_await services.outgoing.webhooks.rotate(webhook->project_id, webhook->id, secret,
                                                              now + old_secret_signs, now);
    if (!rotated) co_return std::move(rotated).error();
    co_return with_secret(200, *rotated, secret);
}

Task<Result<net::Response>> test_webhook(net::Request& request, const Caller& caller, Services& services) {
    auto webhook = co_await asked_webhook(request, caller, services);
    if (!webhook) co_return std::move(webhook).error();
    auto notice = store::test_notice(webhook->project_id, webhook->id, services.clock.now());
    auto added = co_await services.outgoing.deliveries.add(webhook->id, std::move(notice));
    if (!added) co_return std::move(added).error();
    services.outgoing.sender.wake();
    co_return json_reply(202, to_json(*added));
}

Task<Result<net::Response>> list_deliveries(net::Request& request, const Caller& caller, Services& services) {
    auto webhook = co_await asked_webhook(request, caller, services);
    if (!webhook) co_return std::move(webhook).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    store::DeliveryQuery query;
    query.webhook_id = webhook->id;
    query.status = fields.word("status", "pending|sending|delivered|failed");
    query.page.after = from_cursor(fields.text("cursor", 200));
    const auto limit = fields.whole("limit", 1, 100, 20);
    query.page.limit = limit + 1;
    if (!complaints.empty()) co_return bad_query(complaints);
    auto all = co_await services.outgoing.deliveries.list(std::move(query));
    if (!all) co_return std::move(all).error();
    const bool more = static_cast<std::int64_t>(all->size()) > limit;
    if (more) all->resize(static_cast<std::size_t>(limit));
    json::array rows;
    for (const auto& delivery : *all) rows.push_back(to_json(delivery));
    const auto next = more ? json::value(to_cursor(all->back().id)) : json::value();
    co_return json_reply(200, {{"deliveries", std::move(rows)}, {"nextCursor", next}, {"hasMore", more}});
}

Task<Result<net::Response>> redeliver(net::Request& request, const Caller& caller, Services& services) {
    auto webhook = co_await asked_webhook(request, caller, services);
    if (!webhook) co_return std::move(webhook).error();
    std::string id = request.param("deliveryId");
    auto again =
        co_await services.outgoing.deliveries.redeliver(webhook->id, std::move(id), services.clock.now());
    if (!again && again.error().code == ErrorCode::not_found)
        co_return not_found("there is no such delivery").because("unknown_delivery");
    if (!again) co_return std::move(again).error();
    services.outgoing.sender.wake();
    co_return json_reply(202, to_json(*again));
}

}  // namespace docent::api
