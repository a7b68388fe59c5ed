#include "agent/automations.hpp"

#include "agent/cron.hpp"
#include "api/analytics_json.hpp"
#include "api/analytics_query.hpp"
#include "api/project_jobs.hpp"
#include "api/projects.hpp"
#include "api/routes/handlers.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_automation_name = 200, longest_repository = 2'000, longest_model = 200;

json::value time_or_nothing(Millis time) { return time == 0 ? json::value() : json::value(iso8601(time)); }
json::value text_or_nothing(const std::string& text) {
    return text.empty() ? json::value() : json::value(text);
}

json::object to_json(const store::Automation& automation) {
    return {{"id", automation.id},
            {"name", automation.name},
            {"schedule", automation.schedule},
            {"prompt", automation.prompt},
            {"repository", text_or_nothing(automation.repository)},
            {"model", text_or_nothing(automation.model)},
            {"enabled", automation.enabled},
            {"nextRunAt", time_or_nothing(automation.next_run)},
            {"lastRunAt", time_or_nothing(automation.last_run)},
            {"lastJobId", text_or_nothing(automation.last_job)},
            {"note", text_or_nothing(automation.note)},
            {"createdAt", iso8601(automation.created)},
            {"updatedAt", iso8601(automation.updated)}};
}

/// What the body has of name, schedule, prompt, repository, model and enabled; the rest of `automation`
/// stays.
Complaints read_automation(const net::Request& request, bool is_new, const Services& services,
                           store::Automation& automation) {
    Complaints complaints;
    auto value = parse_json(request.body);
    if (!value || !value->is_object()) {
        complaints.add("body", value ? "must be a JSON object" : value.error().message);
        return complaints;
    }
    Fields fields(value->get_object(), "", complaints);
    for (const auto* needed : {"schedule", "prompt"})
        if (is_new && !fields.has(needed)) fields.complain(needed, "is missing", "missing");
    if (auto name = fields.characters("name", 0, longest_automation_name)) automation.name = *std::move(name);
    if (auto schedule = fields.text("schedule", 200)) {
        if (const auto parsed = agent::Schedule::parse(*schedule); !parsed)
            fields.complain("schedule", parsed.error().message.substr(std::string_view("schedule: ").size()));
        automation.schedule = *std::move(schedule);
    }
    if (auto prompt = fields.characters("prompt", 1, services.settings.session_message)) {
        const auto checked = check_prompt(*prompt);
        if (!checked) fields.complain("prompt", checked.error().message);
        automation.prompt = *std::move(prompt);
    }
    if (auto repository = fields.characters("repository", 0, longest_repository))
        automation.repository = *std::move(repository);
    if (auto model = fields.characters("model", 0, longest_model)) automation.model = *std::move(model);
    automation.enabled = fields.boolean("enabled").value_or(automation.enabled);
    if (complaints.empty()) {
        const auto schedule = agent::Schedule::parse(automation.schedule);
        automation.next_run = automation.enabled && schedule ? schedule->next_after(services.clock.now()) : 0;
    }
    return complaints;
}

Task<Result<store::Automation>> asked_automation(const net::Request& request, const Caller& caller,
                                                 const char* parameter, Services& services) {
    std::string name = request.param("projectId");
    auto project = co_await find_project(std::move(name), caller, services);
    if (!project) co_return std::move(project).error();
    std::string id = request.param(parameter);
    auto found = co_await services.automations.stored().find(project->id, std::move(id));
    if (!found && found.error().code == ErrorCode::not_found)
        co_return not_found("there is no such automation").because("unknown_automation");
    co_return found;
}

}  // namespace

Task<Result<net::Response>> list_automations(net::Request& request, const Caller& caller,
                                             Services& services) {
    std::string name = request.param("projectId");
    auto project = co_await find_project(std::move(name), caller, services);
    if (!project) co_return std::move(project).error();
    auto all = co_await services.automations.stored().list(project->id);
    if (!all) co_return std::move(all).error();
    json::array rows;
    for (const auto& automation : *all) rows.push_back(to_json(automation));
    co_return json_reply(200, {{"automations", std::move(rows)}});
}

Task<Result<net::Response>> create_automation(net::Request& request, const Caller& caller,
                                              Services& services) {
    std::string name = request.param("projectId");
    auto project = co_await find_project(std::move(name), caller, services);
    if (!project) co_return std::move(project).error();
    store::Automation wanted;
    const auto complaints = read_automation(request, true, services, wanted);
    if (!complaints.empty()) co_return bad_query(complaints);
    wanted.created = services.clock.now();
    wanted.id = new_uuid(wanted.created);
    wanted.project_id = project->id;
    wanted.user_id = caller.key->user;
    auto added = co_await services.automations.stored().add(std::move(wanted));
    if (!added) co_return std::move(added).error();
    co_return json_reply(201, to_json(*added));
}

Task<Result<net::Response>> get_automation(net::Request& request, const Caller& caller, Services& services) {
    auto found = co_await asked_automation(request, caller, "automationId", services);
    if (!found) co_return std::move(found).error();
    co_return json_reply(200, to_json(*found));
}

Task<Result<net::Response>> update_automation(net::Request& request, const Caller& caller,
                                              Services& services) {
    auto found = co_await asked_automation(request, caller, "automationId", services);
    if (!found) co_return std::move(found).error();
    const auto complaints = read_automation(request, false, services, *found);
    if (!complaints.empty()) co_return bad_query(complaints);
    found->updated = services.clock.now();
    auto changed = co_await services.automations.stored().change(*std::move(found));
    if (!changed) co_return std::move(changed).error();
    co_return json_reply(200, to_json(*changed));
}

Task<Result<net::Response>> delete_automation(net::Request& request, const Caller& caller,
                                              Services& services) {
    auto found = co_await asked_automation(request, caller, "automationId", services);
    if (!found) co_return std::move(found).error();
    auto removed = co_await services.automations.stored().remove(found->project_id, found->id);
    if (!removed) co_return std::move(removed).error();
    net::Response out;
    out.status = 204;
    co_return out;
}

/// As published: POST /v1/workflow/{projectId}/{workflowSchemaId}/trigger.
Task<Result<net::Response>> trigger_automation(net::Request& request, const Caller& caller,
                                               Services& services) {
    auto found = co_await asked_automation(request, caller, "workflowSchemaId", services);
    if (!found) co_return std::move(found).error();
    if (!found->enabled) co_return invalid("the automation is paused; enable it first").because("paused");
    const std::string id = found->id;
    auto job = co_await services.automations.run_now(*std::move(found));
    if (!job) co_return std::move(job).error();
    co_return json_reply(202, {{"schemaId", id}, {"instanceId", job->id}, {"jobId", job->id}});
}

}  // namespace docent::api
