#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "app/secret_key.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "cli/installation.hpp"
#include "cli/terminal.hpp"
#include "store/deliveries.hpp"
#include "store/notices.hpp"
#include "store/webhooks.hpp"
#include "webhooks/sender.hpp"
#include "webhooks/signature.hpp"

namespace docent::cli {
namespace {

namespace json = boost::json;

struct WebhookOptions {
    std::string project, webhook, delivery, url, description, status;
    std::vector<std::string> types;
    std::int64_t limit = 20;
    bool as_json = false;
};

/// The data directory, a project of it and its webhooks.
struct OpenedWebhooks {
    std::unique_ptr<Installation> installation;
    store::Project project;
    std::unique_ptr<store::Webhooks> webhooks;
    std::unique_ptr<store::Deliveries> deliveries;
};

Result<OpenedWebhooks> open_webhooks(const Globals& globals, const WebhookOptions& o) {
    OpenedWebhooks out;
    TRY(out.installation, Installation::open(globals));
    TRY(out.project, out.installation->project(o.project));
    TRY(const auto key, app::secret_key(out.installation->config));
    out.webhooks = std::make_unique<store::Webhooks>(*out.installation->store, key);
    out.deliveries = std::make_unique<store::Deliveries>(*out.installation->store);
    return out;
}

/// By its id, or by the end of it.
Result<store::Webhook> named_webhook(OpenedWebhooks& at, const std::string& name) {
    TRY(const auto all, at.installation->run(at.webhooks->list(at.project.id)));
    const store::Webhook* found = nullptr;
    for (const auto& one : all) {
        if (one.id != name && (name.size() < 4 || !one.id.ends_with(name))) continue;
        if (found) return invalid("several webhooks end in " + name + "; give more of the id");
        found = &one;
    }
    if (found) return *found;
    return not_found("the project " + at.project.slug +
                     " has no such webhook; docent webhook list shows them");
}

std::string state_of_webhook(const store::Webhook& webhook) {
    if (!webhook.enabled)
        return webhook.disabled_reason.empty() ? "disabled" : "disabled: " + webhook.disabled_reason;
    return webhook.failing_since == 0 ? "enabled" : "failing since " + iso8601(webhook.failing_since);
}

std::string types_of_webhook(const store::Webhook& webhook) {
    std::string out;
    for (const auto& type : webhook.types) (out += out.empty() ? "" : " ") += type;
    return out.empty() ? "all" : out;
}

json::object webhook_json(const store::Webhook& webhook) {
    json::array types;
    for (const auto& type : webhook.types) types.emplace_back(type);
    return {{"id", webhook.id},
            {"url", webhook.url},
            {"description", webhook.description},
            {"types", std::move(types)},
            {"enabled", webhook.enabled},
            {"state", state_of_webhook(webhook)},
            {"created", iso8601(webhook.created)}};
}

int add_one_webhook(const Globals& globals, const WebhookOptions& o) {
    auto at = open_webhooks(globals, o);
    if (!at) return fail(at.error());
    auto rules = net::HostRules::parse(at->installation->config.webhooks.allowed_hosts);
    if (!rules) return fail(invalid("\"webhooks.allowed_hosts\": " + rules.error().message));
    if (auto allowed = webhooks::check_url(o.url, *rules); !allowed) return fail(allowed.error());
    store::Webhook wanted;
    wanted.created = system_clock().now();
    wanted.id = new_uuid(wanted.created);
    wanted.project_id = at->project.id;
    wanted.url = o.url;
    wanted.description = o.description;
    for (const auto& list : o.types)
        for (const auto& type : split(list, ',')) {
            if (!store::is_notice_type(type))
                return fail(invalid("--type " + printable(type) +
                                    " is no type of event; docent webhook add --help lists them"));
            wanted.types.push_back(type);
        }
    const auto secret = webhooks::new_secret();
    auto added = at->installation->run(at->webhooks->add(wanted, secret));
    if (!added) return fail(added.error());
    print(secret);
    say(fmt::format("Webhook {} of {} is told of {} events. The secret is shown this once.", added->id,
                    at->project.slug, types_of_webhook(*added)));
    return Exit::done;
}

int list_all_webhooks(const Globals& globals, const WebhookOptions& o) {
    auto at = open_webhooks(globals, o);
    if (!at) return fail(at.error());
    auto all = at->installation->run(at->webhooks->list(at->project.id));
    if (!all) return fail(all.error());
    json::array out;
    std::vector<std::vector<std::string>> rows = {{"ID", "STATE", "TYPES", "URL"}};
    for (const auto& webhook : *all) {
        out.push_back(webhook_json(webhook));
        rows.push_back(
            {webhook.id, state_of_webhook(webhook), types_of_webhook(webhook), printable(webhook.url)});
    }
    if (o.as_json)
        print(json::serialize(out));
    else if (all->empty())
        say("No webhooks yet: docent webhook add URL");
    else
        print(columns(rows));
    return Exit::done;
}

int show_webhook(const Globals& globals, const WebhookOptions& o) {
    auto at = open_webhooks(globals, o);
    if (!at) return fail(at.error());
    auto webhook = named_webhook(*at, o.webhook);
    if (!webhook) return fail(webhook.error());
    if (o.as_json) {
        print(json::serialize(webhook_json(*webhook)));
        return Exit::done;
    }
    print("id           " + webhook->id);
    print("url          " + printable(webhook->url));
    print("types        " + types_of_webhook(*webhook));
    print("state        " + state_of_webhook(*webhook));
    if (!webhook->description.empty()) print("description  " + printable(webhook->description));
    return Exit::done;
}

int change_webhook(const Globals& globals, const WebhookOptions& o, bool enabled) {
    auto at = open_webhooks(globals, o);
    if (!at) return fail(at.error());
    auto webhook = named_webhook(*at, o.webhook);
    if (!webhook) return fail(webhook.error());
    webhook->enabled = enabled;
    webhook->updated = system_clock().now();
    auto changed = at->installation->run(at->webhooks->change(*webhook));
    if (!changed) return fail(changed.error());
    say(enabled ? "Enabled." : "Disabled; what waited for it is not sent.");
    return Exit::done;
}

int rotate_secret(const Globals& globals, const WebhookOptions& o) {
    auto at = open_webhooks(globals, o);
    if (!at) return fail(at.error());
    auto webhook = named_webhook(*at, o.webhook);
    if (!webhook) return fail(webhook.error());
    const auto secret = webhooks::new_secret();
    const auto now = system_clock().now();
    auto rotated = at->installation->run(
        at->webhooks->rotate(at->project.id, webhook->id, secret, now + 86'400'000, now));
    if (!rotated) return fail(rotated.error());
    print(secret);
    say("The old secret signs, too, for a day. The new one is shown this once.");
    return Exit::done;
}

int remove_webhook(const Globals& globals, const WebhookOptions& o) {
    auto at = open_webhooks(globals, o);
    if (!at) return fail(at.error());
    auto webhook = named_webhook(*at, o.webhook);
    if (!webhook) return fail(webhook.error());
    auto removed = at->installation->run(at->webhooks->remove(at->project.id, webhook->id));
    if (!removed) return fail(removed.error());
    say("Removed, with the log of its deliveries.");
    return Exit::done;
}

json::object delivery_json(const store::Delivery& d) {
    json::object out = {{"id", d.id},
                        {"type", d.type},
                        {"status", d.status},
                        {"attempts", d.attempts},
                        {"answerStatus", d.answer_status},
                        {"answer", d.answer},
                        {"error", d.error},
                        {"durationMs", d.duration},
                        {"created", iso8601(d.created)}};
    if (d.status == "pending") out["nextAttempt"] = iso8601(d.next_attempt);
    return out;
}

int list_deliveries(const Globals& globals, const WebhookOptions& o) {
    auto at = open_webhooks(globals, o);
    if (!at) return fail(at.error());
    auto webhook = named_webhook(*at, o.webhook);
    if (!webhook) return fail(webhook.error());
    store::DeliveryQuery query;
    query.webhook_id = webhook->id;
    query.status = o.status;
    query.page.limit = o.limit;
    auto all = at->installation->run(at->deliveries->list(query));
    if (!all) return fail(all.error());
    json::array out;
    std::vector<std::vector<std::string>> rows = {
        {"ID", "CREATED", "TYPE", "STATUS", "ATTEMPTS", "ANSWER", "MS", "NEXT"}};
    for (const auto& d : *all) {
        out.push_back(delivery_json(d));
        const auto answer = d.answer_status == 0 ? d.error : std::to_string(d.answer_status);
        rows.push_back({d.id, iso8601(d.created).substr(0, 19), d.type, d.status, std::to_string(d.attempts),
                        printable(cut_utf8(answer, 60)), std::to_string(d.duration),
                        d.status == "pending" ? iso8601(d.next_attempt).substr(0, 19) : ""});
    }
    if (o.as_json)
        print(json::serialize(out));
    else if (all->empty())
        say("Nothing was sent yet: docent webhook test " + webhook->id);
    else
        print(columns(rows));
    return Exit::done;
}

int redeliver_one(const Globals& globals, const WebhookOptions& o) {
    auto at = open_webhooks(globals, o);
    if (!at) return fail(at.error());
    auto webhook = named_webhook(*at, o.webhook);
    if (!webhook) return fail(webhook.error());
    auto again =
        at->installation->run(at->deliveries->redeliver(webhook->id, o.delivery, system_clock().now()));
    if (!again) return fail(again.error());
    say("A running server sends it within a second, with the same id.");
    return Exit::done;
}

int test_one(const Globals& globals, const WebhookOptions& o) {
    auto at = open_webhooks(globals, o);
    if (!at) return fail(at.error());
    auto webhook = named_webhook(*at, o.webhook);
    if (!webhook) return fail(webhook.error());
    auto notice = store::test_notice(at->project.id, webhook->id, system_clock().now());
    auto added = at->installation->run(at->deliveries->add(webhook->id, notice));
    if (!added) return fail(added.error());
    print(added->id);
    say("A running server sends it within a second: docent webhook deliveries " + webhook->id);
    return Exit::done;
}

}  // namespace

void add_webhook(CLI::App& app, Globals& globals) {
    auto o = std::make_shared<WebhookOptions>();
    auto* webhook =
        app.add_subcommand("webhook", "Tell other programs what happens: add, list, deliveries, test");
    webhook->require_subcommand(1);
    webhook->footer(
        "Example:\n  docent webhook add https://example.com/hook --type job.completed,job.failed");
    const auto command = [&](const char* name, const char* what, bool of_one, auto action) {
        auto* one = webhook->add_subcommand(name, what);
        one->add_option("--project", o->project, "Project (default: the only one, or `default`)");
        if (of_one) one->add_option("webhook", o->webhook, "Its id, or the end of it")->required();
        one->callback([&globals, action] { globals.action = action; });
        return one;
    };
    std::string types;
    for (const auto type : store::notice_types()) (types += types.empty() ? "" : ", ") += type;

    auto* add = command("add", "Add an address; its secret alone is on standard output", false,
                        [&globals, o] { return add_one_webhook(globals, *o); });
    add->add_option("url", o->url, "Where events are posted")->required();
    add->add_option("--type", o->types, "Of events, by commas (default: all): " + types);
    add->add_option("--description", o->description, "For people");
    auto* list = command("list", "The webhooks of a project", false,
                         [&globals, o] { return list_all_webhooks(globals, *o); });
    list->add_flag("--json", o->as_json, "As JSON");
    auto* show = command("show", "One of them", true, [&globals, o] { return show_webhook(globals, *o); });
    show->add_flag("--json", o->as_json, "As JSON");
    command("enable", "Send to it again, with its failures forgotten", true,
            [&globals, o] { return change_webhook(globals, *o, true); });
    command("disable", "Send nothing to it", true,
            [&globals, o] { return change_webhook(globals, *o, false); });
    command("rotate", "A new secret; the old one signs, too, for a day", true,
            [&globals, o] { return rotate_secret(globals, *o); });
    command("remove", "Remove it with the log of its deliveries", true,
            [&globals, o] { return remove_webhook(globals, *o); });
    auto* log = command("deliveries", "What it was sent and how it answered, newest first", true,
                        [&globals, o] { return list_deliveries(globals, *o); });
    log->add_option("--status", o->status, "pending, sending, delivered or failed")
        ->check(CLI::IsMember({"pending", "sending", "delivered", "failed"}));
    log->add_option("--limit,-n", o->limit, "How many (default 20)")->check(CLI::Range(1, 1'000));
    log->add_flag("--json", o->as_json, "As JSON");
    auto* again = command("redeliver", "Send a delivery again, with the same id", true,
                          [&globals, o] { return redeliver_one(globals, *o); });
    again->add_option("delivery", o->delivery, "Its id")->required();
    command("test", "Send it an event of the type webhook.test", true,
            [&globals, o] { return test_one(globals, *o); });
}

}  // namespace docent::cli
