#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "agent/services.hpp"
#include "api/limits.hpp"
#include "api/services.hpp"
#include "assistant/assistant.hpp"
#include "llm/models.hpp"
#include "net/server.hpp"
#include "sources/sources.hpp"
#include "store/spending.hpp"
#include "webhooks/sender.hpp"

namespace docent::app {

/// Where a setting's value comes from: later ones win.
enum class Origin { fallback, file, environment, flag };

/// How much models may cost: the server's caps; projects may have others. 0: no cap.
struct CapConfig {
    Money answer_money, day_money, month_money;
    std::int64_t answer_tokens = 0, day_tokens = 0, month_tokens = 0;
};

/// What the coding sessions may use. See agent::Settings and agent::TurnLimits.
struct AgentConfig {
    std::int64_t turn_steps = 100, turn_tokens = 4'000'000;
    Money turn_cost;
    std::chrono::milliseconds turn_time{30 * 60'000};
    std::chrono::milliseconds question_limit{24 * 3'600'000};
    std::int64_t max_running = 8, max_queued = 100, max_open = 1'000;
    std::size_t max_disk = std::size_t{8} << 30;
    std::string author_name = "Docent", author_email = "docent@localhost";
    std::string signing_key, branch_prefix = "docent/";
    std::string mention = "@docent";
    std::vector<std::string> allowed_hosts;
    std::string browser;
};

/// Everything that can be set: one struct for each module, filled from the TOML file, then the
/// environment (DOCENT_SECTION_KEY), then flags. Every setting has a default that works. The names,
/// types and help texts are in settings.cpp.
struct Config {
    std::filesystem::path data = "data";
    std::string listen =
        "127.0.0.1:8080";    // ADDR:PORT, [ADDR]:PORT for IPv6; DocentServer reads this, not server.port
    std::string store_url;   // "": sqlite:DATA/docent.db
    std::string secret_key;  // "": that of the file DATA/secret.key
    std::string docs;        // serve --docs: becomes the project `default` on an empty data directory
    net::ServerConfig server;
    sources::Config sources;
    assistant::Config assistant;
    llm::ModelConfig model;                // the model named "default"; provider.kind "": none
    std::vector<llm::ModelConfig> models;  // [models.NAME], in the order of the file
    std::vector<std::string> model_order;
    CapConfig caps;
    AgentConfig agent;
    webhooks::Config webhooks;
    api::LimitConfig limits;
    api::Settings api;
    std::string log_level = "info";
    std::string log_format = "text";

    std::map<std::string, Origin> origins;  // by setting; absent: fallback
    std::vector<std::string>
        warnings;  // sentences for the log: variables that look like settings but are none
};

/// `file` may be empty: then `docent.toml` in the data directory is read if it is there. `data`, when not
/// empty, is the flag --data and wins over all. invalid_argument names file, line, key and, for an unknown
/// key, the nearest known one; not_found when the named file is missing.
Result<Config> load_config(const std::filesystem::path& file,
                           const std::map<std::string, std::string>& environment,
                           const std::string& data = {});

/// Sets one setting from text as a flag or a variable gives it: "30s", "5MiB", "true", "a,b".
/// invalid_argument names the setting and what it takes.
Status set_setting(Config& config, const std::string& name, const std::string& text, Origin origin);

/// The settings in force as TOML, each with where it comes from, secrets masked: `docent config`.
std::string show_config(const Config& config);

/// The page docs/reference/settings.mdx, made from the table.
std::string settings_page();

/// The process's environment as load_config takes it.
std::map<std::string, std::string> process_environment();

/// [model], named "default", if it is set, then [models.NAME].
std::vector<llm::ModelConfig> configured_models(const Config& config);

store::Caps configured_caps(const Config& config);

agent::Settings configured_agent(const Config& config);

/// Whether commits can be made, and signed, as the settings say. The Error names the setting and what it
/// takes. Signs something: blocks.
Status blocking_check_commits(const Config& config);

/// store_url, or the SQLite file in the data directory when that is "".
std::string store_url(const Config& config);

}  // namespace docent::app
