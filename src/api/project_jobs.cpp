#include "api/project_jobs.hpp"

#include "api/own_repository.hpp"
#include "api/project_settings.hpp"
#include "base/text.hpp"
#include "maintenance/command.hpp"

namespace docent::api {

Status check_prompt(const std::string& prompt) {
    const auto text = trim(prompt);
    if (text.empty()) return invalid("the prompt is empty");
    return maintenance::is_command(text) ? maintenance::check_command(text) : Status();
}

Task<Result<store::Job>> start_project_job(agent::NewJob wanted, std::string named, std::optional<bool> draft,
                                           const store::Project& project, Services& services) {
    std::string user = wanted.user_id;
    auto repository = co_await repository_of_job(project, std::move(named), std::move(user), services);
    if (!repository) co_return std::move(repository).error();
    const auto& target = wanted.target.empty() ? repository->default_branch : wanted.target;
    if (wanted.branch == target || wanted.branch == repository->default_branch)
        co_return invalid("branch: is the branch that the pull request is for; work on another one");
    const auto settings = settings_of(project);
    wanted.project_id = project.id;
    wanted.repository_id = repository->id;
    wanted.draft = draft.value_or(settings.job_draft);
    wanted.follow_up = settings.job_follow_up;
    auto made = co_await services.coding.jobs.create(std::move(wanted));
    // Nothing that waiting would mend: it is the request that does not fit this server.
    if (!made && made.error().reason == "model_unavailable") made.error().code = ErrorCode::invalid_argument;
    co_return made;
}

Task<Result<store::Job>> start_automation_job(store::Automation automation, std::string idempotency_key,
                                              Services& services) {
    auto project = co_await services.projects.find(automation.project_id);
    if (!project) co_return std::move(project).error();
    agent::NewJob wanted;
    wanted.user_id = automation.user_id;
    wanted.prompt = automation.prompt;
    wanted.model = automation.model;
    wanted.cause = "automation:" + automation.id;
    wanted.idempotency_key = std::move(idempotency_key);
    auto made = co_await start_project_job(std::move(wanted), std::move(automation.repository), std::nullopt,
                                           *project, services);
    co_return made;
}

}  // namespace docent::api
