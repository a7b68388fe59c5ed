#pragma once
#include <optional>
#include <string>

#include "agent/jobs.hpp"
#include "api/services.hpp"
#include "store/automations.hpp"

namespace docent::api {

/// invalid_argument for a prompt that can never be a job: none, a built-in command that there is not, or one
/// with arguments that it does not take.
Status check_prompt(const std::string& prompt);

/// A job of the project, made with its settings, for `wanted.user_id`. `named`: as in repository_of_job();
/// `draft`: nothing is the project's setting. invalid_argument for a branch that is the target, no
/// repository, or no model for free text ("model_unavailable"); errors of agent::Jobs::create().
Task<Result<store::Job>> start_project_job(agent::NewJob wanted, std::string named, std::optional<bool> draft,
                                           const store::Project& project, Services& services);

/// The job of an automation: agent::Automations::StartJob.
Task<Result<store::Job>> start_automation_job(store::Automation automation, std::string idempotency_key,
                                              Services& services);

}  // namespace docent::api
