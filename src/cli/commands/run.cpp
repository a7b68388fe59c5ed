#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "cli/session_view.hpp"
#include "cli/terminal.hpp"
#include "cli/tree_changes.hpp"
#include "git/repository.hpp"
#include "maintenance/command.hpp"
#include "maintenance/docs_folder.hpp"

namespace docent::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct RunOptions {
    std::string line, directory = ".", docs;
    bool write = false, force = false, as_json = false;
};

/// The working tree that the folder lies in, or the folder itself; and where in it the documentation is.
Result<maintenance::Tree> tree_of(const RunOptions& o) {
    std::error_code failed;
    const auto given = fs::canonical(o.directory, failed);
    if (failed || !fs::is_directory(given)) return not_found("there is no folder " + o.directory);
    maintenance::Tree tree;
    tree.now = system_clock().now();
    tree.workspace.tree = given;
    auto found = git::blocking_find_working_tree(given);
    if (found) {
        tree.workspace.tree = fs::canonical(found->root, failed);
        tree.workspace.git_dir = found->git_dir;
    } else if (found.error().code != ErrorCode::not_found) {
        return std::move(found).error();
    }
    auto docs = given;
    if (!o.docs.empty())
        docs = fs::weakly_canonical(given / o.docs, failed);
    else if (!maintenance::has_site_config(given) && maintenance::has_site_config(given / "docs"))
        docs = given / "docs";
    const auto below = docs.lexically_relative(tree.workspace.tree);
    if (below.empty() || *below.begin() == "..")
        return invalid("--docs names a folder outside of the working tree");
    tree.docs = below == "." ? "" : below.string();
    return tree;
}

json::object as_json(const maintenance::Outcome& outcome, const std::vector<ShownChange>& shown,
                     bool written) {
    json::array changes;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const auto& change = outcome.changes[i];
        json::object one{{"kind", shown[i].kind},
                         {"path", change.path},
                         {"additions", shown[i].additions},
                         {"deletions", shown[i].deletions},
                         {"diff", shown[i].diff}};
        if (!change.destination.empty()) one["destination"] = change.destination;
        changes.push_back(std::move(one));
    }
    return {{"title", outcome.title},
            {"report", outcome.report},
            {"problems", outcome.problems},
            {"written", written},
            {"changes", std::move(changes)}};
}

int run_line(const RunOptions& o) {
    if (!maintenance::is_command(o.line))
        return fail(invalid("a command begins with / and its name; docent run /help lists them"));
    auto tree = tree_of(o);
    if (!tree) return fail(tree.error());
    auto outcome = maintenance::blocking_run(*tree, o.line);
    if (!outcome) return fail(outcome.error());
    std::vector<ShownChange> shown;
    for (const auto& change : outcome->changes) {
        auto one = shown_change(change);
        if (!one) return fail(one.error());
        shown.push_back(*std::move(one));
    }
    bool written = false;
    if (o.write && !outcome->changes.empty()) {
        if (auto done = blocking_write_changes(*tree, outcome->changes, o.force); !done)
            return fail(done.error());
        written = true;
    }
    if (o.as_json) {
        print(json::serialize(as_json(*outcome, shown, written)));
    } else {
        const bool terminal = output_is_terminal();
        print(terminal ? printable(outcome->report) : outcome->report);
        if (!written)
            for (const auto& one : shown) print("\n" + (terminal ? coloured_diff(one.diff) : one.diff));
        if (written)
            say(fmt::format("{}: {} written.", printable(outcome->title),
                            shown.size() == 1 ? "1 file" : fmt::format("{} files", shown.size())));
        else if (!shown.empty())
            say("Nothing is written yet: --write does it.");
    }
    return outcome->problems > 0 ? Exit::failed : Exit::done;
}

}  // namespace

void add_run(CLI::App& app, Globals& globals) {
    auto o = std::make_shared<RunOptions>();
    auto* command = app.add_subcommand("run", "Run a built-in maintenance command on a working tree");
    command->add_option("command", o->line, "The command, as one word: \"/replace 'A' 'B' --word\"")
        ->required();
    command->add_option("dir", o->directory,
                        "The working tree, or a folder of it (default: the current one)");
    command->add_option("--docs", o->docs,
                        "The documentation's folder below it (default: it, or its docs/ with a docs.json)");
    command->add_flag("--write", o->write, "Write the changes; otherwise they are shown");
    command->add_flag("--force", o->force, "Write files with changes that are not committed, too");
    command->add_flag("--json", o->as_json, "As JSON: title, report, problems, written, changes");
    std::string footer = "Commands:\n";
    for (const auto& one : maintenance::commands())
        footer += fmt::format("  {}\n      {}\n", one.usage, one.summary);
    footer +=
        "\nExit codes: 0 done or nothing to do, 1 it found what a person has to look at (or failed), 2 "
        "wrong\n"
        "use. No server and no model is needed.\n\nExamples:\n  docent run /format\n"
        "  docent run \"/replace 'Old name' 'New name' --word\" ~/my-docs --write\n"
        "  docent run \"/stale --since 365d\" . --json | jq .problems";
    command->footer(footer);
    command->callback([&globals, o] { globals.action = [o] { return run_line(*o); }; });
}

}  // namespace docent::cli
