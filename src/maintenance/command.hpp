#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "git/workspace.hpp"

namespace docent::maintenance {

/// The working tree that a command looks at.
struct Tree {
    git::Workspace workspace;  // git_dir "": no history, and no evidence from it
    std::string docs;          // the documentation's folder below the tree; "": the tree itself
    Millis now = 0;            // what "a year ago" is counted from
};

/// What is to become of one file. Paths are relative to the tree's root, with "/".
struct FileChange {
    enum class Kind { edit, create, remove, move };
    Kind kind = Kind::edit;
    std::string path;
    std::string destination;  // of a move
    std::string before;       // edit: the file as it was read
    std::string after;        // edit, create, and a move that also changes the file: the file as it is to be
};

/// What a command came to. Nothing is written: whoever runs it makes the changes.
struct Outcome {
    std::string title;                // of a pull request: "Fix 3 broken links"
    std::string report;               // Markdown: what was found and what is changed, and why
    std::vector<FileChange> changes;  // ordered by path; each path once
    std::size_t problems = 0;         // found, and left for a person: a script's exit code depends on it
};

/// What stands behind a command's name: "/replace "A" "B" --in docs/** --word". An option may come again.
struct Arguments {
    std::vector<std::string> values;
    std::vector<std::pair<std::string, std::string>> options;  // without dashes; a flag's value is ""

    bool has(std::string_view option) const;
    std::string value(std::string_view option, std::string_view otherwise = "") const;
};

/// One built-in command: a file of this folder and a line of commands.cpp.
struct Command {
    std::string_view name;                  // "fix-links"
    std::string_view usage;                 // "/fix-links [--in GLOB]"
    std::string_view summary;               // one sentence
    std::vector<std::string_view> options;  // that it takes; others are refused
    std::vector<std::string_view> flags;    // options without a value
    /// Blocks, and only reads. invalid_argument names the argument and what it takes.
    Result<Outcome> (*run)(const Tree& tree, const Arguments& arguments);
    std::vector<std::string_view> values = {};  // that it takes, all of them needed: {"OLD", "NEW"}
};

/// All of them, in the order in which they are shown.
const std::vector<Command>& commands();

/// True for text that begins with "/" and a name, known or not: such text is never sent to a model. A path
/// ("/guides/start has a typo") is no name.
bool is_command(std::string_view text);

/// What is wrong with a command's name or arguments, before it is run: the errors of blocking_run() that need
/// no tree.
Status check_command(std::string_view text);

/// Runs the command that `text` names. Blocks. invalid_argument: there is none of this name (the nearest one
/// is named), or its arguments are wrong.
Result<Outcome> blocking_run(const Tree& tree, std::string_view text);

}  // namespace docent::maintenance
