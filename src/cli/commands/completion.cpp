#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.hpp"
#include "maintenance/command.hpp"

namespace docent::cli {
namespace {

// Every command with what may follow it: sub-commands, then its options and the program's.
void collect(const CLI::App& command, const std::string& path, const std::string& globals,
             std::vector<std::pair<std::string, std::string>>& out) {
    std::string words;
    for (const auto* sub : command.get_subcommands([](const CLI::App*) { return true; })) {
        words += sub->get_name() + " ";
        collect(*sub, path + " " + sub->get_name(), globals, out);
    }
    for (const auto* option : command.get_options())
        for (const auto& name : option->get_lnames()) words += "--" + name + " ";
    if (path == "docent run")
        for (const auto& one : maintenance::commands()) words += "/" + std::string(one.name) + " ";
    out.emplace_back(path, words + (path == "docent" ? "" : globals));
}

std::string bash_function(const std::vector<std::pair<std::string, std::string>>& commands) {
    std::string cases;
    for (const auto& [path, words] : commands)
        cases += fmt::format("        \"{}\") words=\"{}\" ;;\n", path, words);
    return "_docent() {\n"
           "    local current=\"${COMP_WORDS[COMP_CWORD]}\" path=docent words=\"\" word\n"
           "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
           "        case \"$word\" in -*) ;; *) path=\"$path $word\" ;; esac\n"
           "    done\n"
           "    case \"$path\" in\n" +
           cases +
           "    esac\n"
           "    case \"${COMP_WORDS[COMP_CWORD-1]}\" in\n"
           "        --data|--docs|--corpus|--folder) COMPREPLY=($(compgen -d -- \"$current\")); return ;;\n"
           "        --config|--questions|--qrels|--run) COMPREPLY=($(compgen -f -- \"$current\")); return "
           ";;\n"
           "        --kind) COMPREPLY=($(compgen -W \"assistant admin sessions\" -- \"$current\")); return "
           ";;\n"
           "    esac\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "}\n";
}

std::string script(const CLI::App& app, const std::string& shell) {
    std::string globals;
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames()) globals += "--" + name + " ";
    std::vector<std::pair<std::string, std::string>> commands;
    collect(app, "docent", globals, commands);
    if (shell == "bash") return bash_function(commands) + "complete -F _docent docent\n";
    if (shell == "zsh")
        return "#compdef docent\nautoload -U +X bashcompinit && bashcompinit\n" + bash_function(commands) +
               "complete -F _docent docent\n";
    std::string out = "complete -c docent -f\n";
    for (const auto& [path, words] : commands) {
        // "docent key create" is offered its words when "key" and "create" were typed.
        std::string condition;
        std::string rest = path == "docent" ? "" : path.substr(7);
        if (rest.empty()) condition = "__fish_use_subcommand";
        for (std::size_t at = 0; !rest.empty();) {
            at = rest.find(' ');
            condition +=
                (condition.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + rest.substr(0, at));
            rest = at == std::string::npos ? "" : rest.substr(at + 1);
        }
        out += fmt::format("complete -c docent -n \"{}\" -a \"{}\"\n", condition, words);
    }
    return out;
}

}  // namespace

void add_completion(CLI::App& app, Globals& globals) {
    auto shell = std::make_shared<std::string>();
    auto* command = app.add_subcommand("completion", "Completion script for a shell");
    command->add_option("shell", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->footer("Example:\n  docent completion bash > ~/.local/share/bash-completion/completions/docent");
    command->callback([&app, &globals, shell] {
        globals.action = [&app, shell]() -> int {
            print(script(app, *shell));
            return Exit::done;
        };
    });
}

}  // namespace docent::cli
