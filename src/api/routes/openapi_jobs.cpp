#include "api/routes/openapi_tables.hpp"

namespace docent::api {
namespace {

constexpr std::string_view job_schemas_json = R"json({
  "JobProblem": {"type": "object", "required": ["error"], "properties": {
    "error": {"type": "string", "description": "One sentence for people."},
    "details": {"type": "array", "description": "Of a body or a parameter that is wrong.", "items": {"type": "object", "properties": {
      "message": {"type": "string"}}}}}},
  "NewJob": {"type": "object", "required": ["prompt"], "properties": {
    "prompt": {"type": "string", "minLength": 1, "description": "The task, or a built-in command such as /fix-links. At most the setting agent.max_message."},
    "asDraft": {"type": ["boolean", "null"], "description": "The pull request is a draft; else the project's setting job_draft."},
    "branch": {"type": ["string", "null"], "description": "Branch to work on; else a new one, named after the prompt."},
    "ref": {"type": ["string", "null"], "description": "Branch that the pull request is for; else the repository's default branch."},
    "target": {"type": ["string", "null"], "description": "The same as ref."},
    "model": {"type": ["string", "null"], "description": "Name of a configured model; else the first."},
    "repository": {"type": ["string", "null"], "description": "Id, name or address of a connected repository; else the one of the documentation."},
    "dryRun": {"type": ["boolean", "null"], "default": false, "description": "No push and no pull request: the change is in .../diff."},
    "origin": {"enum": ["api", "cli", null], "default": "api"}}},
  "JobMessage": {"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string", "minLength": 1}}},
  "JobTodos": {"type": "array", "items": {"type": "object", "properties": {
    "content": {"type": "string"}, "status": {"enum": ["pending", "in_progress", "completed", "cancelled"]},
    "priority": {"enum": ["high", "medium", "low"]}, "id": {"type": "string"}}}},
  "AgentJob": {"type": "object", "required": ["id", "status", "source", "model", "prLink", "createdAt", "archivedAt"], "properties": {
    "id": {"type": "string"}, "status": {"enum": ["active", "completed", "archived", "failed"]},
    "source": {"type": "object", "required": ["repository", "ref"], "properties": {
      "repository": {"type": "string", "description": "Address of the repository, without credentials."},
      "ref": {"type": "string", "description": "The branch that the pull request is for."}}},
    "model": {"type": "string", "description": "builtin: a built-in command."},
    "prLink": {"type": ["string", "null"], "format": "uri", "description": "null until the pull request exists."},
    "createdAt": {"type": "string", "format": "date-time"}, "archivedAt": {"type": ["string", "null"], "format": "date-time"},
    "title": {"type": "string"}, "branch": {"type": ["string", "null"]},
    "message": {"type": ["string", "null"], "description": "What the agent said last."},
    "error": {"type": ["object", "null"], "description": "Why it failed, or what is in the way for now.", "properties": {
      "code": {"type": "string"}, "message": {"type": "string"}}},
    "todos": {"$ref": "#/components/schemas/JobTodos"},
    "diffStat": {"type": "object", "properties": {"filesChanged": {"type": "integer"}, "additions": {"type": "integer"}, "deletions": {"type": "integer"}}},
    "findings": {"type": "array", "description": "What the checks before the pull request left.", "items": {"type": "object", "properties": {
      "file": {"type": "string"}, "line": {"type": "integer"}, "rule": {"type": "string"}, "message": {"type": "string"}}}},
    "asDraft": {"type": "boolean"}, "dryRun": {"type": "boolean"},
    "followUpUntil": {"type": ["string", "null"], "format": "date-time", "description": "The work is done; until then it takes follow-ups."},
    "updatedAt": {"type": "string", "format": "date-time"}, "endedAt": {"type": ["string", "null"], "format": "date-time"},
    "sessionId": {"type": "string", "description": "The coding session that does the work."}}},
  "AgentJobs": {"type": "object", "required": ["jobs", "total", "hasMore"], "properties": {
    "jobs": {"type": "array", "items": {"$ref": "#/components/schemas/AgentJob"}}, "total": {"type": "integer"}, "hasMore": {"type": "boolean"}}},
  "NewJobV1": {"type": "object", "required": ["messages"], "properties": {
    "messages": {"type": "array", "description": "The last one of role user is the task; system messages are instructions for it, the conversation before it is an example.",
      "items": {"type": "object", "required": ["role", "content"], "properties": {
      "role": {"enum": ["system", "user", "assistant"]}, "content": {"type": "string"}}}},
    "branch": {"type": ["string", "null"]}, "asDraft": {"type": ["boolean", "null"], "default": false},
    "model": {"enum": ["sonnet", "opus", null], "default": "sonnet", "description": "The model of that name, if one is configured; else the first."}}},
  "AgentJobV1": {"type": "object", "required": ["sessionId", "subdomain", "branch", "haulted", "haultReason", "createdAt"], "properties": {
    "sessionId": {"type": "string"}, "subdomain": {"type": "string"}, "branch": {"type": ["string", "null"]},
    "haulted": {"type": "boolean"}, "haultReason": {"enum": ["completed", "github_missconfigured", "error", "processing", "interrupted"]},
    "pullRequestLink": {"type": ["string", "null"]}, "messageToUser": {"type": ["string", "null"]},
    "todos": {"$ref": "#/components/schemas/JobTodos"}, "userId": {"type": "string"}, "title": {"type": "string"},
    "createdAt": {"type": "string", "format": "date-time"}}},
  "AgentJobsV1": {"type": "object", "required": ["allSessions"], "properties": {
    "allSessions": {"type": "array", "items": {"$ref": "#/components/schemas/AgentJobV1"}}}}
})json";

constexpr RouteBodies job_bodies[] = {
    {"createJob", "NewJob", "AgentJob"}, {"listJobs", "", "AgentJobs"},
    {"getJob", "", "AgentJob"},          {"sendJobMessage", "JobMessage", "AgentJob"},
    {"cancelJob", "", "AgentJob"},       {"completeJob", "", "AgentJob"},
    {"archiveJob", "", "AgentJob"},      {"jobEvents", "", "text/event-stream"},
    {"jobDiff", "", "text/x-diff"},      {"createJobV1", "NewJobV1", "text/event-stream"},
    {"getJobV1", "", "AgentJobV1"},      {"listJobsV1", "", "AgentJobsV1"},
};

constexpr RouteQuery job_queries[] = {
    {"listJobs", "status skip limit"},
    {"jobEvents", "after"},
    {"listJobsV1", "skip take"},
};

}  // namespace

OpenApiPart openapi_of_jobs() { return {job_bodies, job_queries, job_schemas_json}; }

}  // namespace docent::api
