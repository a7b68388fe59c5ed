#pragma once
#include <string>
#include <vector>

#include "sandbox/sandbox.hpp"

namespace docent::sandbox {

/// A folder of the machine as a command sees it.
struct Binding {
    File folder;       // O_PATH: what was checked is what is mounted
    std::string path;  // inside
    bool writable = false;
};

/// The tree, its .git, the readable folders. invalid_argument when one is not there or is a symbolic link
/// where none may be.
Result<std::vector<Binding>> open_bindings(const Job& job);

/// The numbers that the files of a start have in bubblewrap, and its whole command line.
struct Numbers {
    static constexpr int control = 3, report = 4, filter = 5, init = 6, passwd = 7, group = 8, hosts = 9,
                         first_folder = 10;
};
std::vector<std::string> bubblewrap_command(const Job& job, const std::vector<Binding>& bindings,
                                            const Config& config, bool as_root);

/// What a command finds in its environment, before the job's own.
std::vector<std::string> clean_environment();

}  // namespace docent::sandbox
