#pragma once
#include <boost/json/object.hpp>
#include <string>

#include "agent/jobs.hpp"
#include "api/parse.hpp"
#include "api/services.hpp"

namespace docent::api {

/// The bodies of the jobs API. What is wrong with one goes into the Complaints, and the result is not to be
/// used then. Unknown fields are ignored, and null is the same as absent.

/// POST /v2/agent/{projectId}/job. Project, user, follow-up time and repository_id are not filled.
struct NewJobBody {
    agent::NewJob job;
    std::optional<bool> draft;  // nothing: the project's setting
    std::string repository;     // an id, a name or an address; "": the documentation's
};
NewJobBody parse_new_job(const boost::json::object& body, const Settings& settings, Complaints& complaints);

/// POST /v1/agent/{projectId}/job: {messages, branch, asDraft, model}. The last user message is the job.
/// What a model has to know besides comes after it, in the same message of the session: the system messages
/// as instructions, the conversation before it as an example. A built-in command ("/fix-links") is alone.
NewJobBody parse_chat_job(const boost::json::object& body, const Settings& settings, Complaints& complaints);

/// POST .../message.
std::string parse_job_prompt(const boost::json::object& body, const Settings& settings,
                             Complaints& complaints);

}  // namespace docent::api
