#pragma once
#include "agent/automations.hpp"
#include "api/analytics.hpp"
#include "api/auth.hpp"
#include "api/coding.hpp"
#include "api/hourly_limits.hpp"
#include "api/limits.hpp"
#include "api/outgoing.hpp"
#include "assistant/assistant.hpp"
#include "base/clock.hpp"
#include "base/pools.hpp"
#include "base/task_group.hpp"
#include "net/server.hpp"
#include "sources/sources.hpp"
#include "store/keys.hpp"
#include "store/projects.hpp"
#include "store/threads.hpp"

namespace docent::api {

/// Settings of the API that routes look at.
struct Settings {
    std::string public_url;                 // "" : the address the request came to
    std::string finish_thread_id = "auto";  // "auto", "always", "never": finish.threadId on v2
    bool cancel_on_disconnect = false;
    store::Caps caps;                        // of projects that set none
    std::vector<std::string> allowed_hosts;  // Host names besides loopback, for what a cookie could reach
    std::string ui_domain = "default";       // the project whose questions the page at / answers
    std::string ui_key;                      // its assistant key (public); "": the page asks for one

    // Of the sessions API.
    std::size_t session_body = 1 << 20;           // bytes of a body
    std::size_t session_message = 256 << 10;      // bytes of a message
    std::string session_recovery = "resume";      // or "hold": of sessions that say neither
    std::vector<std::string> local_repositories;  // folders below which callers may name repositories

    std::int64_t jobs_hour = 100;  // jobs and messages to them of a project in a clock hour; 0: no limit
};

/// What handlers may use. All of it outlives the server. A handler gets a reference to this and nothing else.
struct Services {
    const Clock& clock;
    Pools& pools;
    store::Projects& projects;
    store::Keys& keys;
    store::Threads& threads;
    sources::Sources& sources;
    assistant::Assistant& assistant;
    Auth& auth;
    Limits& limits;
    Analytics& analytics;
    Coding& coding;
    Outgoing& outgoing;
    agent::Automations& automations;
    const Settings& settings;
    TaskGroup& background;  // work that goes on after its request was answered
    std::function<const net::ServerStats&()> server_stats;
    HourlyLimits hourly{};  // of routes that need no key
};

}  // namespace docent::api
