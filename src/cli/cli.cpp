#include "cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <exception>
#include <vector>

#include "base/log.hpp"
#include "base/nearest.hpp"
#include "base/version.hpp"
#include "cli/command.hpp"

namespace docent::cli {

// The commands, in the order of the help. add_<name> is in commands/<name>.cpp.
AddCommand add_serve, add_project, add_key, add_index, add_search, add_ask, add_questions, add_session,
    add_job, add_run, add_webhook, add_automation, add_eval, add_config, add_doctor, add_completion;

namespace {

constexpr AddCommand* commands[] = {add_serve,  add_project, add_key,       add_index,
                                    add_search, add_ask,     add_questions, add_session,
                                    add_job,    add_run,     add_webhook,   add_automation,
                                    add_eval,   add_config,  add_doctor,    add_completion};

// CLI11's texts run over lines and name its own classes now and then: the first line is the sentence.
std::string sentence(const std::string& what) {
    const auto end = what.find('\n');
    return end == std::string::npos ? what : what.substr(0, end);
}

/// The deepest command that the line named.
const CLI::App& deepest(const CLI::App& app) {
    const auto named = app.get_subcommands();
    return named.empty() ? app : deepest(*named.front());
}

std::string did_you_mean(const CLI::App& app, const std::string& word) {
    std::vector<std::string> names;
    for (const auto* one : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(one->get_name());
    const auto near = nearest(word, names);
    return near.empty() ? std::string() : "; did you mean \"" + near + "\"?";
}

// CLI11 does not name the word that is no command.
std::string complaint(const CLI::App& app, const CLI::ParseError& e) {
    const auto rest = app.remaining(true);
    const auto word = std::ranges::find_if(rest, [](const auto& one) { return !one.starts_with('-'); });
    if (dynamic_cast<const CLI::RequiredError*>(&e) && word != rest.end() &&
        std::string_view(e.what()).starts_with("A subcommand"))
        return "there is no command \"" + *word + "\"" + did_you_mean(deepest(app), *word);
    return sentence(e.what());
}

// "docent key create" for the deepest command that the line named.
std::string command_path(const CLI::App& app) {
    const auto named = app.get_subcommands();
    return named.empty() ? app.get_name() : app.get_name() + " " + command_path(*named.front());
}

}  // namespace

int run(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // `docent search ... | head` is an end, not a crash
    CLI::App app("Docent answers questions from your documentation.", "docent");
    Globals globals;
    app.set_version_flag("--version,-V", std::string("docent ") + version);
    app.set_help_flag("--help,-h", "What this command does and takes");
    app.add_option("--data", globals.data, "Data directory (default: ./data, or DOCENT_DATA)");
    app.add_option("--config", globals.config, "Settings file (default: docent.toml in the data directory)");
    app.add_option("--set", globals.overrides, "Set one setting: --set log.level=debug; may be repeated")
        ->take_all()
        ->allow_extra_args(false);
    app.fallthrough();
    app.require_subcommand(1);
    app.failure_message([](const CLI::App*, const CLI::Error& e) { return sentence(e.what()) + "\n"; });
    for (AddCommand* add : commands) add(app, globals);
    // After the commands, which would take it over.
    app.footer(
        "Examples:\n"
        "  docent serve --docs ~/my-docs\n"
        "  docent key create --project default --kind assistant\n"
        "  docent ask \"How do I get started?\"\n\n"
        "docent COMMAND --help tells more. Exit codes: 0 done, 1 failed, 2 wrong use or configuration,\n"
        "3 not found, 4 the documentation has no answer, 5 the agent waits for an answer.");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version
        say(command_path(app) + ": " + complaint(app, e));
        say("See: " + command_path(app) + " --help");
        return Exit::wrong_use;
    }
    try {
        return globals.action ? globals.action() : static_cast<int>(Exit::wrong_use);
    } catch (const std::exception& e) {
        log::error(std::string("this is a fault in docent: ") + e.what());
        return Exit::failed;
    }
}

}  // namespace docent::cli
