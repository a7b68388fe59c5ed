#include "store/feedback.hpp"
#include "api/key_settings.hpp"
#include "api/mcp/tools.hpp"
#include "api/page_text.hpp"
#include "api/parse.hpp"
#include "api/protection.hpp"
#include "base/text.hpp"

namespace docent::api::mcp {
namespace {

namespace json = boost::json;

constexpr std::size_t max_description = 10'000;  // bytes
constexpr std::int64_t max_feedback_hour = 60;   // of an address

json::object describe_feedback(const Call& call) {
    const auto title = site_title(call.project, call.index.get());
    return {
        {"title", "Report a problem of a page"},
        {"description",
         "Tells the writers of the documentation of " + title +
             " what is wrong, missing or unclear on a page. Only for problems of the documentation "
             "itself."},
        {"inputSchema",
         json::object{
             {"type", "object"},
             {"properties",
              json::object{
                  {"path", json::object{{"type", "string"},
                                        {"description", "The page's path, such as guides/install."}}},
                  {"description", json::object{{"type", "string"},
                                               {"minLength", 1},
                                               {"maxLength", max_description},
                                               {"description", "What is wrong, and what would be right."}}}}},
             {"required", json::array{"path", "description"}}}},
        {"annotations", json::object{{"title", "Report a problem of a page"},
                                     {"readOnlyHint", false},
                                     {"destructiveHint", false},
                                     {"idempotentHint", false},
                                     {"openWorldHint", false}}}};
}

/// Stored as the feedback of a program: unhelpful, from an agent.
Task<Result<json::array>> run_feedback(const json::object& arguments, Call& call) {
    Complaints complaints;
    Fields fields(arguments, "", complaints);
    const auto path = fields.text("path", 2'000).value_or("");
    const auto description = fields.text("description", max_description).value_or("");
    for (const auto* required : {"path", "description"})
        if (!fields.has(required)) fields.complain(required, "is missing");
    if (complaints.empty() && trim(description).empty()) fields.complain("description", "is empty");
    if (!complaints.empty()) co_return complaints.error();

    const auto page = find_readable(*call.index, path);
    if (!page) co_return not_found("there is no page " + shown(path) + "; send the path of a search result");
    // What writes is worth less at a high rate than what reads.
    const auto verdict = call.services.hourly.take("feedback:" + address_group(call.request.client),
                                                   max_feedback_hour, call.services.clock.now());
    if (!verdict.allowed) co_return hourly_error(verdict, "per address and hour");
    store::Feedback feedback;
    feedback.project_id = call.project.id;
    feedback.source = "agent";
    feedback.path = call.index->page(*page).path;
    feedback.helpful = false;
    feedback.comment = masked_for(settings_of(call.project), std::string(trim(description)));
    feedback.user_agent = cut_utf8(repair_utf8(call.request.header("user-agent")), 500);
    feedback.created = call.services.clock.now();
    auto stored = co_await call.services.analytics.feedback.add(std::move(feedback));
    if (!stored) co_return std::move(stored).error();
    json::array blocks;
    blocks.push_back(json::object{{"type", "text"},
                                  {"text", "Thank you. The writers of this documentation will see it."}});
    co_return blocks;
}

}  // namespace

const Tool feedback_tool = {"submit_feedback", "Feedback failed: ", describe_feedback, run_feedback};

}  // namespace docent::api::mcp
