#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "agent/cron.hpp"
#include "api/project_jobs.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "cli/installation.hpp"
#include "cli/terminal.hpp"
#include "store/automations.hpp"

namespace docent::cli {
namespace {

namespace json = boost::json;

struct AutomationOptions {
    std::string project, automation, schedule, prompt, name, repository, model;
    bool as_json = false;
};

struct OpenedAutomations {
    std::unique_ptr<Installation> installation;
    store::Project project;
    std::unique_ptr<store::Automations> automations;
};

Result<OpenedAutomations> open_automations(const Globals& globals, const AutomationOptions& o) {
    OpenedAutomations out;
    TRY(out.installation, Installation::open(globals));
    TRY(out.project, out.installation->project(o.project));
    out.automations = std::make_unique<store::Automations>(*out.installation->store);
    return out;
}

/// By its name, its id, or the end of that.
Result<store::Automation> named_automation(OpenedAutomations& at, const std::string& name) {
    TRY(const auto all, at.installation->run(at.automations->list(at.project.id)));
    const store::Automation* found = nullptr;
    for (const auto& one : all) {
        if (one.id != name && one.name != name && (name.size() < 4 || !one.id.ends_with(name))) continue;
        if (found) return invalid("several automations are named " + printable(name) + "; give the id");
        found = &one;
    }
    if (found) return *found;
    return not_found("the project " + at.project.slug +
                     " has no such automation; docent automation list shows them");
}

json::object automation_json(const store::Automation& a) {
    return {{"id", a.id},
            {"name", a.name},
            {"schedule", a.schedule},
            {"prompt", a.prompt},
            {"enabled", a.enabled},
            {"nextRun", a.next_run ? json::value(iso8601(a.next_run)) : json::value()},
            {"lastRun", a.last_run ? json::value(iso8601(a.last_run)) : json::value()},
            {"lastJob", a.last_job},
            {"note", a.note}};
}

int add_one_automation(const Globals& globals, const AutomationOptions& o) {
    const auto schedule = agent::Schedule::parse(o.schedule);
    if (!schedule) return fail(schedule.error());
    if (auto checked = api::check_prompt(o.prompt); !checked)
        return fail(invalid("the prompt: " + checked.error().message));
    auto at = open_automations(globals, o);
    if (!at) return fail(at.error());
    store::Automation wanted;
    wanted.created = system_clock().now();
    wanted.id = new_uuid(wanted.created);
    wanted.project_id = at->project.id;
    wanted.user_id = "owner";
    wanted.name = repair_utf8(o.name);
    wanted.schedule = o.schedule;
    wanted.prompt = repair_utf8(o.prompt);
    wanted.repository = o.repository;
    wanted.model = o.model;
    wanted.next_run = schedule->next_after(wanted.created);
    auto added = at->installation->run(at->automations->add(wanted));
    if (!added) return fail(added.error());
    print(added->id);
    say("It runs first at " + iso8601(added->next_run).substr(0, 16) + " UTC, while a server runs.");
    return Exit::done;
}

int list_all_automations(const Globals& globals, const AutomationOptions& o) {
    auto at = open_automations(globals, o);
    if (!at) return fail(at.error());
    auto all = at->installation->run(at->automations->list(at->project.id));
    if (!all) return fail(all.error());
    json::array out;
    std::vector<std::vector<std::string>> rows = {
        {"ID", "NAME", "SCHEDULE", "NEXT", "LAST JOB", "PROMPT", "NOTE"}};
    for (const auto& a : *all) {
        out.push_back(automation_json(a));
        rows.push_back({a.id, printable(a.name), a.schedule,
                        a.enabled ? iso8601(a.next_run).substr(0, 16) : "paused", a.last_job,
                        printable(cut_utf8(a.prompt, 50)), printable(cut_utf8(a.note, 60))});
    }
    if (o.as_json)
        print(json::serialize(out));
    else if (all->empty())
        say("No automations yet: docent automation add weekly /fix-links");
    else
        print(columns(rows));
    return Exit::done;
}

/// Paused, or taken up from the next time on; or due now.
int set_next_run(const Globals& globals, const AutomationOptions& o, bool enabled, bool now) {
    auto at = open_automations(globals, o);
    if (!at) return fail(at.error());
    auto automation = named_automation(*at, o.automation);
    if (!automation) return fail(automation.error());
    if (now && !automation->enabled)
        return fail(conflict("the automation is paused; docent automation resume takes it up"));
    const auto schedule = agent::Schedule::parse(automation->schedule);
    if (!schedule) return fail(schedule.error());
    automation->updated = system_clock().now();
    automation->enabled = enabled;
    automation->next_run = !enabled ? 0
                           : now    ? automation->updated
                                    : schedule->next_after(automation->updated);
    auto changed = at->installation->run(at->automations->change(*automation));
    if (!changed) return fail(changed.error());
    say(now       ? "A running server makes its job within a second, unless the last one is still active."
        : enabled ? "It runs next at " + iso8601(changed->next_run).substr(0, 16) + " UTC."
                  : "Paused.");
    return Exit::done;
}

int remove_automation(const Globals& globals, const AutomationOptions& o) {
    auto at = open_automations(globals, o);
    if (!at) return fail(at.error());
    auto automation = named_automation(*at, o.automation);
    if (!automation) return fail(automation.error());
    auto removed = at->installation->run(at->automations->remove(at->project.id, automation->id));
    if (!removed) return fail(removed.error());
    say("Removed; the jobs that it made stay.");
    return Exit::done;
}

}  // namespace

void add_automation(CLI::App& app, Globals& globals) {
    auto o = std::make_shared<AutomationOptions>();
    auto* automation = app.add_subcommand("automation", "Jobs on a schedule: add, list, run, pause, remove");
    automation->require_subcommand(1);
    automation->footer("Example:\n  docent automation add weekly /fix-links --name links");
    const auto command = [&](const char* name, const char* what, bool of_one, auto action) {
        auto* one = automation->add_subcommand(name, what);
        one->add_option("--project", o->project, "Project (default: the only one, or `default`)");
        if (of_one)
            one->add_option("automation", o->automation, "Its name, its id, or the end of that")->required();
        one->callback([&globals, action] { globals.action = action; });
        return one;
    };
    auto* add = command("add", "Add one; its id alone is on standard output", false,
                        [&globals, o] { return add_one_automation(globals, *o); });
    add->add_option("schedule", o->schedule,
                    "hourly, daily, weekly, monthly, or five fields in quotes: \"0 6 * * mon\" (UTC)")
        ->required();
    add->add_option("prompt", o->prompt, "A built-in command such as /fix-links, or what the agent is to do")
        ->required();
    add->add_option("--name", o->name, "For people");
    add->add_option("--repository", o->repository, "Id, name or address (default: the documentation's own)");
    add->add_option("--model", o->model, "Which model (default: the configured order)");
    add->footer(
        "Examples:\n  docent automation add \"0 6 * * mon-fri\" \"/check-links\"\n"
        "  docent automation add monthly \"Look for pages that contradict the changelog, and correct them\"");
    auto* list = command("list", "The automations of a project, with their next times", false,
                         [&globals, o] { return list_all_automations(globals, *o); });
    list->add_flag("--json", o->as_json, "As JSON");
    command("run", "Make its job now", true, [&globals, o] { return set_next_run(globals, *o, true, true); });
    command("pause", "Run it no more by itself", true,
            [&globals, o] { return set_next_run(globals, *o, false, false); });
    command("resume", "Run it again, from its next time on", true,
            [&globals, o] { return set_next_run(globals, *o, true, false); });
    command("remove", "Remove it; its jobs stay", true,
            [&globals, o] { return remove_automation(globals, *o); });
}

}  // namespace docent::cli
