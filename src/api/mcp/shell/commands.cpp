#include "api/mcp/shell/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace docent::api::shell {

const std::vector<Named>& programs() {
    static const std::vector<Named> all = {
        {"cat", cat_command},   {"cd", cd_command},     {"echo", echo_command}, {"egrep", grep_command},
        {"find", find_command}, {"grep", grep_command}, {"head", head_command}, {"ls", ls_command},
        {"pwd", pwd_command},   {"rg", rg_command},     {"sed", sed_command},   {"sort", sort_command},
        {"tail", tail_command}, {"tree", tree_command}, {"uniq", uniq_command}, {"wc", wc_command},
    };
    return all;
}

std::size_t Options::number(char option, std::size_t otherwise) {
    if (!has(option)) return otherwise;
    const auto text = value(option);
    std::size_t out = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || failed != std::errc() || end != text.data() + text.size()) {
        problem = fmt::format("option -{} takes a whole number", option);
        return otherwise;
    }
    return std::min<std::size_t>(out, 1'000'000'000);
}

Options read_options(const std::vector<std::string>& args, const OptionNames& names) {
    Options out;
    const auto unknown = [&](std::string_view what) {
        if (out.problem.empty()) out.problem = "unknown option " + std::string(what);
    };
    for (std::size_t i = 0; i < args.size(); ++i) {
        const std::string_view arg = args[i];
        if (arg == "--") {
            out.rest.insert(out.rest.end(), args.begin() + static_cast<std::ptrdiff_t>(i) + 1, args.end());
            break;
        }
        if (arg.size() < 2 || arg[0] != '-') {
            out.rest.emplace_back(arg);
            continue;
        }
        if (arg[1] == '-') {
            const auto equals = arg.find('=');
            const auto known = names.words.find(arg.substr(2, equals == arg.npos ? arg.npos : equals - 2));
            if (known == names.words.end()) {
                unknown(arg);
            } else if (names.valued.find(known->second) == names.valued.npos || known->second == '\0') {
                if (known->second != '\0') out.given[known->second].emplace_back();
            } else if (equals != arg.npos) {
                out.given[known->second].emplace_back(arg.substr(equals + 1));
            } else if (i + 1 < args.size()) {
                out.given[known->second].push_back(args[++i]);
            } else if (out.problem.empty()) {
                out.problem = "option " + std::string(arg) + " needs a value";
            }
            continue;
        }
        if (names.digits != '\0' && arg.find_first_not_of("0123456789", 1) == arg.npos) {
            out.given[names.digits].emplace_back(arg.substr(1));
            continue;
        }
        for (std::size_t at = 1; at < arg.size(); ++at) {
            const char option = arg[at];
            if (names.valued.find(option) != names.valued.npos) {
                if (at + 1 < arg.size()) {
                    out.given[option].emplace_back(arg.substr(at + 1));
                } else if (i + 1 < args.size()) {
                    out.given[option].push_back(args[++i]);
                } else if (out.problem.empty()) {
                    out.problem = fmt::format("option -{} needs a value", option);
                }
                break;
            }
            if (names.flags.find(option) == names.flags.npos) {
                unknown("-" + std::string(1, option));
                break;
            }
            out.given[option].emplace_back();
        }
    }
    return out;
}

int usage_error(Io& io, std::string_view program, std::string_view what) {
    io.err += std::string(program) + ": " + std::string(what) + "\n";
    return 2;
}

std::vector<Node> named_pages(const std::vector<std::string>& args, bool recursive, std::string_view program,
                              Io& io, bool& failed) {
    std::vector<Node> out;
    for (const auto& arg : args) {
        auto node = io.tree.find(absolute_path(io.folder, arg));
        if (node && !node->folder) {
            out.push_back(*std::move(node));
        } else if (node && recursive) {
            auto below = io.tree.pages_below(node->path);
            std::ranges::move(below, std::back_inserter(out));
        } else {
            failed = true;
            io.err += std::string(program) + ": " + arg +
                      (node ? ": Is a directory\n" : ": No such file or directory\n");
        }
        if (io.budget.late()) break;
    }
    return out;
}

}  // namespace docent::api::shell
