#include "api/routes.hpp"

#include "api/host_check.hpp"
#include "api/job_problem.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_problem.hpp"
#include "api/session_query.hpp"
#include "net/problem.hpp"

namespace docent::api {
namespace {

constexpr auto key = Access::assistant_key;
constexpr auto open = Access::open;
constexpr auto page = Access::page;
constexpr auto both = Access::reader_or_admin;
constexpr auto a_read = Access::admin_read;
constexpr auto a_write = Access::admin_write;

/// A route of the sessions API.
constexpr Route api(const char* method, const char* pattern, const char* resource, Handler* handler,
                    const char* name, const char* summary) {
    return {method, pattern, Access::sessions_key, false, handler, name, summary, false, resource};
}

/// The contents page. A path that begins with "*" is there with and without the prefix "/discovery".
constexpr Route route_table[] = {
    // clang-format off
    {"POST", "*/v1/assistant/{domain}/message",                 key,  true,  post_message,    "askV1",         "Ask a question; the answer streams in the AI SDK 4 data stream"},
    {"GET",  "*/v1/assistant/{domain}/message",                 key,  false, resume_by_query, "resumeV1ByQuery", "Follow a running answer from its first chunk; 204 when there is none"},
    {"GET",  "*/v1/assistant/{domain}/message/{chatId}/stream", key,  false, resume_by_path,  "resumeV1",      "Follow a running answer from its first chunk; 204 when there is none"},
    {"POST", "*/v1/assistant/{domain}/message/{chatId}/stop",   key,  false, post_stop,       "stopV1",        "Stop a running answer"},
    {"POST", "*/v2/assistant/{domain}/message",                 key,  true,  post_message,    "askV2",         "Ask a question; the answer streams in the UI message stream of AI SDK 5 and later"},
    {"GET",  "*/v2/assistant/{domain}/message",                 key,  false, resume_by_query, "resumeV2ByQuery", "Follow a running answer from its first chunk; 204 when there is none"},
    {"GET",  "*/v2/assistant/{domain}/message/{chatId}/stream", key,  false, resume_by_path,  "resumeV2",      "Follow a running answer from its first chunk; 204 when there is none"},
    {"POST", "*/v2/assistant/{domain}/message/{chatId}/stop",   key,  false, post_stop,       "stopV2",        "Stop a running answer"},
    {"POST", "*/v1/search/{domain}",                            key,  true,  post_search,     "search",        "Sections of the documentation that fit a query, best first"},
    {"POST", "*/v1/page/{domain}",                              key,  true,  post_page,       "page",          "A page of the documentation as Markdown"},
    {"GET",  "*/v1/assistant/{domain}/challenge",               key,  false, get_challenge,   "challengeV1",   "A challenge to be solved before a message, where the project asks for it"},
    {"GET",  "*/v2/assistant/{domain}/challenge",               key,  false, get_challenge,   "challengeV2",   "A challenge to be solved before a message, where the project asks for it"},
    {"POST", "*/v1/assistant/{domain}/feedback",                key,  true,  post_feedback,   "feedbackV1",    "Say whether an answer or a page helped"},
    {"POST", "*/v2/assistant/{domain}/feedback",                key,  true,  post_feedback,   "feedbackV2",    "Say whether an answer or a page helped"},
    {"GET",  "*/v1/assistant/{domain}/threads/{threadId}",      both, false, get_thread,      "threadV1",      "The messages of a conversation, for the holder of its key"},
    {"GET",  "*/v2/assistant/{domain}/threads/{threadId}",      both, false, get_thread,      "threadV2",      "The messages of a conversation, for the holder of its key"},
    {"DELETE", "*/v1/assistant/{domain}/threads/{threadId}",    both, false, delete_thread,   "deleteThreadV1", "Delete a conversation"},
    {"DELETE", "*/v2/assistant/{domain}/threads/{threadId}",    both, false, delete_thread,   "deleteThreadV2", "Delete a conversation"},
    {"POST", "*/v1/search/{domain}/click",                      key,  false, post_click,      "searchClick",   "Report the result that a reader opened"},
    {"POST", "*/v1/views/{domain}",                             key,  false, post_view,       "pageView",      "Report that a reader opened a page of the site"},
    {"GET",  "/v1/analytics/{projectId}/assistant",             a_read, true,  get_conversations, "analyticsAssistant", "Questions with their answers, newest first"},
    {"DELETE", "/v1/analytics/{projectId}/assistant",           a_write, false, delete_conversations, "analyticsForget", "Delete all that a reader (fp) asked and said"},
    {"GET",  "/v1/analytics/{projectId}/assistant/caller-stats", a_read, true, get_caller_stats, "analyticsCallers", "How many questions came from where"},
    {"GET",  "/v1/analytics/{projectId}/assistant/clusters",    a_read, true,  get_clusters,    "analyticsClusters", "Similar questions together, with the pages nearest to them"},
    {"POST", "/v1/analytics/{projectId}/assistant/clusters/{clusterId}/job", a_write, false, post_cluster_job, "clusterJob", "A job that makes the documentation answer a cluster of unanswered questions"},
    {"GET",  "/v1/analytics/{projectId}/assistant/fixes",       a_read, true,  get_fixes,       "analyticsFixes", "Jobs for unanswered questions, and how the questions fared when they were asked again"},
    {"GET",  "/v1/analytics/{projectId}/assistant/threads/{threadId}", a_read, true, get_analytics_thread, "analyticsThread", "The messages of a conversation"},
    {"GET",  "/v1/analytics/{projectId}/feedback",              a_read, true,  get_feedback,    "analyticsFeedback", "What readers said of pages and answers, newest first"},
    {"GET",  "/v1/analytics/{projectId}/feedback/by-page",      a_read, true,  get_feedback_by_page, "analyticsFeedbackByPage", "Feedback counted by page"},
    {"PATCH", "/v1/analytics/{projectId}/feedback/{feedbackId}", a_write, false, patch_feedback, "analyticsFeedbackStatus", "Change the status of feedback"},
    {"GET",  "/v1/analytics/{projectId}/searches",              a_read, true,  get_searches,    "analyticsSearches", "What readers searched for, the most frequent first"},
    {"GET",  "/v1/analytics/{projectId}/views",                 a_read, true,  get_views,       "analyticsViews", "How often pages were read by people and by machines"},
    {"GET",  "/v1/analytics/{projectId}/visitors",              a_read, true,  get_visitors,    "analyticsVisitors", "How many people and machines read pages, counted by day"},
    {"GET",  "/v1/analytics/{projectId}/export/{file}",         a_read, true,  get_export,      "analyticsExport", "The analytics as a table: assistant.csv, feedback.csv, searches.csv, views.csv, visitors.csv"},
    {"GET",  "/v1/automations/{projectId}",                     a_read, false, list_automations, "listAutomations", "Prompts that become jobs on a schedule"},
    {"POST", "/v1/automations/{projectId}",                     a_write, false, create_automation, "createAutomation", "Add one"},
    {"GET",  "/v1/automations/{projectId}/{automationId}",      a_read, false, get_automation,  "getAutomation", "One of them"},
    {"PATCH", "/v1/automations/{projectId}/{automationId}",     a_write, false, update_automation, "updateAutomation", "Change its schedule, prompt, name, repository, model, or whether it is enabled"},
    {"DELETE", "/v1/automations/{projectId}/{automationId}",    a_write, false, delete_automation, "deleteAutomation", "Remove it; its jobs stay"},
    {"POST", "/v1/workflow/{projectId}/{workflowSchemaId}/trigger", a_write, false, trigger_automation, "triggerAutomation", "Make its job now"},
    {"GET",  "/v1/webhooks/{projectId}",                        a_read, false, list_webhooks,   "listWebhooks",  "Addresses that are told of what happens in the project"},
    {"POST", "/v1/webhooks/{projectId}",                        a_write, false, create_webhook, "createWebhook", "Add one; its secret is shown this once"},
    {"GET",  "/v1/webhooks/{projectId}/{webhookId}",            a_read, false, get_webhook,     "getWebhook",    "One of them"},
    {"PATCH", "/v1/webhooks/{projectId}/{webhookId}",           a_write, false, update_webhook, "updateWebhook", "Change its address, types, description, or whether it is enabled"},
    {"DELETE", "/v1/webhooks/{projectId}/{webhookId}",          a_write, false, delete_webhook, "deleteWebhook", "Remove it with its deliveries"},
    {"POST", "/v1/webhooks/{projectId}/{webhookId}/rotate",     a_write, false, rotate_webhook, "rotateWebhook", "A new secret, shown this once; the old one signs, too, for a day"},
    {"POST", "/v1/webhooks/{projectId}/{webhookId}/test",       a_write, false, test_webhook,   "testWebhook",   "Send it an event of the type webhook.test"},
    {"GET",  "/v1/webhooks/{projectId}/{webhookId}/deliveries", a_read, false, list_deliveries, "webhookDeliveries", "What it was sent and how it answered, newest first"},
    {"POST", "/v1/webhooks/{projectId}/{webhookId}/deliveries/{deliveryId}/redeliver", a_write, false, redeliver, "redeliver", "Send a delivery again, with the same id"},
    {"POST", "/v1/chat/completions",                            key,  true,  post_chat_completions, "chatCompletions", "An answer for clients that speak OpenAI's chat completions", true},
    {"GET",  "/v1/models",                                      key,  false, get_models,      "models",        "The model that chat completions have: the key's project", true},
    {"GET",  "/v1/models/{model}",                              key,  false, get_model,       "model",         "One of these models", true},
    {"POST", "/v2/agent/{projectId}/job",                       a_write, false, create_job,    "createJob",     "Give the agent a task; its work becomes a pull request"},
    {"GET",  "/v2/agent/{projectId}/jobs",                      a_read, false, list_jobs,      "listJobs",      "Agent jobs, newest first"},
    {"GET",  "/v2/agent/{projectId}/job/{id}",                  a_read, false, get_job,        "getJob",        "An agent job"},
    {"POST", "/v2/agent/{projectId}/job/{id}/message",          a_write, false, post_job_message, "sendJobMessage", "Send a follow-up message to an active job"},
    {"POST", "/v2/agent/{projectId}/job/{id}/cancel",           a_write, false, cancel_job,    "cancelJob",     "Stop a job; it has failed then"},
    {"POST", "/v2/agent/{projectId}/job/{id}/complete",         a_write, false, complete_job,  "completeJob",   "Complete a job before its follow-up time is over"},
    {"POST", "/v2/agent/{projectId}/job/{id}/archive",          a_write, false, archive_job,   "archiveJob",    "Archive a job; an active one is cancelled first"},
    {"GET",  "/v2/agent/{projectId}/job/{id}/events",           a_read, false, stream_job,     "jobEvents",     "What happens in a job as server-sent events, from its beginning or from Last-Event-ID on"},
    {"GET",  "/v2/agent/{projectId}/job/{id}/diff",             a_read, false, get_job_diff,   "jobDiff",       "What a job changed, as a patch"},
    {"POST", "/v1/agent/{projectId}/job",                       a_write, false, create_chat_job, "createJobV1", "Give the agent a task and follow its work in the AI SDK 4 data stream"},
    {"GET",  "/v1/agent/{projectId}/job/{id}",                  a_read, false, get_job_v1,     "getJobV1",      "An agent job, in the words of v1"},
    {"GET",  "/v1/agent/{projectId}/jobs",                      a_read, false, list_jobs_v1,   "listJobsV1",    "Agent jobs, newest first, in the words of v1"},
    api("POST",   "/api/v1/sessions",                                                "sessions",        create_session, "createSession", "Start a coding session"),
    api("GET",    "/api/v1/sessions",                                                "sessions",        list_sessions, "listSessions", "Coding sessions, newest first"),
    api("GET",    "/api/v1/sessions/{sessionId}",                                    "sessions",        get_session, "getSession", "A coding session"),
    api("PATCH",  "/api/v1/sessions/{sessionId}",                                    "sessions",        update_session, "updateSession", "Change a session: title, model, branch, commits; close it or take it up again"),
    api("PUT",    "/api/v1/sessions/{sessionId}",                                    "sessions",        update_session, "replaceSession", "The same as PATCH"),
    api("DELETE", "/api/v1/sessions/{sessionId}",                                    "sessions",        delete_session, "deleteSession", "Delete a session with its working tree and all its data"),
    api("POST",   "/api/v1/sessions/{sessionId}/stop",                               "sessions",        stop_session, "stopSession", "Stop the running turn"),
    api("POST",   "/api/v1/sessions/{sessionId}/messages",                           "sessions",        post_session_message, "sendSessionMessage", "Send a message: it begins a turn, or waits until the agent is free"),
    api("GET",    "/api/v1/sessions/{sessionId}/messages",                           "sessions",        list_session_messages, "sessionMessages", "What was said in the session, oldest first"),
    api("POST",   "/api/v1/sessions/{sessionId}/messages/{messageId}/cancel",        "sessions",        cancel_session_message, "cancelSessionMessage", "Withdraw a message that waits"),
    api("POST",   "/api/v1/sessions/{sessionId}/ask-user-responses",                 "sessions",        post_ask_user_response, "answerSession", "Answer a question of the agent"),
    api("GET",    "/api/v1/sessions/{sessionId}/events",                             "sessions",        get_session_events, "sessionEvents", "The timeline of a session, oldest first"),
    api("GET",    "/api/v1/sessions/{sessionId}/events/stream",                      "sessions",        stream_session, "sessionStream", "The timeline as server-sent events, and every change from then on"),
    api("GET",    "/api/v1/sessions/{sessionId}/diff",                               "sessions",        get_session_diff, "sessionDiff", "What the session changed: as JSON, or as a patch with Accept: text/x-diff"),
    api("POST",   "/api/v1/sessions/{sessionId}/merge-request",                      "sessions",        open_merge_request, "openMergeRequest", "Push the session's branch and propose to merge it; again: bring the open one up to date"),
    api("GET",    "/api/v1/sessions/{sessionId}/merge-request",                      "sessions",        get_merge_request, "mergeRequest", "The session's merge request, as its forge has it now"),
    api("PATCH",  "/api/v1/sessions/{sessionId}/merge-request",                      "sessions",        update_merge_request, "updateMergeRequest", "Title, description or draft of the open merge request; nothing is pushed"),
    api("POST",   "/api/v1/sessions/{sessionId}/merge-request/merge",                "sessions",        merge_merge_request, "mergeMergeRequest", "Merge it; the session ends by that"),
    api("POST",   "/api/v1/sessions/{sessionId}/merge-request/close",                "sessions",        close_merge_request, "closeMergeRequest", "Close it unmerged; the session goes on"),
    api("GET",   "/api/v1/merge-requests",                                                   "sessions",        list_merge_requests, "listMergeRequests", "Merge requests of the workspace, newest first"),
    api("GET",   "/api/v1/merge-requests/{mergeRequestId}",                                  "sessions",        show_merge_request, "reviewMergeRequest", "A merge request with all that a reviewer sees at its head"),
    api("GET",   "/api/v1/merge-requests/{mergeRequestId}/commits",                          "sessions",        list_review_commits, "mergeRequestCommits", "What it brings, commit by commit, oldest first"),
    api("GET",   "/api/v1/merge-requests/{mergeRequestId}/files",                            "sessions",        list_review_files, "mergeRequestFiles", "The changed files with their diffs; large ones are cut"),
    api("GET",   "/api/v1/merge-requests/{mergeRequestId}/preview",                          "sessions",        preview_review_page, "mergeRequestPreview", "A page before or after, as the import makes it"),
    api("GET",   "/api/v1/merge-requests/{mergeRequestId}/comments",                         "sessions",        list_review_comments, "mergeRequestComments", "What people said of it, oldest first, and what the agent answered"),
    api("POST",  "/api/v1/merge-requests/{mergeRequestId}/comments",                         "sessions",        post_review_comment, "addMergeRequestComment", "Comment on it, a file or a line; the agent gets it as a message"),
    api("POST",  "/api/v1/merge-requests/{mergeRequestId}/merge",                            "sessions",        merge_by_id, "mergeMergeRequestById", "Merge it, by a merge commit, squashed or rebased; the session ends by that"),
    api("POST",  "/api/v1/merge-requests/{mergeRequestId}/close",                            "sessions",        close_by_id, "closeMergeRequestById", "Close it unmerged; the session goes on"),
    api("POST",  "/api/v1/merge-requests/{mergeRequestId}/reopen",                           "sessions",        reopen_by_id, "reopenMergeRequest", "A closed one of Docent's own is open again"),
    api("GET",    "/api/v1/sessions/{sessionId}/goals",                              "sessions",        list_goals, "sessionGoals", "What the messages of a session ask for"),
    api("GET",    "/api/v1/sessions/{sessionId}/tasks",                              "sessions",        list_tasks, "sessionTasks", "The steps of the plans of a session"),
    api("GET",    "/api/v1/sessions/{sessionId}/attachments",                        "sessions",        list_attachments, "sessionAttachments", "Files that belong to events: screenshots, whole outputs"),
    api("GET",    "/api/v1/sessions/{sessionId}/attachments/{attachmentId}",         "sessions",        get_attachment, "sessionAttachment", "The bytes of an attachment"),
    api("POST",   "/api/v1/repositories",                                            "repositories",    create_repository, "createRepository", "Connect a repository"),
    api("GET",    "/api/v1/repositories",                                            "repositories",    list_repositories, "listRepositories", "Connected repositories, newest first"),
    api("GET",    "/api/v1/repositories/{repositoryId}",                             "repositories",    get_repository, "getRepository", "A connected repository"),
    api("GET",    "/api/v1/repositories/{repositoryId}/branches",                    "repositories",    list_branches, "listBranches", "The branches of a connected repository, by name"),
    api("PATCH",  "/api/v1/repositories/{repositoryId}",                             "repositories",    update_repository, "updateRepository", "Change a connected repository"),
    api("DELETE", "/api/v1/repositories/{repositoryId}",                             "repositories",    delete_repository, "deleteRepository", "Disconnect a repository"),
    api("POST",   "/api/v1/code-providers",                                          "code_providers",  create_code_provider, "createCodeProvider", "Connect an account that has repositories"),
    api("GET",    "/api/v1/code-providers",                                          "code_providers",  list_code_providers, "listCodeProviders", "Connected accounts, newest first"),
    api("GET",    "/api/v1/code-providers/{codeProviderId}",                         "code_providers",  get_code_provider, "getCodeProvider", "A connected account"),
    api("PATCH",  "/api/v1/code-providers/{codeProviderId}",                         "code_providers",  update_code_provider, "updateCodeProvider", "Change a connected account"),
    api("DELETE", "/api/v1/code-providers/{codeProviderId}",                         "code_providers",  delete_code_provider, "deleteCodeProvider", "Disconnect an account and its repositories"),
    api("GET",    "/api/v1/models",                                                  "models",          list_models, "sessionModels", "Models that sessions can use"),
    api("GET",    "/api/v1/workspace",                                               "workspaces",      get_workspace, "workspace", "The key's workspace"),
    api("GET",    "/api/v1/alerts",                                                  "alerts",          list_alerts, "listAlerts", "What the agent found beside its work, newest first"),
    api("PATCH",  "/api/v1/alerts/{alertId}",                                        "alerts",          update_alert, "updateAlert", "Set the status of an alert"),
    {"GET",  "/llms.txt",                                       open, false, get_llms,        "llms",          "Contents of the documentation, for programs that read"},
    {"GET",  "/llms-full.txt",                                  open, false, get_llms_full,   "llmsFull",      "The whole documentation in one text"},
    {"GET",  "/.well-known/llms.txt",                           open, false, get_llms,        "llmsWellKnown", "Contents of the documentation, for programs that read"},
    {"GET",  "/.well-known/llms-full.txt",                      open, false, get_llms_full,   "llmsFullWellKnown", "The whole documentation in one text"},
    {"GET",  "/{domain}/llms.txt",                              open, false, get_llms,        "projectLlms",   "Contents of a project's documentation"},
    {"GET",  "/{domain}/llms-full.txt",                         open, false, get_llms_full,   "projectLlmsFull", "A project's whole documentation in one text"},
    {"POST", "/mcp",                                            open, false, post_mcp,        "mcp",           "The documentation for agents: Model Context Protocol, Streamable HTTP"},
    {"GET",  "/mcp",                                            open, false, get_mcp,         "mcpInfo",       "What the MCP server is and which tools it has"},
    {"POST", "/{domain}/mcp",                                   open, false, post_mcp,        "projectMcp",    "A project's documentation for agents: Model Context Protocol, Streamable HTTP"},
    {"GET",  "/{domain}/mcp",                                   open, false, get_mcp,         "projectMcpInfo", "What a project's MCP server is and which tools it has"},
    {"GET",  "/mcp/server-card",                                open, false, get_mcp_card,    "mcpServerCard", "What a client may know of the MCP server before it connects"},
    {"GET",  "/{domain}/mcp/server-card",                       open, false, get_mcp_card,    "projectMcpServerCard", "What a client may know of a project's MCP server before it connects"},
    {"GET",  "/.well-known/mcp",                              open, false, get_mcp_card,    "mcpWellKnown", "The card of the MCP server"},
    {"GET",  "/{domain}/.well-known/mcp",                     open, false, get_mcp_card,    "projectMcpWellKnown", "The card of the MCP server"},
    {"GET",  "/.well-known/mcp.json",                         open, false, get_mcp_card,    "mcpWellKnownJson", "The card of the MCP server"},
    {"GET",  "/{domain}/.well-known/mcp.json",                open, false, get_mcp_card,    "projectMcpWellKnownJson", "The card of the MCP server"},
    {"GET",  "/.well-known/mcp/server-card.json",             open, false, get_mcp_card,    "mcpWellKnownCard", "The card of the MCP server"},
    {"GET",  "/{domain}/.well-known/mcp/server-card.json",    open, false, get_mcp_card,    "projectMcpWellKnownCard", "The card of the MCP server"},
    {"GET",  "/.well-known/mcp/server-cards.json",            open, false, get_mcp_card,    "mcpWellKnownCards", "The cards of all MCP servers here"},
    {"GET",  "/{domain}/.well-known/mcp/server-cards.json",   open, false, get_mcp_card,    "projectMcpWellKnownCards", "The cards of all MCP servers here"},
    {"GET",  "/{page...}",                                      open, false, get_document,    "document",      "A page of the documentation as Markdown, at its path with .md"},
    {"POST", "/api/v1/webhooks/gitlab/{repositoryId}",          open, false, post_gitlab_hook, "gitlabHook",   "GitLab says what became of a merge request, what was said under it, and what was pushed"},
    {"POST", "/api/v1/webhooks/github/{repositoryId}",          open, false, post_github_hook, "githubHook",   "GitHub says what became of a pull request, what was said under it, and what was pushed"},
    {"POST", "/api/v1/webhooks/forgejo/{repositoryId}",         open, false, post_forgejo_hook, "forgejoHook", "Forgejo or Gitea says the same"},
    {"POST", "/hooks/git/{domain}",                             open, false, post_git_hook,   "gitHook",       "A push to the documentation's repository: it is fetched again"},
    {"GET",  "/healthz",                                        open, false, get_health,      "health",        "The process answers"},
    {"GET",  "/readyz",                                         open, false, get_ready,       "ready",         "Every project has an index in force"},
    {"GET",  "/metrics",                                        open, false, get_metrics,     "metrics",       "Counters in the text format of Prometheus"},
    {"GET",  "/openapi.json",                                   open, false, get_openapi,     "openapi",       "This description"},
    {"GET",  "/",                                               page, false, get_ui,          "ui",            "A page that answers questions in the browser"},
    {"GET",  "/review",                                         page, false, get_review_page, "reviewPage",    "A page where people review what the agent made"},
    {"GET",  "/review/{id}",                                    page, false, get_review_page, "reviewPageOf",  "The same, of one merge request"},
    {"GET",  "/icon.svg",                                       page, false, get_ui_asset,    "uiIcon",        "The icon of that page"},
    {"GET",  "/assets/{file...}",                               page, false, get_ui_asset,    "uiAsset",       "Scripts and styles of that page"},
    {"GET",  "/ui/config.json",                                 page, false, get_ui_config,   "uiConfig",      "The project that the page asks, and its public key"},
    // clang-format on
};

constexpr std::string_view fallback_pattern = "/{page...}";

KeyKind kind_for(Access access) {
    switch (access) {
        case Access::admin_read:
        case Access::admin_write:
            return KeyKind::admin;
        case Access::sessions_key:
            return KeyKind::sessions;
        case Access::assistant_key:
        case Access::reader_or_admin:
        case Access::open:
        case Access::page:
            break;
    }
    return KeyKind::assistant;
}

Task<Status> admit_to_session_api(const Route& route, const net::Request& request, Caller& caller,
                                  Services& services) {
    const bool write = request.method != "GET" && request.method != "HEAD";
    auto checked = co_await services.auth.check_resource(request, route.resource, write);
    if (!checked) co_return std::move(checked).error();
    caller.key = *std::move(checked);
    auto workspace = co_await workspace_of(request, *caller.key, services);
    if (!workspace) co_return std::move(workspace).error();
    caller.project_id = *std::move(workspace);
    co_return Status();
}

/// Everything around a handler: who asks, may they, how often. Errors become responses here, so that the
/// limit's headers are on them as well.
Task<Result<net::Response>> run_route(const Route& route, net::Request& request, Services& services) {
    if (route.pattern == fallback_pattern && is_session_api(request.path))
        co_return not_found("there is no such route").because("unknown_route");
    Caller caller;
    caller.ip = request.client;
    if (route.access == Access::sessions_key) {
        auto admitted = co_await admit_to_session_api(route, request, caller, services);
        if (!admitted) co_return std::move(admitted).error();
    } else if (route.access == Access::page) {
        auto checked = check_host(request, services.settings);
        if (!checked) co_return std::move(checked).error();
    } else if (route.access != Access::open) {
        const bool reads = request.method == "GET" || request.method == "HEAD";
        const bool write =
            route.access == Access::admin_write || (route.access != Access::admin_read && !reads);
        auto kind = kind_for(route.access);
        if (route.access == Access::reader_or_admin && kind_of_secret(secret_of(request)) == KeyKind::admin)
            kind = KeyKind::admin;
        auto checked = co_await services.auth.check(request, kind, write);
        if (!checked) co_return std::move(checked).error();
        caller.key = *std::move(checked);
    }
    Limits::Verdict verdict;
    if (route.counted && route.access == Access::admin_read)
        verdict = services.limits.take_analytics();
    else if (route.counted)
        verdict = services.limits.take(caller.key->id, caller.ip);
    if (!verdict.allowed) {
        auto refused = net::problem(limit_error(verdict));
        add_limit_headers(verdict, refused);
        co_return refused;
    }
    auto result = co_await route.handler(request, caller, services);
    if (!route.counted) co_return result;
    auto response = result ? *std::move(result) : net::problem(result.error());
    add_limit_headers(verdict, response);
    co_return response;
}

bool is_api(std::string_view path) {
    return path.starts_with("/v1/") || path.starts_with("/v2/") || path.starts_with("/discovery/");
}

/// The MCP server and what is said of it: its clients may be pages, too.
bool is_mcp(std::string_view path) {
    return path.ends_with("/mcp") || path.ends_with("/mcp/server-card") ||
           path.find("/.well-known/mcp") != path.npos;
}

void set_default(net::Response& response, const char* name, std::string value) {
    for (const auto& [given, text] : response.headers)
        if (given == name) return;
    response.headers.emplace_back(name, std::move(value));
}

/// Pages of any origin call the API, with or without credentials; the key alone decides. What the browser
/// may ask (user-agent: some AI SDK releases set it) and read is listed.
void add_cors(const net::Request& request, net::Response& response) {
    const auto& origin = request.header("origin");
    auto& headers = response.headers;
    headers.emplace_back("Access-Control-Allow-Origin", origin.empty() ? "*" : origin);
    if (!origin.empty()) headers.emplace_back("Access-Control-Allow-Credentials", "true");
    headers.emplace_back("Vary", "Origin");
    headers.emplace_back(
        "Access-Control-Expose-Headers",
        "x-thread-id, x-thread-key, x-search-id, x-session-id, x-branch-name, retry-after, ratelimit-limit, "
        "ratelimit-remaining, ratelimit-reset");
    if (request.method != "OPTIONS") return;
    headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST, PATCH, DELETE, OPTIONS");
    headers.emplace_back(
        "Access-Control-Allow-Headers",
        "authorization, content-type, user-agent, accept, x-api-key, x-thread-key, x-docent-proof, "
        "idempotency-key, mcp-protocol-version, mcp-session-id, mcp-method, mcp-name, last-event-id");
    headers.emplace_back("Access-Control-Max-Age", "600");
    if (request.header("access-control-request-private-network") == "true")
        headers.emplace_back("Access-Control-Allow-Private-Network", "true");
}

}  // namespace

const std::vector<Route>& routes() {
    static const std::vector<Route> all = [] {
        static std::vector<std::string> patterns;  // what the prefixed ones point at
        patterns.reserve(std::size(route_table));
        std::vector<Route> out;
        for (const auto& route : route_table) {
            out.push_back(route);
            if (route.pattern[0] != '*') continue;
            ++out.back().pattern;
            out.push_back(route);
            out.back().pattern = patterns.emplace_back("/discovery" + std::string(route.pattern + 1)).c_str();
        }
        return out;
    }();
    return all;
}

void add_routes(net::Router& router, Services& services) {
    for (const auto& route : routes()) {
        net::Handler handler = [&route, &services](net::Request& request) {
            auto handled = run_route(route, request, services);
            return route.openai ? with_openai_errors(std::move(handled)) : std::move(handled);
        };
        if (route.pattern == fallback_pattern)
            router.set_fallback(std::move(handler));
        else
            router.add(route.method, route.pattern, std::move(handler));
    }
}

void decorate(const net::Request& request, net::Response& response) {
    set_default(response, "X-Content-Type-Options", "nosniff");
    if (is_session_api(request.path)) {
        set_default(response, "Cache-Control", "no-store");
        finish_session_response(request, response);
        return;
    }
    if (is_job_api(request.path)) finish_job_response(response);
    if (!is_api(request.path) && !is_mcp(request.path)) return;
    set_default(response, "Cache-Control", "no-store");
    add_cors(request, response);
}

}  // namespace docent::api
