#include "api/routes/assistant_answer.hpp"
#include "api/routes/handlers.hpp"

namespace docent::api {
namespace {

/// 204 where there is nothing to resume: any other word would be an error on every load of the page.
Task<Result<net::Response>> resume(net::Request& request, const Caller& caller, Services& services,
                                   std::string chat_id) {
    std::string domain = request.param("domain");
    auto project = co_await find_project(std::move(domain), caller, services);
    if (!project) co_return std::move(project).error();
    net::Response nothing;
    nothing.status = 204;
    if (chat_id.empty()) co_return nothing;

    const auto given = request.query.find("threadKey");
    const auto& thread_key = given == request.query.end() ? request.header("x-thread-key") : given->second;
    auto answer = services.assistant.find_running(project->id, chat_id, caller.key->id, thread_key);
    if (!answer) co_return nothing;

    const auto settings = settings_of(*project);
    const auto& finish =
        settings.finish_thread_id.empty() ? services.settings.finish_thread_id : settings.finish_thread_id;
    EncoderOptions options;
    options.search_result_as_object = settings.search_result_as_object;
    options.thread_id_on_finish = finish == "always";  // only the AI SDK resumes
    co_return answer_response(std::move(answer), format_of(request), std::move(options), false);
}

}  // namespace

Task<Result<net::Response>> resume_by_query(net::Request& request, const Caller& caller, Services& services) {
    const auto found = request.query.find("chatId");
    std::string chat_id = found == request.query.end() ? std::string() : found->second;
    auto response = co_await resume(request, caller, services, std::move(chat_id));
    co_return response;
}

Task<Result<net::Response>> resume_by_path(net::Request& request, const Caller& caller, Services& services) {
    std::string chat_id = request.param("chatId");
    auto response = co_await resume(request, caller, services, std::move(chat_id));
    co_return response;
}

}  // namespace docent::api
