// What clients need that speak OpenAI's chat completions only.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "api/asked_project.hpp"
#include "api/chat_completion.hpp"
#include "api/protection.hpp"
#include "api/routes/handlers.hpp"
#include "api/wire/openai_chat.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "net/problem.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

/// The key's own project; a key for all of them is asked for `default`'s.
Task<Result<store::Project>> project_of(const Caller& caller, Services& services) {
    std::string name = caller.key->project_id.empty() ? "default" : caller.key->project_id;
    auto project = co_await find_project(std::move(name), caller, services);
    co_return project;
}

json::object model_of(const store::Project& project) {
    return {{"id", project.slug},
            {"object", "model"},
            {"created", project.created / 1000},
            {"owned_by", "docent"}};
}

}  // namespace

Task<Result<net::Response>> post_chat_completions(net::Request& request, const Caller& caller,
                                                  Services& services) {
    auto project = co_await project_of(caller, services);
    if (!project) co_return std::move(project).error();
    auto body = parse_chat(request.body);
    if (!body) co_return std::move(body).error();

    const auto settings = settings_of(*project);
    auto& question = body->question;
    std::string fp = question.fp;
    auto refused = co_await refuse_message(request, project->id, settings, std::move(fp), services);
    if (!refused) co_return std::move(refused).error();
    if (*refused) co_return **std::move(refused);
    apply_masking(settings, question);
    question.project_id = project->id;
    question.models = settings.models;
    question.caps = settings.caps(services.settings.caps);
    question.base_path = link_base(*project, public_origin(request, services) + "/" + project->slug);
    question.suggestions = false;
    question.key_id = caller.key->id;
    question.caller = request.from_browser() ? "web" : "api";
    question.chat_id = "completion-" + new_ulid(services.clock.now());
    const auto chat_id = question.chat_id;
    auto answer = co_await services.assistant.ask(std::move(question));
    if (!answer) co_return std::move(answer).error();

    OpenAiChatOptions options;
    options.id = "chatcmpl-" + (*answer)->message_id.substr((*answer)->message_id.find('_') + 1);
    options.model = project->slug;
    options.created = services.clock.now();
    options.include_usage = body->include_usage;
    auto encoder = body->stream ? openai_chat_chunks(std::move(options)) : openai_chat(std::move(options));
    net::Response out;
    out.headers = encoder->headers();
    out.headers.emplace_back("x-thread-id", (*answer)->thread_id);
    std::function<void()> left;
    if (settings.cancel_on_disconnect.value_or(services.settings.cancel_on_disconnect)) {
        left = [&assistant = services.assistant, project_id = project->id, chat_id, key_id = caller.key->id,
                key = (*answer)->new_thread_key] { assistant.cancel(project_id, chat_id, key_id, key); };
    }
    out.stream = answer_body(*std::move(answer), std::move(encoder), std::move(left));
    co_return out;
}

Task<Result<net::Response>> get_models(net::Request&, const Caller& caller, Services& services) {
    auto project = co_await project_of(caller, services);
    if (!project) co_return std::move(project).error();
    json::array models;
    models.push_back(model_of(*project));
    const json::object out{{"object", "list"}, {"data", std::move(models)}};
    co_return net::reply(200, "application/json", json::serialize(out));
}

Task<Result<net::Response>> get_model(net::Request& request, const Caller& caller, Services& services) {
    auto project = co_await project_of(caller, services);
    if (!project) co_return std::move(project).error();
    if (request.param("model") != project->slug)
        co_return not_found("there is no such model; this key's is " + project->slug)
            .because("model_not_found");
    co_return net::reply(200, "application/json", json::serialize(model_of(*project)));
}

Task<Result<net::Response>> with_openai_errors(Task<Result<net::Response>> handled) {
    auto result = co_await std::move(handled);
    if (!result) co_return openai_problem(net::problem(result.error()));
    if (result->status >= 400 && !result->stream) co_return openai_problem(*std::move(result));
    co_return result;
}

}  // namespace docent::api
