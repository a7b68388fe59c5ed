#include "api/analytics_json.hpp"
#include "api/bodies.hpp"
#include "api/projects.hpp"
#include "api/protection.hpp"
#include "api/routes/handlers.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

/// The address of the page as the site names it, where it is one of the documentation.
std::string page_path(const std::string& path, const store::Project& project, Services& services) {
    const auto index = services.sources.index(project.id);
    const auto found = index ? index->find_page(path) : std::nullopt;
    return site_path(found ? index->page(*found).path : std::string_view(path));
}

/// What the feedback is about: the answer that messageId, or the newest one of threadId, names.
Task<Status> name_answer(store::Feedback& item, std::string message_id, Services& services) {
    if (message_id.starts_with("msg_")) message_id.erase(0, 4);
    if (!message_id.empty()) {
        auto turn = co_await services.analytics.conversations.find(item.project_id, std::move(message_id));
        if (!turn) {
            if (turn.error().code != ErrorCode::not_found) co_return std::move(turn).error();
            co_return not_found("messageId names no answer of this project").because("unknown_message");
        }
        if (!item.thread_id.empty() && item.thread_id != turn->thread_id)
            co_return not_found("messageId is not in the conversation threadId").because("unknown_message");
        item.turn_id = turn->id;
        item.thread_id = turn->thread_id;
        if (item.path.empty() && !turn->page.empty()) item.path = turn->page;
        co_return Status();
    }
    if (item.thread_id.empty()) co_return Status();
    auto thread = co_await services.threads.find(item.project_id, item.thread_id);
    if (!thread) {
        if (thread.error().code != ErrorCode::not_found) co_return std::move(thread).error();
        co_return not_found("threadId names no conversation of this project").because("unknown_thread");
    }
    auto turns = co_await services.threads.turns(item.thread_id, 1);
    if (!turns) co_return std::move(turns).error();
    if (turns->empty()) co_return Status();
    item.turn_id = turns->front().id;
    if (item.path.empty()) item.path = turns->front().page;
    co_return Status();
}

}  // namespace

Task<Result<net::Response>> post_feedback(net::Request& request, const Caller& caller, Services& services) {
    std::string domain = request.param("domain");
    auto project = co_await find_project(std::move(domain), caller, services);
    if (!project) co_return std::move(project).error();
    auto body = parse_feedback(request.body);
    if (!body) co_return std::move(body).error();

    auto& item = body->feedback;
    item.project_id = project->id;
    if (!item.path.empty()) item.path = page_path(item.path, *project, services);
    std::string message_id = body->message_id;
    auto named = co_await name_answer(item, std::move(message_id), services);
    if (!named) co_return std::move(named).error();

    const auto settings = settings_of(*project);
    item.comment = masked_for(settings, std::move(item.comment));
    item.contact = masked_for(settings, std::move(item.contact));
    item.code = masked_for(settings, std::move(item.code));
    item.user_agent = cut_utf8(repair_utf8(request.header("user-agent")), 300);
    item.created = services.clock.now();
    auto stored = co_await services.analytics.feedback.add(std::move(item));
    if (!stored) co_return std::move(stored).error();
    co_return json_reply(201, {{"id", stored->id}, {"source", stored->source}, {"status", stored->status}});
}

}  // namespace docent::api
