#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "api/key_settings.hpp"
#include "app/projects.hpp"
#include "base/text.hpp"
#include "cli/installation.hpp"
#include "cli/terminal.hpp"

namespace docent::cli {
namespace {

namespace json = boost::json;

struct KeyOptions {
    std::string project, kind = "assistant", expires = "never", name, user, key;
    std::vector<std::string> scopes, allow_ips, origins;
    bool all_projects = false, page = false, as_json = false;
};

int create(const Globals& globals, const KeyOptions& o) {
    const Millis now = system_clock().now();
    api::KeySettings settings;
    const auto kind = api::parse_key_kind(o.kind);
    if (!kind) return fail(invalid("--kind takes assistant, admin or sessions"));
    settings.kind = *kind;
    auto expires = api::parse_expiry(o.expires, now);
    if (!expires) return fail(expires.error());
    settings.expires = *expires;
    for (const auto& list : o.scopes)
        for (const auto& comma : split(list, ','))
            for (const auto& scope : split(comma, ' '))
                if (!scope.empty()) settings.scopes.push_back(scope);
    settings.allow_ips = o.allow_ips;
    settings.origins = o.origins;
    auto opened = Installation::open(globals);
    if (!opened) return fail(opened.error());
    auto& installation = **opened;
    store::Project project;
    if (!o.all_projects) {
        auto found = installation.project(o.project);
        if (!found) return fail(found.error());
        project = *found;
    } else if (!o.project.empty()) {
        return fail(invalid("give --project or --all-projects, not both"));
    }
    settings.project_id = project.id;
    if (o.page && (settings.kind != api::KeyKind::assistant || project.slug != "default"))
        return fail(invalid("--page is for an assistant key of the project default"));
    auto made = installation.run(app::create_key(*installation.keys, settings, o.name, o.user, now));
    if (!made) return fail(made.error());
    if (o.page)
        if (auto written = app::write_public_key(installation.config.data, made->secret); !written)
            return fail(written.error());
    print(made->secret);
    say(fmt::format("{} key {} for {}, {}. The secret is shown this once.", made->key.kind, made->key.hint,
                    project.slug.empty() ? "all projects" : project.slug,
                    made->key.expires ? "expires " + iso8601(made->key.expires) : "does not expire"));
    return Exit::done;
}

std::string state_of(const store::Key& key, Millis now) {
    if (key.revoked) return "revoked";
    if (key.expires && key.expires <= now) return "expired";
    return key.expires ? "until " + iso8601(key.expires).substr(0, 10) : "in force";
}

int list_keys(const Globals& globals, const KeyOptions& o) {
    auto opened = Installation::open(globals);
    if (!opened) return fail(opened.error());
    auto& installation = **opened;
    std::string project_id;
    if (!o.project.empty()) {
        auto found = installation.project(o.project);
        if (!found) return fail(found.error());
        project_id = found->id;
    }
    auto keys = installation.run(installation.keys->list(project_id));
    if (!keys) return fail(keys.error());
    auto projects = installation.run(installation.projects->list());
    if (!projects) return fail(projects.error());
    const auto slug = [&](const std::string& id) -> std::string {
        for (const auto& p : *projects)
            if (p.id == id) return p.slug;
        return "all projects";
    };
    const Millis now = system_clock().now();
    json::array out;
    std::vector<std::vector<std::string>> rows = {
        {"KEY", "KIND", "PROJECT", "STATE", "SCOPES", "LAST USED", "NAME", "ID"}};
    for (const auto& k : *keys) {
        rows.push_back({k.hint, k.kind, slug(k.project_id), state_of(k, now),
                        k.scopes.empty() ? "all" : k.scopes, k.last_used ? iso8601(k.last_used) : "never",
                        k.name, k.id});
        json::array ips, origins;
        for (const auto& ip : api::from_json_list(k.allow_ips)) ips.emplace_back(ip);
        for (const auto& origin : api::from_json_list(k.origins)) origins.emplace_back(origin);
        json::object key{{"id", k.id},
                         {"key", k.hint},
                         {"kind", k.kind},
                         {"project", slug(k.project_id)},
                         {"name", k.name},
                         {"scopes", k.scopes},
                         {"allowIps", ips},
                         {"origins", origins},
                         {"state", state_of(k, now)},
                         {"created", iso8601(k.created)}};
        if (k.expires) key["expiresAt"] = iso8601(k.expires);
        if (k.revoked) key["revokedAt"] = iso8601(k.revoked);
        if (k.last_used) key["lastUsedAt"] = iso8601(k.last_used);
        out.push_back(key);
    }
    if (o.as_json)
        print(json::serialize(out));
    else if (keys->empty())
        say("There are no keys.");
    else
        print(columns(rows));
    return Exit::done;
}

int revoke(const Globals& globals, const KeyOptions& o) {
    auto opened = Installation::open(globals);
    if (!opened) return fail(opened.error());
    auto& installation = **opened;
    // A whole secret is taken too: whoever finds one in a log wants it gone at once.
    std::string key = o.key;
    if (api::kind_of_secret(key)) key = api::hint_of_secret(key);
    // The hint as a keyboard writes it.
    if (const auto dots = key.find("..."); dots != std::string::npos) key.replace(dots, 3, "…");
    auto revoked = installation.run(installation.keys->revoke(key, system_clock().now()));
    if (!revoked) return fail(revoked.error());
    say("Revoked. A running server refuses it within a second.");
    return Exit::done;
}

}  // namespace

void add_key(CLI::App& app, Globals& globals) {
    auto options = std::make_shared<KeyOptions>();
    auto* key = app.add_subcommand("key", "API keys: create, list, revoke");
    key->require_subcommand(1);
    key->footer("Example:\n  docent key create --project default --kind assistant");
    const auto on = [&globals](CLI::App* command, auto action) {
        command->callback([&globals, action] { globals.action = action; });
    };

    auto* make = key->add_subcommand("create", "Make a key; the secret alone is on standard output");
    make->add_option("--project", options->project,
                     "The project it opens (default: the only one, or default)");
    make->add_flag("--all-projects", options->all_projects, "Admin keys: all projects");
    make->add_option("--kind", options->kind, "assistant (public), admin or sessions")->capture_default_str();
    make->add_option(
        "--scopes", options->scopes,
        "What it may do, by commas (default: all that its kind may). Admin: read, write. Sessions: "
        "RESOURCE:ACTION with sessions, repositories, code_providers, workspaces, models, alerts or "
        "all, and read, write or all");
    make->add_option("--expires", options->expires, "90d, 12h, a date, or never")->capture_default_str();
    make->add_option("--allow-ip", options->allow_ips,
                     "Address or CIDR range it may come from; may be repeated");
    make->add_option("--origin", options->origins, "Origin whose pages may use it; may be repeated");
    make->add_option("--name", options->name, "A name for people");
    make->add_option("--user", options->user, "Sessions keys: whose it is (default: owner)");
    make->add_flag("--page", options->page, "Also the key of the server's own page at /");
    make->footer(
        "Examples:\n  docent key create --project default --kind assistant --origin "
        "https://docs.example.com\n"
        "  KEY=$(docent key create --kind admin --scopes read --expires 90d)\n"
        "  KEY=$(docent key create --kind sessions --scopes sessions:all,repositories:read)");
    on(make, [&globals, options] { return create(globals, *options); });

    auto* list_all = key->add_subcommand("list", "List keys; secrets are not kept and cannot be shown");
    list_all->add_option("--project", options->project, "Of this project alone");
    list_all->add_flag("--json", options->as_json, "As JSON");
    list_all->footer("Example:\n  docent key list --project default");
    on(list_all, [&globals, options] { return list_keys(globals, *options); });

    auto* end = key->add_subcommand("revoke", "Take a key out of force for ever");
    end->add_option("key", options->key, "What list shows as KEY or ID, or the secret itself")->required();
    end->footer("Example:\n  docent key revoke mint_dsc_...x7Qf");
    on(end, [&globals, options] { return revoke(globals, *options); });
}

}  // namespace docent::cli
