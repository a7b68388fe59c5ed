#include "api/routes/openapi_tables.hpp"

namespace docent::api {
namespace {

constexpr std::string_view session_schemas_json = R"json({
  "SessionProblem": {"type": "object", "required": ["error", "code", "request_id"], "properties": {
    "error": {"type": "string", "description": "One sentence for people."},
    "code": {"type": "string", "description": "A word for programs."},
    "details": {"type": "array", "description": "Of code validation_failed.", "items": {"type": "object", "properties": {
      "field": {"type": "string"}, "issue": {"enum": ["missing", "wrong_type", "too_short", "too_long", "invalid"]}}}},
    "request_id": {"type": "string", "description": "As in the header x-request-id."}}},
  "Session": {"type": "object",
    "required": ["id", "title", "workspace_id", "user_id", "branch_name", "auto_commit", "status", "origin", "created_at", "updated_at"], "properties": {
    "id": {"type": "string"}, "title": {"type": "string"}, "workspace_id": {"type": "string"}, "user_id": {"type": "string"},
    "branch_name": {"type": ["string", "null"]}, "auto_commit": {"type": "boolean", "default": false},
    "status": {"enum": ["active", "finished", "merged", "closed"]}, "origin": {"enum": ["app", "api", "cli", "deep_work"]},
    "created_at": {"type": "string", "format": "date-time"}, "updated_at": {"type": "string", "format": "date-time"},
    "sandbox_id": {"type": ["string", "null"]}, "model": {"type": "string"},
    "agent_status": {"enum": ["idle", "queued", "starting", "running", "waiting_for_user", "stopping", "error"]},
    "merged_at": {"type": ["string", "null"]}, "deep_work_id": {"type": ["string", "null"]},
    "details": {"$ref": "#/components/schemas/SessionDetails"}, "mr_pipeline_summary": {"type": ["object", "null"],
      "description": "With include=mr_pipeline_summary: the newest pipeline of the merge request, in numbers of jobs.", "properties": {
      "status": {"enum": ["pending", "running", "success", "failed", "canceled"]}, "total": {"type": "integer"},
      "success": {"type": "integer"}, "failed": {"type": "integer"}, "running": {"type": "integer"},
      "web_url": {"type": ["string", "null"]}, "updated_at": {"type": ["string", "null"], "format": "date-time"}}}}},
  "SessionDetails": {"type": "object", "description": "With include=details.", "properties": {
    "repository_id": {"type": ["string", "null"]}, "target_branch": {"type": ["string", "null"]}, "base_commit": {"type": ["string", "null"]},
    "recovery": {"enum": ["resume", "hold"]}, "limits": {"$ref": "#/components/schemas/TurnLimits"}, "queued_messages": {"type": "integer"},
    "turn_id": {"type": ["string", "null"], "description": "The event that began the running turn."}, "last_change": {"type": "integer"}}},
  "TurnLimits": {"type": "object", "description": "Instead of the server's. What is absent stays.", "properties": {
    "steps": {"type": "integer"}, "tokens": {"type": "integer"}, "cost": {"type": "integer", "description": "Millionths of the price table's currency."}, "seconds": {"type": "integer"}}},
  "NewSession": {"type": "object", "required": ["branch_name"], "properties": {
    "branch_name": {"type": ["string", "null"], "description": "null: the server names it when the working tree is made."},
    "auto_commit": {"type": "boolean", "default": false}, "model": {"type": "string"},
    "repository_id": {"type": "string", "description": "Else the workspace's oldest enabled repository."},
    "target_branch": {"type": "string", "description": "What a new branch begins from; else the repository's default branch."},
    "title": {"type": "string", "maxLength": 200}, "message": {"type": "string", "description": "A first message."},
    "recovery": {"enum": ["resume", "hold"], "default": "resume"}, "origin": {"enum": ["api", "cli", "app"], "default": "api"},
    "limits": {"$ref": "#/components/schemas/TurnLimits"}}},
  "SessionChanges": {"type": "object", "properties": {
    "title": {"type": "string", "minLength": 1, "maxLength": 200}, "auto_commit": {"type": "boolean"},
    "model": {"type": ["string", "null"], "description": "null: the workspace's."},
    "branch_name": {"type": "string", "description": "Only before the session has a working tree."},
    "status": {"enum": ["closed", "active"]}, "limits": {"$ref": "#/components/schemas/TurnLimits"}}},
  "Sessions": {"type": "object", "required": ["items", "next_cursor"], "properties": {
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/Session"}}, "next_cursor": {"type": ["string", "null"]}}},
  "SessionStop": {"type": "object", "properties": {"cancel_queued": {"type": "boolean", "default": false}}},
  "SessionMessage": {"type": "object", "required": ["message"], "properties": {
    "message": {"type": "string", "minLength": 1}, "client_id": {"type": "string", "maxLength": 200, "description": "The same id and message again is the same event."},
    "delivery": {"enum": ["queue", "steer"], "default": "queue"}, "expected_turn_id": {"type": "string", "description": "With steer: only if this event began the running turn."}}},
  "SessionEvent": {"type": "object",
    "required": ["id", "session_id", "type", "payload", "status", "client_id", "session_goal_id", "session_task_id", "created_at", "updated_at"], "properties": {
    "id": {"type": "string"}, "session_id": {"type": "string"}, "type": {"type": "string"},
    "payload": {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}},
    "status": {"enum": ["completed", "queued", "processing", "canceled"]}, "client_id": {"type": ["string", "null"]},
    "session_goal_id": {"type": ["string", "null"]}, "session_task_id": {"type": ["string", "null"]},
    "created_at": {"type": "string"}, "updated_at": {"type": "string"}}},
  "SessionEvents": {"type": "array", "items": {"$ref": "#/components/schemas/SessionEvent"}},
  "AskUserResponse": {"type": "object", "required": ["ask_user_event_id"], "properties": {
    "ask_user_event_id": {"type": "string"}, "client_id": {"type": "string", "maxLength": 200}, "dismissed": {"type": "boolean", "default": false},
    "answers": {"type": "array", "items": {"type": "object", "required": ["question_id"], "properties": {
      "question_id": {"type": "string"}, "option_ids": {"type": "array", "items": {"type": "string"}}, "text": {"type": ["string", "null"]}}}}}},
  "SessionDiff": {"type": "object", "description": "The payload of agent_branch_diff, or of agent_uncommitted_changes with base=head. With Accept: text/x-diff a patch for git apply.", "properties": {
    "files": {"type": "array", "items": {"type": "object"}}, "diff": {"type": ["string", "null"]}, "truncated": {"type": "boolean"}}},
  "Goals": {"type": "object", "required": ["items", "next_cursor"], "properties": {"next_cursor": {"type": ["string", "null"]},
    "items": {"type": "array", "items": {"type": "object", "properties": {
      "id": {"type": "string"}, "session_id": {"type": "string"}, "title": {"type": "string"}, "description": {"type": "string"},
      "status": {"enum": ["pending", "in_progress", "completed", "failed", "canceled"]}, "created_at": {"type": "string"}, "updated_at": {"type": "string"}}}}}},
  "Tasks": {"type": "object", "required": ["items", "next_cursor"], "properties": {"next_cursor": {"type": ["string", "null"]},
    "items": {"type": "array", "items": {"type": "object", "properties": {
      "id": {"type": "string"}, "session_id": {"type": "string"}, "session_goal_id": {"type": "string"}, "position": {"type": "integer"},
      "title": {"type": "string"}, "description": {"type": "string"},
      "status": {"enum": ["pending", "in_progress", "completed", "failed", "canceled"]}, "created_at": {"type": "string"}, "updated_at": {"type": "string"}}}}}},
  "Attachments": {"type": "object", "required": ["items", "next_cursor"], "properties": {"next_cursor": {"type": ["string", "null"]},
    "items": {"type": "array", "items": {"type": "object", "properties": {
      "id": {"type": "string"}, "session_id": {"type": "string"}, "event_id": {"type": "string"}, "name": {"type": "string"},
      "media_type": {"type": "string"}, "size_bytes": {"type": "integer"}, "created_at": {"type": "string"}}}}}},
  "NewRepository": {"type": "object",
    "required": ["code_provider_id", "name", "full_name", "clone_url", "default_branch", "platform", "external_id"], "properties": {
    "code_provider_id": {"type": "string"}, "name": {"type": "string"}, "full_name": {"type": "string"}, "clone_url": {"type": "string"},
    "default_branch": {"type": "string"}, "platform": {"enum": ["github", "gitlab", "forgejo", "git"]}, "external_id": {"type": "string"},
    "enabled": {"type": "boolean", "default": true}, "settings": {"$ref": "#/components/schemas/RepositorySettings"}}},
  "RepositoryChanges": {"type": "object", "properties": {
    "name": {"type": "string"}, "full_name": {"type": "string"}, "clone_url": {"type": "string"}, "default_branch": {"type": "string"},
    "external_id": {"type": "string"}, "enabled": {"type": "boolean"}, "settings": {"$ref": "#/components/schemas/RepositorySettings"}}},
  "RepositorySettings": {"type": "object", "properties": {
    "commands": {"type": "object", "additionalProperties": {"type": "string"}, "description": "By name, such as test."},
    "allowed_hosts": {"type": "array", "items": {"type": "string"}}, "allow_push": {"type": "boolean"},
    "allow_commands": {"type": "boolean", "default": true}}},
  "Repository": {"type": "object", "properties": {
    "id": {"type": "string"}, "workspace_id": {"type": "string"}, "code_provider_id": {"type": "string"}, "name": {"type": "string"},
    "full_name": {"type": "string"}, "clone_url": {"type": "string"}, "default_branch": {"type": "string"}, "platform": {"type": "string"},
    "external_id": {"type": "string"}, "enabled": {"type": "boolean"}, "webhooks_registered": {"type": "boolean"},
    "webhook_secret": {"type": "string", "description": "In clear only in answers to POST and PATCH."},
    "settings": {"$ref": "#/components/schemas/RepositorySettings"},
    "analysis_status": {"enum": ["pending", "running", "completed", "failed"]}, "analysis_error": {"type": "string"},
    "last_analyzed_at": {"type": ["string", "null"]}, "created_at": {"type": "string"}, "updated_at": {"type": "string"}}},
  "Repositories": {"type": "object", "required": ["items", "next_cursor"], "properties": {"next_cursor": {"type": ["string", "null"]},
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/Repository"}}}},
  "Branches": {"type": "object", "required": ["items", "next_cursor"], "properties": {"next_cursor": {"type": ["string", "null"]},
    "items": {"type": "array", "items": {"type": "object", "properties": {
      "name": {"type": "string"}, "commit_sha": {"type": "string"}, "is_default": {"type": "boolean"}}}}}},
  "NewCodeProvider": {"type": "object", "required": ["platform", "name", "metadata"], "properties": {
    "platform": {"enum": ["github", "gitlab", "forgejo", "git"]}, "name": {"type": "string"},
    "base_url": {"type": "string", "description": "Of the API. Required for gitlab and forgejo; github: https://api.github.com unless given."},
    "metadata": {"type": "object", "description": "type token (token); github also app (app_id, installation_id, private_key); git: none, token (token) or ssh_key (path)."}}},
  "CodeProviderChanges": {"type": "object", "properties": {
    "name": {"type": "string"}, "base_url": {"type": "string"}, "metadata": {"type": "object"}}},
  "CodeProvider": {"type": "object", "properties": {
    "id": {"type": "string"}, "workspace_id": {"type": "string"}, "user_id": {"type": "string"}, "platform": {"type": "string"},
    "name": {"type": "string"}, "base_url": {"type": "string"}, "metadata": {"type": "object", "description": "token and private_key are shown as ********."},
    "created_at": {"type": "string"}, "updated_at": {"type": "string"}}},
  "CodeProviders": {"type": "object", "required": ["items", "next_cursor"], "properties": {"next_cursor": {"type": ["string", "null"]},
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/CodeProvider"}}}},
  "NewMergeRequest": {"type": "object", "properties": {
    "title": {"type": "string", "maxLength": 200}, "description": {"type": "string", "maxLength": 30000},
    "draft": {"type": "boolean", "description": "Absent: as it is; a new one is none."}}},
  "MergeRequestMerge": {"type": "object", "properties": {"method": {"enum": ["merge", "squash", "rebase"], "default": "merge"}}},
  "MergeRequest": {"type": "object", "properties": {
    "id": {"type": "string"}, "session_id": {"type": "string"}, "repository_id": {"type": "string"},
    "external_id": {"type": ["string", "null"]}, "title": {"type": "string"}, "description": {"type": "string"},
    "source_branch": {"type": "string"}, "target_branch": {"type": "string"}, "status": {"enum": ["open", "merged", "closed"]},
    "draft": {"type": "boolean"}, "mergeable": {"type": ["boolean", "null"]}, "head_sha": {"type": "string"}, "merge_commit_sha": {"type": ["string", "null"]},
    "web_url": {"type": ["string", "null"]}, "created_at": {"type": "string"}, "updated_at": {"type": "string"},
    "merged_at": {"type": ["string", "null"]}}},
  "MergeRequests": {"type": "object", "required": ["items", "next_cursor"], "properties": {"next_cursor": {"type": ["string", "null"]},
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/MergeRequest"}}}},
  "Review": {"allOf": [{"$ref": "#/components/schemas/MergeRequest"}, {"type": "object", "properties": {
    "project_id": {"type": "string"}, "job_id": {"type": ["string", "null"]}, "base_sha": {"type": ["string", "null"]},
    "commits": {"type": ["integer", "null"]}, "files_changed": {"type": ["integer", "null"]}, "additions": {"type": ["integer", "null"]},
    "deletions": {"type": ["integer", "null"]}, "behind_by": {"type": ["integer", "null"]},
    "conflicting_files": {"type": "array", "items": {"type": "string"}}, "has_newer_work": {"type": "boolean"},
    "merge_methods": {"type": "array", "items": {"enum": ["merge", "squash", "rebase"]}}, "platform": {"type": ["string", "null"]},
    "repository": {"type": ["string", "null"]}, "session": {"$ref": "#/components/schemas/Session"}}}]},
  "ReviewCommits": {"type": "object", "properties": {"truncated": {"type": "boolean"}, "base_sha": {"type": "string"}, "head_sha": {"type": "string"},
    "items": {"type": "array", "items": {"type": "object", "properties": {
      "sha": {"type": "string"}, "author_name": {"type": "string"}, "author_email": {"type": "string"}, "authored_at": {"type": "string"},
      "subject": {"type": "string"}, "body": {"type": "string"}, "merge": {"type": "boolean"}}}}}},
  "ReviewFiles": {"type": "object", "properties": {"files_changed": {"type": "integer"}, "additions": {"type": "integer"},
    "deletions": {"type": "integer"}, "truncated": {"type": "boolean"}, "base_sha": {"type": "string"}, "head_sha": {"type": "string"},
    "items": {"type": "array", "items": {"type": "object", "properties": {
      "path": {"type": "string"}, "old_path": {"type": ["string", "null"]},
      "change": {"enum": ["added", "modified", "removed", "renamed", "copied", "type_changed"]},
      "additions": {"type": "integer"}, "deletions": {"type": "integer"}, "binary": {"type": "boolean"}, "page": {"type": "boolean"},
      "diff": {"type": ["string", "null"]}, "truncated": {"type": "boolean"}}}}}},
  "ReviewPage": {"type": "object", "properties": {
    "title": {"type": "string"}, "description": {"type": "string"}, "markdown": {"type": "string"},
    "missing": {"type": "array", "items": {"type": "string"}}, "problem": {"type": ["string", "null"]}}},
  "NewReviewComment": {"type": "object", "required": ["body"], "properties": {
    "body": {"type": "string", "maxLength": 20000}, "path": {"type": "string"}, "side": {"enum": ["before", "after"], "default": "after"},
    "line": {"type": "integer", "minimum": 1}, "client_id": {"type": "string", "maxLength": 200}, "for_agent": {"type": "boolean", "default": true}}},
  "ReviewComment": {"type": "object", "properties": {
    "id": {"type": "string"}, "merge_request_id": {"type": "string"}, "author": {"type": "string"}, "body": {"type": "string"},
    "path": {"type": ["string", "null"]}, "side": {"enum": ["before", "after", null]}, "line": {"type": ["integer", "null"]},
    "quote": {"type": ["string", "null"]}, "head_sha": {"type": "string"}, "client_id": {"type": ["string", "null"]},
    "message_id": {"type": ["string", "null"]}, "not_sent": {"enum": ["session_closed", "job_ended", "model_unavailable", null]},
    "answer": {"type": ["object", "null"], "properties": {"message": {"type": "string"}, "event_id": {"type": "string"}, "created_at": {"type": "string"}}},
    "created_at": {"type": "string"}}},
  "ReviewComments": {"type": "object", "required": ["items", "next_cursor"], "properties": {"next_cursor": {"type": ["string", "null"]},
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/ReviewComment"}}}},
  "ReviewedMerge": {"type": "object", "properties": {
    "method": {"enum": ["merge", "squash", "rebase"], "default": "merge"}, "head_sha": {"type": "string"}}},
  "ForgeHook": {"type": "object"},
  "HookTaken": {"type": "object", "required": ["accepted"], "properties": {"accepted": {"type": "boolean"}, "repeated": {"type": "boolean"}}},
  "SessionModels": {"type": "object", "required": ["items", "next_cursor"], "properties": {"next_cursor": {"type": ["string", "null"]},
    "items": {"type": "array", "items": {"type": "object", "properties": {
      "code": {"type": "string"}, "name": {"type": "string"}, "provider": {"type": "string"},
      "context_window": {"type": ["integer", "null"]}, "is_default": {"type": "boolean"}}}}}},
  "Workspace": {"type": "object", "properties": {
    "id": {"type": "string"}, "name": {"type": "string"}, "default_model": {"type": ["string", "null"]},
    "created_at": {"type": "string"}, "updated_at": {"type": "string"}}},
  "Alert": {"type": "object", "properties": {
    "id": {"type": "string"}, "session_id": {"type": "string"}, "status": {"enum": ["open", "acknowledged", "resolved"]},
    "type": {"const": "agent_alert_created"}, "alert_id": {"type": "string"}, "severity": {"enum": ["info", "low", "medium", "high", "critical"]},
    "category": {"enum": ["bug", "security", "performance", "dependency", "test", "other"]}, "title": {"type": "string"},
    "description": {"type": "string"}, "path": {"type": ["string", "null"]}, "start_line": {"type": ["integer", "null"]},
    "end_line": {"type": ["integer", "null"]}, "created_at": {"type": "string"}, "updated_at": {"type": "string"}}},
  "AlertStatus": {"type": "object", "required": ["status"], "properties": {"status": {"enum": ["open", "acknowledged", "resolved"]}}},
  "Alerts": {"type": "object", "required": ["items", "next_cursor"], "properties": {"next_cursor": {"type": ["string", "null"]},
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/Alert"}}}}
})json";

constexpr RouteBodies session_bodies[] = {
    {"createSession", "NewSession", "Session"},
    {"listSessions", "", "Sessions"},
    {"getSession", "", "Session"},
    {"updateSession", "SessionChanges", "Session"},
    {"replaceSession", "SessionChanges", "Session"},
    {"deleteSession", "", ""},
    {"stopSession", "SessionStop", "Session"},
    {"sendSessionMessage", "SessionMessage", "SessionEvent"},
    {"sessionMessages", "", "SessionEvents"},
    {"cancelSessionMessage", "", "SessionEvent"},
    {"answerSession", "AskUserResponse", "SessionEvent"},
    {"sessionEvents", "", "SessionEvents"},
    {"sessionStream", "", "text/event-stream"},
    {"sessionDiff", "", "SessionDiff"},
    {"openMergeRequest", "NewMergeRequest", "MergeRequest"},
    {"mergeRequest", "", "MergeRequest"},
    {"updateMergeRequest", "NewMergeRequest", "MergeRequest"},
    {"mergeMergeRequest", "MergeRequestMerge", "MergeRequest"},
    {"closeMergeRequest", "", "MergeRequest"},
    {"listMergeRequests", "", "MergeRequests"},
    {"reviewMergeRequest", "", "Review"},
    {"mergeRequestCommits", "", "ReviewCommits"},
    {"mergeRequestFiles", "", "ReviewFiles"},
    {"mergeRequestPreview", "", "ReviewPage"},
    {"mergeRequestComments", "", "ReviewComments"},
    {"addMergeRequestComment", "NewReviewComment", "ReviewComment"},
    {"mergeMergeRequestById", "ReviewedMerge", "Review"},
    {"closeMergeRequestById", "", "Review"},
    {"reopenMergeRequest", "", "Review"},
    {"gitlabHook", "ForgeHook", "HookTaken"},
    {"githubHook", "ForgeHook", "HookTaken"},
    {"forgejoHook", "ForgeHook", "HookTaken"},
    {"sessionGoals", "", "Goals"},
    {"sessionTasks", "", "Tasks"},
    {"sessionAttachments", "", "Attachments"},
    {"sessionAttachment", "", "application/octet-stream"},
    {"createRepository", "NewRepository", "Repository"},
    {"listRepositories", "", "Repositories"},
    {"getRepository", "", "Repository"},
    {"listBranches", "", "Branches"},
    {"updateRepository", "RepositoryChanges", "Repository"},
    {"deleteRepository", "", ""},
    {"createCodeProvider", "NewCodeProvider", "CodeProvider"},
    {"listCodeProviders", "", "CodeProviders"},
    {"getCodeProvider", "", "CodeProvider"},
    {"updateCodeProvider", "CodeProviderChanges", "CodeProvider"},
    {"deleteCodeProvider", "", ""},
    {"sessionModels", "", "SessionModels"},
    {"workspace", "", "Workspace"},
    {"listAlerts", "", "Alerts"},
    {"updateAlert", "AlertStatus", "Alert"},
};

constexpr RouteQuery session_queries[] = {
    {"createSession", "include"},
    {"listSessions", "status user_id include cursor limit"},
    {"getSession", "include"},
    {"updateSession", "include"},
    {"replaceSession", "include"},
    {"sessionEvents", "after updated_since types limit wait"},
    {"sessionStream", "after"},
    {"sessionDiff", "base"},
    {"listMergeRequests", "status cursor limit"},
    {"mergeRequestFiles", "path"},
    {"mergeRequestPreview", "path side"},
    {"mergeRequestComments", "cursor limit"},
    {"sessionGoals", "cursor limit"},
    {"sessionTasks", "session_goal_id cursor limit"},
    {"sessionAttachments", "cursor limit"},
    {"listRepositories", "cursor limit"},
    {"listBranches", "cursor limit"},
    {"listCodeProviders", "cursor limit"},
    {"listAlerts", "status session_id cursor limit"},
};

}  // namespace

OpenApiPart openapi_of_sessions() { return {session_bodies, session_queries, session_schemas_json}; }

}  // namespace docent::api
