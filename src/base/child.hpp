#pragma once
#include <sys/types.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace docent {

/// A file descriptor with an owner.
class File {
public:
    File() = default;
    explicit File(int descriptor) : descriptor_(descriptor) {}
    ~File() { close(); }
    File(File&& other) noexcept : descriptor_(other.release()) {}
    File& operator=(File&& other) noexcept {
        if (this != &other) {
            close();
            descriptor_ = other.release();
        }
        return *this;
    }
    int get() const { return descriptor_; }
    explicit operator bool() const { return descriptor_ >= 0; }
    int release() { return std::exchange(descriptor_, -1); }
    void close();

private:
    int descriptor_ = -1;
};

/// Both ends are closed on exec. Not open when the process has no descriptors left.
struct Pipe {
    File read, write;
    static Pipe open();
};

/// A file in memory with these bytes, to be read from its begin. Not open when that failed.
File memory_file(std::string_view bytes);

/// What a child is started from. The strings are exactly what it gets.
struct ChildStart {
    std::vector<std::string> argv;           // argv[0] is looked up in PATH
    std::vector<std::string> environment;    // NAME=value
    std::string directory;                   // "": the current one
    std::vector<std::pair<int, int>> files;  // {ours, its number there}; the others are closed
    bool killed_with_us = true;  // false: it sees our end by itself, by a pipe that is closed then
    std::size_t max_file = 0;    // bytes that a file it writes may have (RLIMIT_FSIZE); 0: no limit

    /// Runs in the child before exec, where only async-signal-safe calls are allowed. Gives 0 or an errno.
    int (*prepare)(const void* context) = nullptr;
    const void* context = nullptr;
};

/// A child process in a process group of its own. The group dies with this object, and with the thread that
/// started it: that is a promise of Linux to threads, so start it on one that lasts.
class Child {
public:
    /// Blocks for the child's exec: a millisecond or two. not_found when the program does not exist.
    static Result<Child> start(const ChildStart& start);
    ~Child() { end(); }
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;

    pid_t pid() const { return pid_; }
    int exited() const { return exited_.get(); }  // becomes readable when the process has ended

    /// Kills the group, waits for the process and gives its exit code: 128 + signal when one ended it.
    int end();

private:
    Child(pid_t pid, File exited) : pid_(pid), exited_(std::move(exited)) {}
    pid_t pid_;
    File exited_;
    int exit_code_ = 0;
};

}  // namespace docent
