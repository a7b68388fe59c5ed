#pragma once
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/child.hpp"
#include "base/slots.hpp"
#include "base/task.hpp"

namespace docent::sandbox {

/// What one command may use. Memory, CPU and disk are those of all its processes together, looked at every
/// 50 ms; the kernel enforces the others.
struct Limits {
    std::chrono::milliseconds wall{120'000};
    std::chrono::milliseconds cpu{120'000};
    std::uint64_t memory = 2ULL << 30;         // bytes
    unsigned processes = 256;                  // and threads
    std::uint64_t file_bytes = 1ULL << 30;     // of one file
    std::uint64_t disk_bytes = 4ULL << 30;     // written to disk
    std::uint64_t tmp_bytes = 512ULL << 20;    // of the private /tmp, and as much of /dev/shm: in memory
    unsigned open_files = 1024;                // of one process
    std::uint64_t output_bytes = 64ULL << 20;  // of stdout and stderr together; more ends the command
    std::size_t kept_bytes = 64 << 10;         // of stdout, and as many of stderr
};

struct Job {
    std::vector<std::string> argv;  // argv[0] is looked up in the sandbox's PATH
    std::filesystem::path tree;     // absolute; the one place it can change: /workspace inside
    std::string directory;          // where it starts, below the tree; "": at its top
    std::map<std::string, std::string> environment;  // added to a clean one
    std::string input;                               // standard input
    bool git_read_only = true;                       // the tree's .git folder cannot be changed
    std::filesystem::path git_dir;  // a git directory, absolute, seen as the tree's .git, read-only; "": none
    std::vector<std::filesystem::path> readable;  // further folders, absolute, seen under the same path
    std::shared_ptr<File> channel;  // its standard input and output, instead of `input` and what is captured
    Limits limits;
};

/// `sh -c line`.
std::vector<std::string> shell(std::string line);

/// A piece of what a command writes while it runs. Bytes as they came: a piece may end inside a character.
struct Output {
    enum class From { out, err };
    Output() = default;
    Output(From f, std::string b) : from(f), bytes(std::move(b)) {}
    From from = From::out;
    std::string bytes;
};

/// What stopped a command.
enum class Ended { exited, signalled, time_limit, cpu_limit, memory_limit, disk_limit, output_limit };

struct Outcome {
    Ended ended = Ended::exited;
    int exit_code = 0;     // with exited
    int signal = 0;        // with signalled
    std::string out, err;  // valid UTF-8: head and tail, and a line that says how many bytes are left out
    bool out_truncated = false, err_truncated = false;
    std::uint64_t out_bytes = 0, err_bytes = 0;  // what it wrote
    std::chrono::milliseconds wall{0}, cpu{0};
    std::uint64_t peak_memory = 0;  // bytes; seen, so short peaks may be missed
};

/// For people: "exit code 2", "stopped after 120 s".
std::string describe(const Outcome& outcome, const Limits& limits);

struct Config {
    std::size_t parallel = 8;                   // commands at a time; the others wait in line
    std::chrono::milliseconds wait{60'000};     // in that line
    std::vector<std::filesystem::path> hidden;  // nothing inside sees these: the data directory
    std::filesystem::path scratch;              // where probe() makes its tree; "": the system's
    unsigned user = 64321;  // whom root runs commands as: a number that no account should have
};

/// The measures in force here. `works` is false when commands are refused; `why` is then one sentence.
struct Probe {
    bool works = false;
    std::string why, detail;
    std::string user;              // "an unprivileged user (64321)", "the server's own user"
    int landlock = 0;              // the version of its interface; 0: not there
    std::string describe() const;  // one line
};

/// Runs commands of agents with bubblewrap: own pid, network, ipc, uts and mount namespaces, no network, the
/// system read-only, nothing of /root, /home, /var or the data directory, one tree to write to, a clean
/// environment, a system-call filter, limits. A command ends with everything that it started: when it ends,
/// is cancelled or hits a limit, and when the server dies, kill -9 included.
///
/// As root, commands run as an unprivileged user of their own, and the tree is mounted for them with its
/// owner mapped (an id-mapped mount): on the disk all files are root's, so nothing has to be handed over and
/// back. The tree must then be root's and on a file system that can do that (ext4, xfs, btrfs, tmpfs).
///
/// On the event loop. All runs have ended before the destructor.
class Sandbox {
public:
    explicit Sandbox(Config config = {});
    ~Sandbox();

    /// Runs a small command to see.
    Task<Probe> probe();

    /// The command's end, however it ended. `out` gets what it writes meanwhile, up to half of kept_bytes a
    /// stream; a slow `out` slows the command down. Errors: invalid_argument (a bad directory or tree),
    /// not_found (no such program inside), rate_limited (the line is too long), unavailable (the sandbox does
    /// not start; nothing was run), cancelled, and what out.put() gave.
    Task<Result<Outcome>> run(Job job, Sink<Output>* out = nullptr);

    std::size_t running() const { return slots_.taken(); }

private:
    struct Wires;
    Result<Child> blocking_start(const Job& job, const Wires& wires) const;
    Task<Result<Outcome>> run_in_line(Job job, Sink<Output>* out);
    Task<Result<Outcome>> follow(const Job& job, Child child, Wires wires, Sink<Output>* out);

    // Constant after construction.
    Config config_;
    std::string filter_;
    File owner_map_;  // as root: the user namespace that maps its files
    Status ready_;    // why nothing can start
    // On the loop.
    Slots slots_;
    boost::asio::thread_pool starters_{1};  // its thread lives as long as this: children die with it
};

}  // namespace docent::sandbox
