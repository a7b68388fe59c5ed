#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>

#include "api/project_settings.hpp"
#include "app/projects.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "cli/installation.hpp"
#include "cli/terminal.hpp"
#include "store/spending.hpp"

namespace docent::cli {
namespace {

namespace json = boost::json;

constexpr Millis day_length = 86'400'000;

struct ProjectOptions {
    std::string name, docs, branch, folder, title, repository, secret;
    unsigned days = 30;
    std::vector<std::string> hosts, settings;
    bool as_json = false, yes = false;
};

json::object to_json(const store::Project& p) {
    boost::system::error_code ignored;
    json::value hosts = json::parse(p.hosts.empty() ? "[]" : p.hosts, ignored);
    json::object out{{"name", p.slug},
                     {"id", p.id},
                     {"title", p.name},
                     {"kind", p.source_kind},
                     {"docs", p.source},
                     {"branch", p.branch},
                     {"folder", p.folder},
                     {"hosts", hosts},
                     {"repository", p.repository},
                     {"pages", p.pages},
                     {"sections", p.chunks},
                     {"revision", p.revision},
                     {"created", iso8601(p.created)}};
    if (p.indexed) out["indexed"] = iso8601(p.indexed);
    return out;
}

int add(const Globals& globals, const ProjectOptions& o) {
    if (auto ok = app::check_slug(o.name); !ok) return fail(ok.error());
    auto project = app::blocking_project_source(o.docs);
    if (!project) return fail(project.error());
    if (!o.branch.empty() && project->source_kind != "git")
        return fail(invalid("--branch needs a git address in --docs"));
    project->slug = o.name;
    project->name = o.title.empty() ? o.name : o.title;
    project->branch = o.branch;
    project->folder = o.folder;
    if (!o.repository.empty()) project->repository = o.repository;
    json::array hosts;
    for (const auto& host : o.hosts) hosts.emplace_back(host);
    project->hosts = json::serialize(hosts);
    auto installation = Installation::open(globals, true);
    if (!installation) return fail(installation.error());
    project->created = system_clock().now();
    auto added = (*installation)->run((*installation)->projects->add(*std::move(project)));
    if (!added) return fail(added.error());
    print(added->slug);
    say("A running server indexes it by itself; without one: docent index --project " + added->slug);
    return Exit::done;
}

int list_projects(const Globals& globals, const ProjectOptions& o) {
    auto installation = Installation::open(globals);
    if (!installation) return fail(installation.error());
    auto all = (*installation)->run((*installation)->projects->list());
    if (!all) return fail(all.error());
    if (o.as_json) {
        json::array out;
        for (const auto& p : *all) out.push_back(to_json(p));
        print(json::serialize(out));
        return Exit::done;
    }
    if (all->empty()) say("There is no project yet. Add one: docent project add NAME --docs PATH");
    std::vector<std::vector<std::string>> rows;
    if (!all->empty()) rows.push_back({"NAME", "KIND", "PAGES", "SECTIONS", "INDEXED", "DOCS"});
    for (const auto& p : *all)
        rows.push_back({p.slug, p.source_kind, std::to_string(p.pages), std::to_string(p.chunks),
                        p.indexed ? iso8601(p.indexed) : "not yet", p.source});
    if (!rows.empty()) print(columns(rows));
    return Exit::done;
}

int show_project(const Globals& globals, const ProjectOptions& o) {
    auto installation = Installation::open(globals);
    if (!installation) return fail(installation.error());
    auto project = (*installation)->project(o.name);
    if (!project) return fail(project.error());
    const json::object out = to_json(*project);
    if (o.as_json) {
        print(json::serialize(out));
        return Exit::done;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& [key, value] : out)
        if (!value.is_string() || !value.get_string().empty())
            rows.push_back({std::string(key),
                            value.is_string() ? std::string(value.get_string()) : json::serialize(value)});
    print(columns(rows));
    return Exit::done;
}

int remove(const Globals& globals, const ProjectOptions& o) {
    auto installation = Installation::open(globals);
    if (!installation) return fail(installation.error());
    auto project = (*installation)->project(o.name);
    if (!project) return fail(project.error());
    if (!o.yes) {
        if (!errors_are_terminal())
            return fail(invalid("removing " + project->slug +
                                " removes its keys and threads too; say --yes to mean it"));
        std::cerr << "Remove the project " << project->slug
                  << " with its keys and threads? Its documentation stays. [y/N] ";
        std::string answer;
        std::getline(std::cin, answer);
        if (answer != "y" && answer != "yes") return Exit::failed;
    }
    auto removed = (*installation)->run((*installation)->projects->remove(project->id));
    if (!removed) return fail(removed.error());
    say("Removed " + project->slug + ".");
    return Exit::done;
}

Status change(json::object& settings, const std::string& entry) {
    const auto equals = entry.find('=');
    if (equals == std::string::npos)
        return invalid("a setting is given as NAME=VALUE, such as base_path=/docs");
    return api::set_project_setting(settings, entry.substr(0, equals), entry.substr(equals + 1));
}

std::string settings_help() {
    std::string out = "Settings:\n";
    std::vector<std::vector<std::string>> rows;
    for (const auto& setting : api::project_settings())
        rows.push_back({std::string("  ") + setting.name, setting.help});
    return out + columns(rows);
}

int set(const Globals& globals, const std::string& name, const std::vector<std::string>& entries) {
    auto installation = Installation::open(globals);
    if (!installation) return fail(installation.error());
    auto project = (*installation)->project(name);
    if (!project) return fail(project.error());
    boost::system::error_code ignored;
    const json::value parsed = json::parse(project->settings.empty() ? "{}" : project->settings, ignored);
    json::object settings = parsed.is_object() ? parsed.get_object() : json::object();
    for (const auto& entry : entries)
        if (auto ok = change(settings, entry); !ok) return fail(ok.error());
    auto saved =
        (*installation)->run((*installation)->projects->set_settings(project->id, json::serialize(settings)));
    return saved ? static_cast<int>(Exit::done) : fail(saved.error());
}

/// What models cost, a row for each day and model.
int spending(const Globals& globals, const ProjectOptions& o) {
    auto opened = Installation::open(globals);
    if (!opened) return fail(opened.error());
    auto& installation = **opened;
    auto project = installation.project(o.name);
    if (!project) return fail(project.error());
    const Millis now = system_clock().now();
    store::Spending spent(*installation.store);
    auto days = installation.run(spent.days(project->id, now - (o.days - 1) * day_length));
    if (!days) return fail(days.error());
    auto so_far = installation.run(spent.so_far(project->id, now));
    if (!so_far) return fail(so_far.error());
    if (o.as_json) {
        json::array out;
        for (const auto& d : *days)
            out.push_back(json::object{{"day", iso8601(d.day).substr(0, 10)},
                                       {"model", d.model},
                                       {"calls", d.calls},
                                       {"inputTokens", d.input_tokens},
                                       {"cachedInputTokens", d.cached_input_tokens},
                                       {"outputTokens", d.output_tokens},
                                       {"cost", format_money(Money{d.cost})}});
        print(json::serialize(out));
        return Exit::done;
    }
    if (days->empty()) say("No model was asked in this time.");
    std::vector<std::vector<std::string>> rows;
    if (!days->empty()) rows.push_back({"DAY", "MODEL", "CALLS", "INPUT", "CACHED", "OUTPUT", "COST"});
    for (const auto& d : *days)
        rows.push_back({iso8601(d.day).substr(0, 10), d.model, std::to_string(d.calls),
                        std::to_string(d.input_tokens), std::to_string(d.cached_input_tokens),
                        std::to_string(d.output_tokens), format_money(Money{d.cost})});
    if (!rows.empty()) print(columns(rows));
    say("Today " + format_money(Money{so_far->day.cost}) + ", this month " +
        format_money(Money{so_far->month.cost}) + ".");
    return Exit::done;
}

int set_hook_secret(const Globals& globals, const ProjectOptions& o) {
    const std::string secret = o.secret.empty() ? random_token(40) : o.secret;
    const int code = set(globals, o.name, {"hook_secret=" + secret});
    if (code != Exit::done) return code;
    if (o.secret.empty()) print(secret);
    say("Give this secret to the forge's webhook, whose address is /hooks/git/" + o.name +
        " of this server.");
    return Exit::done;
}

}  // namespace

void add_project(CLI::App& app, Globals& globals) {
    auto options = std::make_shared<ProjectOptions>();
    auto* project =
        app.add_subcommand("project", "Documentation sites: add, list, show, set, spending, remove");
    project->require_subcommand(1);
    project->footer("Example:\n  docent project add handbook --docs ~/handbook");
    const auto on = [&globals](CLI::App* command, auto action) {
        command->callback([&globals, action] { globals.action = action; });
    };

    auto* add_one = project->add_subcommand("add", "Add a project");
    add_one->add_option("name", options->name, "Its name in addresses: lower-case letters, digits, hyphens")
        ->required();
    add_one->add_option("--docs", options->docs, "Folder, git address, or address of an llms.txt")
        ->required();
    add_one->add_option("--branch", options->branch, "Git: the branch (default: the remote's)");
    add_one->add_option("--folder", options->folder, "Git: the folder below the repository's root");
    add_one->add_option("--title", options->title, "Its name for people");
    add_one->add_option("--host", options->hosts, "A host name that names this project too; may be repeated");
    add_one->add_option("--repository", options->repository,
                        "The repository with the source of the documentation");
    add_one->footer(
        "Examples:\n  docent project add handbook --docs ~/handbook\n"
        "  docent project add reference --docs https://github.com/example/docs.git --branch main --folder "
        "api");
    on(add_one, [&globals, options] { return add(globals, *options); });

    auto* list_all = project->add_subcommand("list", "List the projects");
    list_all->add_flag("--json", options->as_json, "As JSON");
    list_all->footer("Example:\n  docent project list");
    on(list_all, [&globals, options] { return list_projects(globals, *options); });

    auto* show_one = project->add_subcommand("show", "Everything about one project");
    show_one->add_option("name", options->name, "Name, id or host")->required();
    show_one->add_flag("--json", options->as_json, "As JSON");
    show_one->footer("Example:\n  docent project show handbook --json");
    on(show_one, [&globals, options] { return show_project(globals, *options); });

    auto* set_some = project->add_subcommand("set", "Change a project's own settings");
    set_some->add_option("name", options->name, "Name, id or host")->required();
    set_some->add_option("settings", options->settings, "NAME=VALUE; an empty value takes the setting away")
        ->required();
    set_some->footer(settings_help() +
                     "\nExample:\n  docent project set default models=fast,careful cap_day_money=5");
    on(set_some, [&globals, options] { return set(globals, options->name, options->settings); });

    auto* spent = project->add_subcommand("spending", "What models cost, by day and model");
    spent->add_option("name", options->name, "Name, id or host")->required();
    spent->add_option("--days", options->days, "So many days, today included")
        ->check(CLI::Range(1U, 3660U))
        ->capture_default_str();
    spent->add_flag("--json", options->as_json, "As JSON");
    on(spent, [&globals, options] { return spending(globals, *options); });

    auto* hook = project->add_subcommand("set-hook-secret",
                                         "Set the secret of the webhook that fetches the repository");
    hook->add_option("name", options->name, "Name, id or host")->required();
    hook->add_option("--secret", options->secret, "The secret (default: a new one, printed)");
    hook->footer("Example:\n  docent project set-hook-secret handbook");
    on(hook, [&globals, options] { return set_hook_secret(globals, *options); });

    auto* remove_one = project->add_subcommand("remove", "Remove a project, its keys and its threads");
    remove_one->add_option("name", options->name, "Name, id or host")->required();
    remove_one->add_flag("--yes,-y", options->yes, "Do not ask");
    remove_one->footer("Example:\n  docent project remove handbook --yes");
    on(remove_one, [&globals, options] { return remove(globals, *options); });
}

}  // namespace docent::cli
