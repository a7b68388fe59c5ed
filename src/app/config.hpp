#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "api/limits.hpp"
#include "api/services.hpp"
#include "assistant/assistant.hpp"
#include "llm/provider.hpp"
#include "net/server.hpp"
#include "sources/sources.hpp"

namespace docent::app {

/// Everything that can be set: one struct for each module, filled from the TOML file, then the
/// environment (DOCENT_SECTION_KEY), then flags. Every setting has a default that works.
struct Config {
    std::filesystem::path data = "data";
    std::string store_url;                 // "": sqlite:DATA/docent.db
    net::ServerConfig server;
    sources::Config sources;
    assistant::Config assistant;
    llm::ProviderConfig model;             // kind "": none
    api::LimitConfig limits;
    api::Settings api;
    std::string log_level = "info";
    bool log_json = false;
};

/// `file` may be empty. invalid_argument names file, line, key and, for an unknown key, the nearest known one.
Result<Config> load_config(const std::filesystem::path& file, const std::map<std::string, std::string>& environment);

/// The settings in force as TOML, secrets masked: `docent config`.
std::string show_config(const Config& config);

}  // namespace docent::app
