#pragma once
#include "api/routes.hpp"

namespace docent::api {

// One file a noun; routes.cpp says which paths they answer.
Handler post_message;           // assistant_message.cpp
Handler resume_by_query;        // assistant_stream.cpp: GET {api}?chatId=
Handler resume_by_path;         // assistant_stream.cpp: GET {api}/{chatId}/stream
Handler post_stop;              // assistant_stop.cpp
Handler post_search;            // search.cpp
Handler post_page;              // page.cpp
Handler get_llms;               // documents.cpp
Handler get_llms_full;          // documents.cpp
Handler get_document;           // documents.cpp: any path that no other route has
Handler get_health;             // health.cpp
Handler get_ready;              // health.cpp
Handler get_metrics;            // metrics.cpp
Handler get_openapi;            // openapi.cpp
Handler get_ui;                 // ui.cpp
Handler get_ui_asset;           // ui.cpp
Handler get_ui_config;          // ui.cpp
Handler get_review_page;        // ui.cpp
Handler post_chat_completions;  // openai.cpp
Handler get_models;             // openai.cpp
Handler get_model;              // openai.cpp
Handler post_mcp;               // mcp.cpp
Handler get_mcp;                // mcp.cpp
Handler get_mcp_card;           // mcp.cpp
Handler post_github_hook;       // github_hook.cpp
Handler post_forgejo_hook;      // forgejo_hook.cpp
Handler post_git_hook;          // hooks.cpp
Handler post_gitlab_hook;       // gitlab_hook.cpp

Handler get_challenge;         // challenge.cpp
Handler get_thread;            // threads.cpp
Handler delete_thread;         // threads.cpp
Handler post_feedback;         // feedback.cpp
Handler post_click;            // events.cpp
Handler post_view;             // events.cpp
Handler get_conversations;     // analytics.cpp
Handler delete_conversations;  // analytics.cpp
Handler get_analytics_thread;  // analytics.cpp
Handler get_caller_stats;      // analytics.cpp
Handler get_feedback;          // analytics_feedback.cpp
Handler get_feedback_by_page;  // analytics_feedback.cpp
Handler patch_feedback;        // analytics_feedback.cpp
Handler get_searches;          // analytics_traffic.cpp
Handler get_views;             // analytics_traffic.cpp
Handler get_visitors;          // analytics_traffic.cpp
Handler get_clusters;          // analytics_clusters.cpp
Handler get_fixes;             // analytics_fixes.cpp
Handler post_cluster_job;      // analytics_fixes.cpp
Handler get_export;            // analytics_export.cpp

Handler list_automations;    // automations.cpp
Handler create_automation;   // automations.cpp
Handler get_automation;      // automations.cpp
Handler update_automation;   // automations.cpp
Handler delete_automation;   // automations.cpp
Handler trigger_automation;  // automations.cpp

Handler list_webhooks;    // webhooks.cpp
Handler create_webhook;   // webhooks.cpp
Handler get_webhook;      // webhooks.cpp
Handler update_webhook;   // webhooks.cpp
Handler delete_webhook;   // webhooks.cpp
Handler rotate_webhook;   // webhooks.cpp
Handler test_webhook;     // webhooks.cpp
Handler list_deliveries;  // webhooks.cpp
Handler redeliver;        // webhooks.cpp

Handler create_session;          // sessions.cpp
Handler list_sessions;           // sessions.cpp
Handler get_session;             // sessions.cpp
Handler update_session;          // sessions.cpp
Handler delete_session;          // sessions.cpp
Handler stop_session;            // sessions.cpp
Handler post_session_message;    // session_messages.cpp
Handler list_session_messages;   // session_messages.cpp
Handler cancel_session_message;  // session_messages.cpp
Handler post_ask_user_response;  // session_messages.cpp
Handler open_merge_request;      // merge_requests.cpp
Handler update_merge_request;    // merge_requests.cpp
Handler get_merge_request;       // merge_requests.cpp
Handler merge_merge_request;     // merge_requests.cpp
Handler close_merge_request;     // merge_requests.cpp
Handler list_merge_requests;     // reviews.cpp
Handler show_merge_request;      // reviews.cpp
Handler list_review_commits;     // reviews.cpp
Handler list_review_files;       // reviews.cpp
Handler preview_review_page;     // reviews.cpp
Handler list_review_comments;    // review_comments.cpp
Handler post_review_comment;     // review_comments.cpp
Handler merge_by_id;             // merge_request_actions.cpp
Handler close_by_id;             // merge_request_actions.cpp
Handler reopen_by_id;            // merge_request_actions.cpp
Handler get_session_events;      // session_events.cpp
Handler stream_session;          // session_events.cpp
Handler get_session_diff;        // session_diff.cpp
Handler list_goals;              // goals.cpp
Handler list_tasks;              // goals.cpp
Handler list_attachments;        // attachments.cpp
Handler get_attachment;          // attachments.cpp
Handler create_repository;       // repositories.cpp
Handler list_repositories;       // repositories.cpp
Handler get_repository;          // repositories.cpp
Handler list_branches;           // repositories.cpp
Handler update_repository;       // repositories.cpp
Handler delete_repository;       // repositories.cpp
Handler create_code_provider;    // code_providers.cpp
Handler list_code_providers;     // code_providers.cpp
Handler get_code_provider;       // code_providers.cpp
Handler update_code_provider;    // code_providers.cpp
Handler delete_code_provider;    // code_providers.cpp
Handler list_models;             // workspace.cpp
Handler get_workspace;           // workspace.cpp
Handler list_alerts;             // alerts.cpp
Handler update_alert;            // alerts.cpp

Handler create_job;        // jobs.cpp
Handler list_jobs;         // jobs.cpp
Handler get_job;           // jobs.cpp
Handler post_job_message;  // jobs.cpp
Handler cancel_job;        // jobs.cpp
Handler complete_job;      // jobs.cpp
Handler archive_job;       // jobs.cpp
Handler stream_job;        // job_events.cpp
Handler get_job_diff;      // job_events.cpp
Handler create_chat_job;   // jobs_v1.cpp
Handler get_job_v1;        // jobs_v1.cpp
Handler list_jobs_v1;      // jobs_v1.cpp

/// Gives a handler's errors the form of OpenAI's API. openai.cpp
Task<Result<net::Response>> with_openai_errors(Task<Result<net::Response>> handled);

}  // namespace docent::api
