#include "cli/command.hpp"

#include <cstdio>

namespace docent::cli {

Result<app::Config> load(const Globals& globals) {
    auto config = app::load_config(globals.config, app::process_environment(), globals.data);
    // A configuration file that is not there is a wrong command line, not a missing thing.
    if (!config) return invalid(config.error().message);
    for (const auto& entry : globals.overrides) {
        const auto equals = entry.find('=');
        if (equals == std::string::npos)
            return invalid("--set takes NAME=VALUE, such as --set log.level=debug");
        TRY_VOID(
            app::set_setting(*config, entry.substr(0, equals), entry.substr(equals + 1), app::Origin::flag));
    }
    return config;
}

int fail(const Error& error) {
    std::string message = error.message;
    // An internal error says nothing to people: at the terminal its detail is for the one who runs it.
    if (error.code == ErrorCode::internal && !error.detail.empty()) message += ": " + error.detail;
    say("docent: " + message);
    switch (error.code) {
        case ErrorCode::invalid_argument:
            return Exit::wrong_use;
        case ErrorCode::not_found:
            return Exit::missing;
        default:
            return Exit::failed;
    }
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (text.empty() || text.back() != '\n') std::fputc('\n', stdout);
}

void say(const std::string& text) {
    std::fflush(stdout);
    std::fwrite(text.data(), 1, text.size(), stderr);
    if (text.empty() || text.back() != '\n') std::fputc('\n', stderr);
}

}  // namespace docent::cli
