#include <set>

#include "agent/services.hpp"
#include "agent/tools/output.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

struct Step {
    std::string id, title, status, note;
};

/// The steps as the model gave them, with the ids that are missing.
std::vector<Step> steps_of(const json::object& args) {
    std::vector<Step> out;
    const auto* steps = args.if_contains("steps");
    if (!steps || !steps->is_array()) return out;
    for (const auto& one : steps->get_array()) {
        if (!one.is_object()) continue;
        const auto& object = one.get_object();
        Step step;
        step.id = llm::text_arg(object, "id");
        step.title = cut_text(llm::text_arg(object, "title"), 500).text;
        step.status = llm::text_arg(object, "status");
        step.note = cut_text(llm::text_arg(object, "note"), 2000).text;
        if (step.id.empty()) step.id = std::to_string(out.size() + 1);
        if (step.status.empty()) step.status = "pending";
        out.push_back(std::move(step));
    }
    return out;
}

json::value or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(json::string(text));
}

}  // namespace

json::object update_plan_begin(const json::object& args) {
    json::array steps;
    json::value current = nullptr;
    for (const auto& step : steps_of(args)) {
        if (step.status == "in_progress" && current.is_null()) current = json::string(step.id);
        steps.push_back(json::object{{"id", step.id},
                                     {"title", step.title},
                                     {"status", step.status},
                                     {"session_task_id", nullptr},
                                     {"note", or_null(step.note)}});
    }
    return {{"explanation", or_null(cut_text(llm::text_arg(args, "explanation")).text)},
            {"steps", std::move(steps)},
            {"current_step_id", std::move(current)}};
}

Task<Result<ToolOutcome>> update_plan_tool(ToolContext& context, const json::object& args) {
    const auto steps = steps_of(args);
    std::set<std::string> ids;
    std::size_t running = 0, done = 0;
    for (const auto& step : steps) {
        if (step.id.size() > 100)
            co_return tool_error("invalid_argument", "the id of a step has at most 100 characters");
        if (step.title.empty()) co_return tool_error("invalid_argument", "every step has a title");
        if (!ids.insert(step.id).second)
            co_return tool_error("invalid_argument", "two steps have the id " + shown_path(step.id));
        running += step.status == "in_progress";
        done += step.status == "completed" || step.status == "skipped";
    }
    if (steps.empty()) co_return tool_error("invalid_argument", "a plan has at least one step");
    if (running > 1) co_return tool_error("invalid_argument", "at most one step is in progress at a time");
    ToolOutcome out;
    // Each step is a task of the goal, for as long as it keeps its id.
    if (context.services.goals && !context.goal_id.empty()) {
        std::vector<store::PlanStep> wanted;
        for (const auto& step : steps) wanted.push_back({step.id, step.title, step.note, step.status});
        CO_TRY(const auto tasks,
               co_await context.services.goals->set_plan(context.session.id, context.goal_id,
                                                         std::move(wanted), context.services.clock.now()));
        auto shown = update_plan_begin(args);
        auto& list = shown["steps"].as_array();
        for (std::size_t i = 0; i < list.size() && i < tasks.size(); ++i)
            list[i].as_object()["session_task_id"] = tasks[i];
        out.payload["steps"] = std::move(list);
    }
    out.text =
        "The plan is noted: " + std::to_string(done) + " of " + counted(steps.size(), "step") + " done.\n";
    co_return out;
}

}  // namespace docent::agent
