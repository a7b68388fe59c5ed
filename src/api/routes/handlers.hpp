#pragma once
#include "api/routes.hpp"

namespace docent::api {

// One file a noun; routes.cpp says which paths they answer.
Handler post_message;     // assistant_message.cpp
Handler resume_by_query;  // assistant_stream.cpp: GET {api}?chatId=
Handler resume_by_path;   // assistant_stream.cpp: GET {api}/{chatId}/stream
Handler post_stop;        // assistant_stop.cpp
Handler post_search;      // search.cpp
Handler post_page;        // page.cpp
Handler get_llms;         // documents.cpp
Handler get_llms_full;    // documents.cpp
Handler get_document;     // documents.cpp: any path that no other route has
Handler get_health;       // health.cpp
Handler get_ready;        // health.cpp
Handler get_metrics;      // metrics.cpp
Handler get_openapi;      // openapi.cpp
Handler get_ui;           // ui.cpp
Handler get_ui_asset;     // ui.cpp
Handler get_ui_config;    // ui.cpp
Handler post_git_hook;    // hooks.cpp

}  // namespace docent::api
