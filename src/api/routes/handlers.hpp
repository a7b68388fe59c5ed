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
Handler post_chat_completions;  // openai.cpp
Handler get_models;             // openai.cpp
Handler get_model;              // openai.cpp
Handler post_mcp;               // mcp.cpp
Handler get_mcp;                // mcp.cpp
Handler get_mcp_card;           // mcp.cpp
Handler post_git_hook;          // hooks.cpp

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
Handler get_export;            // analytics_export.cpp
/// Gives a handler's errors the form of OpenAI's API. openai.cpp
Task<Result<net::Response>> with_openai_errors(Task<Result<net::Response>> handled);

}  // namespace docent::api
