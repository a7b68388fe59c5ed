#pragma once
#include <boost/json/object.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/pools.hpp"
#include "git/workspace.hpp"
#include "llm/models.hpp"
#include "store/alerts.hpp"
#include "store/attachments.hpp"
#include "store/goals.hpp"
#include "store/repositories.hpp"
#include "store/sessions.hpp"
#include "store/timeline.hpp"

namespace docent::browser {
class Browser;
}
namespace docent::forge {
class Credentials;
}
namespace docent::net {
class HttpClient;
}
namespace docent::sandbox {
class Sandbox;
}
namespace docent::sources {
class Sources;
}

namespace docent::agent {

/// What a turn may cost before it pauses. A session may have its own.
struct TurnLimits {
    std::int64_t steps = 100;            // calls of the model
    std::int64_t tokens = 4'000'000;     // of all prompts and answers together
    std::int64_t cost = 0;               // millionths of the price table's currency; 0: no limit
    std::chrono::seconds time{30 * 60};  // waiting for a person does not count
};

struct Settings {
    TurnLimits limits;
    std::size_t max_running = 8;                     // turns at a time; others wait
    std::int64_t max_queued = 100;                   // messages of a session
    std::int64_t max_open = 1'000;                   // sessions of a project
    std::uint64_t max_disk = 8ULL << 30;             // bytes of a session's files; then its turns pause
    std::chrono::seconds question_limit{24 * 3600};  // an unanswered question gets its default
    std::string author_name = "Docent", author_email = "docent@localhost";
    std::string signing_key;                 // of commits: git/signing.hpp; "": unsigned
    std::string branch_prefix = "docent/";   // of the names of branches that are made here
    std::string mention = "@docent";         // what a comment on a forge calls the agent by
    std::vector<std::string> allowed_hosts;  // for all repositories (net::HostRules)
    std::vector<std::string> secrets;        // that no event may show: see Secrets
    std::filesystem::path data;              // DATA: mirrors/, trees/, attachments/ are below it

    /// Who makes commits.
    git::Identity committer() const { return {author_name, author_email, signing_key}; }
};

class Workspaces;

/// What the sessions and their tools may use. All of it outlives them.
struct Services {
    const Clock& clock;
    Pools& pools;
    store::Sessions& sessions;
    store::Timeline& timeline;
    store::Repositories& repositories;
    store::CodeProviders& code_providers;
    llm::Models& models;
    const Settings& settings;
    Workspaces* workspaces = nullptr;
    store::Engine engine = store::Engine::sqlite;
    store::Alerts* alerts = nullptr;      // what create_alert adds to
    sandbox::Sandbox* sandbox = nullptr;  // where commands run; none: they are refused
    net::HttpClient* http = nullptr;      // what http_request calls through; none: it is refused
    browser::Browser* browser = nullptr;  // what web_browse looks with; none: pages are read as they come
    store::Attachments* attachments = nullptr;  // where screenshots are kept
    forge::Credentials* credentials = nullptr;  // tokens of code providers; none: as they are stored
    store::Goals* goals = nullptr;              // where plans are kept as tasks
    sources::Sources* sources = nullptr;        // the project's documentation; none: it cannot be searched
};

}  // namespace docent::agent
