#include "maintenance/commands.hpp"

#include <algorithm>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "maintenance/command_line.hpp"

namespace docent::maintenance {
namespace {

bool is_name_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// "fix-links" of "/fix-links --in a"; "" when the text does not begin so.
std::string_view name_of(std::string_view text) {
    text = trim(text);
    if (text.size() < 2 || text[0] != '/' || !is_name_letter(text[1]) || text[1] == '-' ||
        (text[1] >= '0' && text[1] <= '9'))
        return {};
    text.remove_prefix(1);
    const auto end = std::ranges::find_if_not(text, is_name_letter);
    const auto size = static_cast<std::size_t>(end - text.begin());
    if (size < text.size() && text.find_first_of(" \t\r\n", size) != size) return {};
    return text.substr(0, size);
}

Result<Outcome> blocking_help(const Tree&, const Arguments&) {
    Outcome out;
    out.title = "The built-in commands";
    for (const auto& command : commands())
        out.report += "- `" + std::string(command.usage) + "`: " + std::string(command.summary) + "\n";
    return out;
}

struct Parsed {
    const Command* command = nullptr;
    Arguments arguments;
};

Result<Parsed> parse_command(std::string_view text) {
    const auto name = name_of(text);
    if (name.empty()) return invalid("a command begins with / and its name; /help lists them");
    const auto& all = commands();
    const auto command = std::ranges::find(all, lower_ascii(name), &Command::name);
    if (command == all.end()) {
        std::vector<std::string> names;
        for (const auto& one : all) names.emplace_back(one.name);
        const auto near = nearest(lower_ascii(name), names);
        return invalid("there is no command /" + std::string(name) +
                       (near.empty() ? ";" : "; did you mean /" + near + "?") + " /help lists them");
    }
    TRY(const auto words, split_words(trim(text).substr(1 + name.size())));
    TRY(auto arguments, read_arguments(*command, words));
    return Parsed{&*command, std::move(arguments)};
}

}  // namespace

const Command help{"help", "/help", "Lists the commands.", {}, {}, blocking_help};

bool Arguments::has(std::string_view option) const {
    return std::ranges::any_of(options, [&](const auto& one) { return one.first == option; });
}

std::string Arguments::value(std::string_view option, std::string_view otherwise) const {
    for (const auto& [name, value] : options)
        if (name == option) return value;
    return std::string(otherwise);
}

const std::vector<Command>& commands() {
    static const std::vector<Command> all{check_links, fix_links, rename_page, replace,      frontmatter,
                                          format,      orphans,   stale,       translations, help};
    return all;
}

bool is_command(std::string_view text) { return !name_of(text).empty(); }

Status check_command(std::string_view text) {
    TRY_VOID(parse_command(text));
    return {};
}

Result<Outcome> blocking_run(const Tree& tree, std::string_view text) {
    TRY(const auto parsed, parse_command(text));
    return parsed.command->run(tree, parsed.arguments);
}

}  // namespace docent::maintenance
