#pragma once
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace docent {

struct Command {
    std::vector<std::string> argv;                   // argv[0] is looked up in PATH; no shell is involved
    std::filesystem::path directory;                 // empty: the current one
    std::map<std::string, std::string> environment;  // added to a minimal one: PATH, HOME, LANG=C.UTF-8
    std::string input;                               // standard input; empty: /dev/null
    std::chrono::milliseconds limit{60'000};         // the whole process group is killed then
    std::size_t max_output = 16 << 20;               // bytes of stdout and stderr each; more: killed
    bool cut_output = false;   // more than max_output is no error: what came is kept, `cut` says so
    std::size_t max_file = 0;  // bytes that a file it writes may have (RLIMIT_FSIZE); 0: no limit
};

struct Finished {
    int exit_code = 0;  // 128 + signal when a signal ended it
    std::string out;
    std::string err;
    bool cut = false;  // it was killed when it had written max_output bytes; exit_code tells nothing then
};

/// Runs a child process to its end. Blocks: call it on a pool. Its group dies with it, and with us.
/// timed_out and too_large when a limit was hit; not_found when the program does not exist. An exit
/// code other than 0 is not an Error.
Result<Finished> blocking_run(const Command& command);

}  // namespace docent
