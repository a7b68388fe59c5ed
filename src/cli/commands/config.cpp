#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.hpp"

namespace docent::cli {

void add_config(CLI::App& app, Globals& globals) {
    auto reference = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("config", "Show the settings in force, each with where it comes from");
    command->add_flag("--reference", *reference, "The reference page of all settings instead, as Markdown");
    command->footer(
        "The output is a settings file; secrets are masked.\n\nExample:\n  docent config --data "
        "/var/lib/docent");
    command->callback([&globals, reference] {
        globals.action = [&globals, reference]() -> int {
            if (*reference) {
                print(app::settings_page());
                return Exit::done;
            }
            auto config = load(globals);
            if (!config) return fail(config.error());
            for (const auto& warning : config->warnings) say("docent: " + warning);
            print(app::show_config(*config));
            if (const auto fine = app::blocking_check_commits(*config); !fine) return fail(fine.error());
            return Exit::done;
        };
    });
}

}  // namespace docent::cli
