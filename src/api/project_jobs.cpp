#include "api/project_jobs.hpp"

#include "api/own_repository.hpp"
#include "base/text.hpp"
#include "maintenance/command.hpp"

namespace docent::api {
namespace {

constexpr std::int64_t repositories_at_once = 200;

Task<Result<store::Repository>> default_repository(std::string project_id, std::string user_id,
                                                   Services& services) {
    auto first = co_await services.coding.repositories.first(project_id);
    if (first || first.error().code != ErrorCode::not_found) co_return first;
    auto own = co_await connect_own_repository(std::move(project_id), std::move(user_id), services);
    if (own || own.error().code != ErrorCode::not_found) co_return own;
    co_return invalid(
        "repository: the project has none; connect one, or give the project the repository of its "
        "documentation");
}

Task<Result<store::Repository>> named_repository(std::string project_id, std::string name,
                                                 Services& services) {
    store::Page page;
    page.limit = repositories_at_once;
    auto all = co_await services.coding.repositories.list(std::move(project_id), std::move(page));
    if (!all) co_return std::move(all).error();
    for (auto& one : *all)
        if (one.enabled &&
            (one.id == name || one.name == name || one.full_name == name || one.clone_url == name))
            co_return std::move(one);
    co_return invalid("repository: names no enabled repository of this project");
}

}  // namespace

Status check_prompt(const std::string& prompt) {
    const auto text = trim(prompt);
    if (text.empty()) return invalid("the prompt is empty");
    return maintenance::is_command(text) ? maintenance::check_command(text) : Status();
}

Task<Result<store::Job>> start_project_job(agent::NewJob wanted, std::string repository, Services& services) {
    std::string project = wanted.project_id, user = wanted.user_id;
    Task<Result<store::Repository>> choose =
        repository.empty() ? default_repository(std::move(project), std::move(user), services)
                           : named_repository(std::move(project), std::move(repository), services);
    auto chosen = co_await std::move(choose);
    if (!chosen) co_return std::move(chosen).error();
    wanted.repository_id = chosen->id;
    auto made = co_await services.coding.jobs.create(std::move(wanted));
    // Nothing that waiting would mend: it is the request that does not fit this server.
    if (!made && made.error().reason == "model_unavailable") made.error().code = ErrorCode::invalid_argument;
    co_return made;
}

Task<Result<store::Job>> start_automation_job(store::Automation automation, std::string idempotency_key,
                                              Services& services) {
    agent::NewJob wanted;
    wanted.project_id = automation.project_id;
    wanted.user_id = automation.user_id;
    wanted.prompt = automation.prompt;
    wanted.model = automation.model;
    wanted.cause = "automation:" + automation.id;
    wanted.idempotency_key = std::move(idempotency_key);
    auto made = co_await start_project_job(std::move(wanted), std::move(automation.repository), services);
    co_return made;
}

}  // namespace docent::api
