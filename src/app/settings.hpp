#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/config.hpp"
#include "base/quantity.hpp"

namespace docent::app {

/// Where a setting lives. The alternative says how its text is read and written: std::size_t is a number
/// of bytes ("5MiB") or a count, by Setting::bytes.
using Slot =
    std::variant<std::string*, std::filesystem::path*, std::int64_t*, std::size_t*, bool*,
                 std::chrono::milliseconds*, std::vector<std::string>*, Money*, std::optional<Money>*>;

/// One line of the table of settings.
struct Setting {
    const char* name;                   // "server.max_body"; the variable is DOCENT_SERVER_MAX_BODY
    std::function<Slot(Config&)> slot;  // its place in a Config
    const char* help;                   // one sentence
    const char* choices = "";           // "a|b|c": nothing else is taken
    bool bytes = false;                 // std::size_t: a size
    bool secret = false;                // shown as "***"; an address only loses its password
};

/// Every setting, in the order in which they are shown.
const std::vector<Setting>& settings();
const Setting* find_setting(std::string_view name);
std::string environment_name(const Setting& setting);
/// "duration", "size", "whole number", ...
std::string type_name(const Setting& setting);

/// Reads a value into its place; the Error says what is taken, without the setting's name.
Status parse_slot(Slot slot, const char* choices, bool bytes, const std::string& text);
/// As TOML; a secret is shown as "***".
std::string format_slot(const Slot& slot, bool bytes, bool secret);
/// Where a setting's value comes from, in a word: "default", "file", the variable's name, "flag".
std::string origin_name(const Config& config, const std::string& name, const std::string& variable);

/// Reads a value; the Error says what is taken, without the setting's name.
Status parse_value(const Setting& setting, Config& config, const std::string& text);
/// As TOML; `masked` hides secrets.
std::string format_value(const Setting& setting, const Config& config, bool masked);

/// A TOML basic string, quotes included.
std::string toml_string(std::string_view text);

}  // namespace docent::app
