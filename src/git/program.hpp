#pragma once
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "git/transport.hpp"
#include "git/workspace.hpp"

// The git program as this module runs it; not included from outside git/.
namespace docent::git {

/// The remote's name for the git program: its address comes by the environment (Program::with), so that
/// credentials stand neither in the list of processes nor in a configuration file.
inline constexpr const char* remote_name = "docent-remote:";

/// A git program that runs nothing but git, and what signs commits. Hooks, filters, fsmonitor, textconv,
/// external diffs, merge drivers, credential helpers and submodules come from configuration, and the only
/// configuration in force is a workspace's own, which commands cannot write (see workspace.hpp), under
/// settings given here by the environment, which rule over every file. Attributes in the tree can then name
/// only what does not exist. Path names are literal and travel by standard input, ended by NUL, never as
/// arguments.
///
/// All runs of one Program share one time limit. A configured Program can run any number of times.
class Program {
public:
    explicit Program(std::chrono::milliseconds limit);

    Program& in(const Workspace& workspace);
    Program& in_bare(const std::filesystem::path& git_dir);
    /// Takes no lock on the way, so it may run beside a program that writes.
    Program& reading();
    Program& with(const Remote& remote);
    Program& as(const Identity& author, const Identity& committer);
    Program& index(const std::filesystem::path& file);
    Program& max_output(std::size_t bytes, bool cut = false);
    /// For a file that it writes: objects, packs and files of the tree alike.
    Program& max_file(std::size_t bytes);

    /// Any exit code. timed_out, too_large (output), not_found (no git on this machine).
    Result<Finished> run(std::vector<std::string> words, std::string input = {}) const;
    /// What it printed, or `failed` as the message and what git said as the detail.
    Result<std::string> output(std::vector<std::string> words, std::string_view failed,
                               std::string input = {}) const;
    /// The first line of output().
    Result<std::string> line(std::vector<std::string> words, std::string_view failed) const;

private:
    void set(const std::string& key, const std::string& value);
    std::string shown(std::string text) const;

    Command command_;
    std::chrono::steady_clock::time_point end_;
    std::vector<std::string> secrets_;
    int settings_ = 0;
};

/// What a run that spoke with a remote says: its output, or its failure in this module's words.
Result<std::string> fetched(Result<Finished> result, const std::string& url);

/// Removes the locks that a killed git left. Only by a call that writes: there is one at a time.
void remove_stale_locks(const std::filesystem::path& git_dir);

/// The lists of this module's formats: what stands between NULs.
std::vector<std::string> split_nul(std::string_view text);
std::string join_nul(const std::vector<std::string>& words);

}  // namespace docent::git
