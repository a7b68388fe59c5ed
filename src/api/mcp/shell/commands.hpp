#pragma once
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/mcp/shell/tree.hpp"

namespace docent::api::shell {

/// What a whole command line may cost.
struct Budget {
    std::chrono::steady_clock::time_point until;
    std::size_t bytes = 4 << 20;  // that one program may write

    bool late() const { return std::chrono::steady_clock::now() >= until; }
};

/// What a program sees and writes.
struct Io {
    const Tree& tree;
    const Budget& budget;
    std::string& folder;              // the working directory
    const std::string* in = nullptr;  // what the program before it in the pipe wrote; null: none
    std::string out, err;
    std::set<std::uint32_t> opened;  // pages named by the arguments; not those far behind what can be shown

    /// True when the program should end: its output is large enough, or time is up.
    bool full() const { return out.size() >= budget.bytes || budget.late(); }
};

/// Arguments without the program's name; gives the exit status.
using Program = int (*)(const std::vector<std::string>& args, Io& io);

struct Named {
    std::string_view name;
    Program program;
};
/// Every program there is.
const std::vector<Named>& programs();

// list_commands.cpp
int cd_command(const std::vector<std::string>& args, Io& io);
int pwd_command(const std::vector<std::string>& args, Io& io);
int ls_command(const std::vector<std::string>& args, Io& io);
int tree_command(const std::vector<std::string>& args, Io& io);
// text_commands.cpp
int cat_command(const std::vector<std::string>& args, Io& io);
int head_command(const std::vector<std::string>& args, Io& io);
int tail_command(const std::vector<std::string>& args, Io& io);
int wc_command(const std::vector<std::string>& args, Io& io);
int sed_command(const std::vector<std::string>& args, Io& io);
int sort_command(const std::vector<std::string>& args, Io& io);
int uniq_command(const std::vector<std::string>& args, Io& io);
int echo_command(const std::vector<std::string>& args, Io& io);
// grep_command.cpp, find_command.cpp
int grep_command(const std::vector<std::string>& args, Io& io);
int rg_command(const std::vector<std::string>& args, Io& io);
int find_command(const std::vector<std::string>& args, Io& io);

/// Options as the programs of a Unix system take them: "-rn", "-A3", "-A 3", "--max-count=3", "--".
struct Options {
    std::map<char, std::vector<std::string>> given;
    std::vector<std::string> rest;
    std::string problem;  // "": fine

    bool has(char option) const { return given.contains(option); }
    /// The last value of an option; "" when it was not given.
    std::string value(char option) const {
        const auto found = given.find(option);
        return found == given.end() ? std::string() : found->second.back();
    }
    /// A whole number of 0 or more; `otherwise` when it was not given; fills `problem`.
    std::size_t number(char option, std::size_t otherwise);
};
struct OptionNames {
    std::string_view flags;                  // single letters without a value
    std::string_view valued;                 // with one
    std::map<std::string_view, char> words;  // "--ignore-case"; '\0': accepted and without effect
    char digits = '\0';                      // the option that "-5" stands for
};
Options read_options(const std::vector<std::string>& args, const OptionNames& names);

/// Exit status 2 and the sentence on the error stream.
int usage_error(Io& io, std::string_view program, std::string_view what);

/// The pages that the arguments name, in order. A name that is none is told on the error stream.
/// `recursive`: a folder stands for the pages below it.
std::vector<Node> named_pages(const std::vector<std::string>& args, bool recursive, std::string_view program,
                              Io& io, bool& failed);

/// Calls see(line) for each line, without its end, until it gives false.
template <class F>
void each_line(std::string_view text, F&& see) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        if (!see(text.substr(0, end))) return;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace docent::api::shell
