#include "base/child.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace docent {
namespace {

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> out;
    for (auto& s : strings) out.push_back(s.data());
    out.push_back(nullptr);
    return out;
}

struct Move {
    int from, to;
};

/// In the child. The numbers are first put out of each other's way.
bool place(std::vector<Move>& moves, int above) {
    for (auto& move : moves) {
        move.from = fcntl(move.from, F_DUPFD_CLOEXEC, above);
        if (move.from < 0) return false;
    }
    for (const auto& move : moves)
        if (dup2(move.from, move.to) < 0) return false;
    return true;
}

}  // namespace

void File::close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

Pipe Pipe::open() {
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0) return {};
    return {File(ends[0]), File(ends[1])};
}

File memory_file(std::string_view bytes) {
    File file(memfd_create("docent", MFD_CLOEXEC));
    while (file && !bytes.empty()) {
        const auto n = ::write(file.get(), bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return {};
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    if (file) lseek(file.get(), 0, SEEK_SET);
    return file;
}

Result<Child> Child::start(const ChildStart& start) {
    auto argv_strings = start.argv;
    auto environment_strings = start.environment;
    const auto argv = pointers(argv_strings);
    const auto environment = pointers(environment_strings);
    std::vector<Move> moves;
    int above = 3;
    for (const auto& [ours, there] : start.files) {
        moves.push_back({ours, there});
        above = std::max(above, there + 1);
    }
    Pipe failed = Pipe::open();
    if (!failed.read)
        return Error(ErrorCode::unavailable, "cannot start a process: no file is left", std::strerror(errno));

    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child < 0) return Error(ErrorCode::unavailable, "cannot start a process", std::strerror(errno));
    if (child == 0) {
        // Only async-signal-safe calls from here to exec, and place(), which only moves descriptors.
        setpgid(0, 0);
        signal(SIGPIPE, SIG_DFL);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        if (start.max_file > 0) {
            const rlimit most{start.max_file, start.max_file};
            setrlimit(RLIMIT_FSIZE, &most);
        }
        int code = start.prepare ? start.prepare(start.context) : 0;
        // After a change of user, which undoes it.
        if (start.killed_with_us) prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
        const int report = fcntl(failed.write.get(), F_DUPFD_CLOEXEC, above);
        // Not every library opens its sockets close-on-exec.
        close_range(static_cast<unsigned>(above), ~0U, CLOSE_RANGE_CLOEXEC);
        if (code == 0 && report >= 0 && place(moves, above) &&
            (start.directory.empty() || chdir(start.directory.c_str()) == 0)) {
            execvpe(argv[0], argv.data(), environment.data());
        }
        if (code == 0) code = errno;
        [[maybe_unused]] const auto n = ::write(report, &code, sizeof code);
        _exit(127);
    }
    setpgid(child, child);
    failed.write.close();
    Child started(child, File(static_cast<int>(syscall(SYS_pidfd_open, child, 0))));
    int code = 0;
    ssize_t n = 0;
    do n = ::read(failed.read.get(), &code, sizeof code);
    while (n < 0 && errno == EINTR);
    if (n == sizeof code)
        return Error(ErrorCode::not_found, "cannot run " + start.argv[0], std::strerror(code));
    if (!started.exited_) return Error(ErrorCode::unavailable, "cannot start a process", "pidfd_open failed");
    return started;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), exited_(std::move(other.exited_)), exit_code_(other.exit_code_) {}

int Child::end() {
    if (pid_ <= 0) return exit_code_;
    kill(-pid_, SIGKILL);
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return exit_code_;
}

}  // namespace docent
