#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/server.hpp"
#include "base/version.hpp"
#include "cli/command.hpp"

namespace docent::cli {
namespace {

std::string shell_quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

// What the one who started it needs to know, on standard output.
void greet(const app::Started& started, const app::Config& config) {
    std::string out = fmt::format("Docent {} listens on {}\n", version, started.address);
    for (const auto& made : started.new_keys) {
        if (made.key.kind == "admin")
            out += fmt::format("\n  admin key (secret, shown this once):  {}\n", made.secret);
    }
    if (!started.public_key.empty()) {
        out += fmt::format("\n  assistant key (public):               {}\n", started.public_key);
        out += fmt::format(
            "\nAsk in the browser: {}/\nor paste:\n\n"
            "  curl -N {}/v2/assistant/default/message \\\n"
            "    -H 'Authorization: Bearer {}' -H 'Content-Type: application/json' \\\n"
            "    -d '{{\"fp\": \"anonymous\", \"messages\": [{{\"role\": \"user\", \"content\": \"How do I "
            "get started?\"}}]}}'\n",
            started.address, started.address, started.public_key);
    } else if (started.projects.empty()) {
        out += fmt::format(
            "\nThere is no project yet. Add one:\n\n  docent project add NAME --docs PATH_OR_GIT_URL --data "
            "{}\n",
            shell_quoted(config.data.string()));
    }
    out += "\nStop with Ctrl+C.\n";
    print(out);
    std::fflush(stdout);
}

struct ServeOptions {
    std::string listen, docs;
};

int serve(const Globals& globals, const ServeOptions& options) {
    auto config = load(globals);
    if (!config) return fail(config.error());
    if (!options.listen.empty())
        if (auto set = app::set_setting(*config, "server.listen", options.listen, app::Origin::flag); !set)
            return fail(set.error());
    config->docs = options.docs;
    const app::Config shown = *config;
    auto server = app::DocentServer::start(*std::move(config));
    if (!server) return fail(server.error());
    greet((*server)->started(), shown);
    (*server)->run(true);
    return Exit::done;
}

}  // namespace

void add_serve(CLI::App& app, Globals& globals) {
    auto options = std::make_shared<ServeOptions>();
    auto* command = app.add_subcommand("serve", "Serve the API and the page at /");
    command->add_option("--listen", options->listen, "Address and port (default: 127.0.0.1:8080)")
        ->type_name("ADDR:PORT");
    command
        ->add_option(
            "--docs", options->docs,
            "Documentation for the project \"default\" of an empty data directory: a folder, a git address, "
            "or the address of an llms.txt")
        ->type_name("PATH_OR_GIT_URL");
    command->footer(
        "Examples:\n"
        "  docent serve --docs ~/my-docs\n"
        "  docent serve --config /etc/docent.toml --data /var/lib/docent --listen 127.0.0.1:9000\n\n"
        "The first start makes an admin key and prints it once. SIGTERM or Ctrl+C lets running answers end;\n"
        "a second one ends at once.");
    command->callback(
        [&globals, options] { globals.action = [&globals, options] { return serve(globals, *options); }; });
}

}  // namespace docent::cli
