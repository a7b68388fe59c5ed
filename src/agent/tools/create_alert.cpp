#include "agent/services.hpp"
#include "agent/tools/output.hpp"
#include "base/ids.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t last_line = 100'000'000, longest_title = 300;

json::value line_or_null(std::int64_t line) { return line == 0 ? json::value(nullptr) : json::value(line); }

store::Alert alert_of(const json::object& args) {
    store::Alert out;
    out.severity = llm::text_arg(args, "severity");
    out.category = llm::text_arg(args, "category");
    out.title = cut_text(llm::text_arg(args, "title"), longest_title).text;
    out.description = cut_text(llm::text_arg(args, "description")).text;
    out.path = asked_path(args, "path");
    out.start_line = static_cast<std::int64_t>(llm::number_arg(args, "start_line", 0, last_line));
    out.end_line = static_cast<std::int64_t>(
        llm::number_arg(args, "end_line", static_cast<std::size_t>(out.start_line), last_line));
    return out;
}

}  // namespace

json::object create_alert_begin(const json::object& args) {
    const auto alert = alert_of(args);
    json::object out{{"alert_id", nullptr},
                     {"severity", alert.severity},
                     {"category", alert.category},
                     {"title", alert.title},
                     {"description", alert.description},
                     {"path", nullptr},
                     {"start_line", line_or_null(alert.start_line)},
                     {"end_line", line_or_null(alert.end_line)}};
    if (!alert.path.empty()) out["path"] = alert.path;
    return out;
}

Task<Result<ToolOutcome>> create_alert_tool(ToolContext& context, const json::object& args) {
    if (!context.services.alerts) co_return tool_error("unavailable", "alerts are not kept here");
    auto alert = alert_of(args);
    if (const auto path = tree_path(alert.path); !path) co_return refusal(path.error());
    if (alert.end_line < alert.start_line)
        co_return tool_error("invalid_argument", "end_line is before start_line");
    alert.id = new_uuid(context.services.clock.now());
    alert.project_id = context.session.project_id;
    alert.session_id = context.session.id;
    alert.created = alert.updated = context.services.clock.now();
    CO_TRY(const auto added, co_await context.services.alerts->add(std::move(alert)));
    ToolOutcome out;
    out.payload["alert_id"] = added.id;
    out.text = "The alert is noted. Go on with your task.\n";
    co_return out;
}

}  // namespace docent::agent
