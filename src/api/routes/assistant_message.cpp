#include "api/bodies.hpp"
#include "api/protection.hpp"
#include "api/routes/assistant_answer.hpp"
#include "api/routes/handlers.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

/// The top-level finish.threadId ends the chat of strict AI SDK releases; whoever shows no sign of being
/// one gets it, as published.
bool wants_thread_id_on_finish(const net::Request& request, bool has_trigger, const std::string& setting) {
    if (setting == "always") return true;
    if (setting == "never") return false;
    return !has_trigger && !request.from_browser() &&
           lower_ascii(request.header("user-agent")).find("ai-sdk") == std::string::npos;
}

}  // namespace

Task<Result<net::Response>> post_message(net::Request& request, const Caller& caller, Services& services) {
    std::string domain = request.param("domain");
    auto project = co_await find_project(std::move(domain), caller, services);
    if (!project) co_return std::move(project).error();
    auto body = parse_question(request.body);
    if (!body) co_return std::move(body).error();

    const auto settings = settings_of(*project);
    auto& question = body->question;
    std::string fp = question.fp;
    auto refused = co_await refuse_message(request, project->id, settings, std::move(fp), services);
    if (!refused) co_return std::move(refused).error();
    if (*refused) co_return **std::move(refused);
    apply_masking(settings, question);
    question.project_id = project->id;
    question.base_path = settings.base_path;
    question.suggestions = settings.suggestions;
    question.models = settings.models;
    question.caps = settings.caps(services.settings.caps);
    question.key_id = caller.key->id;
    if (question.caller.empty()) question.caller = request.from_browser() ? "web" : "api";
    const bool cancel = settings.cancel_on_disconnect.value_or(services.settings.cancel_on_disconnect);
    if (cancel && question.chat_id.empty()) question.chat_id = "connection-" + new_ulid(services.clock.now());

    const auto chat_id = question.chat_id;
    const auto thread_key = question.thread_key;
    auto answer = co_await services.assistant.ask(std::move(question));
    if (!answer) co_return std::move(answer).error();

    EncoderOptions options;
    options.search_result_as_object = settings.search_result_as_object;
    options.thread_id_on_finish = wants_thread_id_on_finish(
        request, body->has_trigger,
        settings.finish_thread_id.empty() ? services.settings.finish_thread_id : settings.finish_thread_id);
    std::function<void()> left;
    if (cancel) {
        left = [&assistant = services.assistant, project_id = project->id, chat_id, key_id = caller.key->id,
                key = (*answer)->new_thread_key.empty() ? thread_key : (*answer)->new_thread_key] {
            assistant.cancel(project_id, chat_id, key_id, key);
        };
    }
    co_return answer_response(*std::move(answer), format_of(request), std::move(options), true,
                              std::move(left));
}

}  // namespace docent::api
