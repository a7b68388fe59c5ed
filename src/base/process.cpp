#include "base/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace docent {
namespace {

class Pipe {
public:
    Pipe() { open_ = pipe2(ends_, O_CLOEXEC) == 0; }
    ~Pipe() {
        close_read();
        close_write();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    bool open() const { return open_; }
    int read_end() const { return ends_[0]; }
    int write_end() const { return ends_[1]; }
    void close_read() { close_end(0); }
    void close_write() { close_end(1); }

private:
    void close_end(int i) {
        if (ends_[i] >= 0) ::close(ends_[i]);
        ends_[i] = -1;
    }
    int ends_[2] = {-1, -1};
    bool open_ = false;
};

std::vector<std::string> environment_of(const Command& command) {
    std::map<std::string, std::string> all{{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LANG", "C.UTF-8"}};
    for (const char* name : {"PATH", "HOME", "TMPDIR"}) {
        if (const char* value = std::getenv(name)) all[name] = value;
    }
    for (const auto& [name, value] : command.environment) all[name] = value;
    std::vector<std::string> lines;
    for (const auto& [name, value] : all) lines.push_back(name + "=" + value);
    return lines;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> out;
    for (auto& s : strings) out.push_back(s.data());
    out.push_back(nullptr);
    return out;
}

/// Reads what is there, without waiting; false at the end of the stream.
bool drain(int fd, std::string& into, std::size_t most) {
    char buffer[65536];
    while (into.size() <= most) {
        const auto n = ::read(fd, buffer, sizeof buffer);
        if (n > 0)
            into.append(buffer, static_cast<std::size_t>(n));
        else if (n == 0)
            return false;
        else if (errno != EINTR)
            return errno == EAGAIN;
    }
    return true;
}

int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<Finished> blocking_run(const Command& command) {
    auto argv_strings = command.argv;
    auto environment_strings = environment_of(command);
    const auto argv = pointers(argv_strings);
    const auto environment = pointers(environment_strings);
    Pipe in, out, err, exec_error;
    if (!in.open() || !out.open() || !err.open() || !exec_error.open())
        return internal("pipe: " + std::string(std::strerror(errno)));

    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child < 0) return Error(ErrorCode::unavailable, "cannot start a process", std::strerror(errno));
    if (child == 0) {
        // Only async-signal-safe calls from here to exec.
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
        signal(SIGPIPE, SIG_DFL);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        if (command.max_file > 0) {
            const rlimit most{command.max_file, command.max_file};
            setrlimit(RLIMIT_FSIZE, &most);
        }
        dup2(in.read_end(), 0);
        dup2(out.write_end(), 1);
        dup2(err.write_end(), 2);
        if (command.directory.empty() || chdir(command.directory.c_str()) == 0) {
            execvpe(argv[0], argv.data(), environment.data());
        }
        const int code = errno;
        [[maybe_unused]] const auto n = ::write(exec_error.write_end(), &code, sizeof code);
        _exit(127);
    }
    setpgid(child, child);
    in.close_read();
    out.close_write();
    err.close_write();
    exec_error.close_write();
    for (const int fd : {in.write_end(), out.read_end(), err.read_end()}) fcntl(fd, F_SETFL, O_NONBLOCK);
    const int exited = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
    if (command.input.empty()) in.close_write();

    Finished finished;
    std::size_t written = 0;
    bool out_open = true, err_open = true, too_large = false, late = false;
    const auto end = std::chrono::steady_clock::now() + command.limit;
    for (bool running = true; running;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            late = true;
            break;
        }
        pollfd fds[4] = {{out_open ? out.read_end() : -1, POLLIN, 0},
                         {err_open ? err.read_end() : -1, POLLIN, 0},
                         {in.write_end(), POLLOUT, 0},
                         {exited, POLLIN, 0}};
        if (::poll(fds, 4, static_cast<int>(std::min<long long>(left.count(), 1000))) < 0 && errno != EINTR)
            break;
        // The child's own end ends the wait: what it left in the background may hold the pipes open.
        running = !fds[3].revents;
        if (fds[0].revents || !running)
            out_open = out_open && drain(out.read_end(), finished.out, command.max_output);
        if (fds[1].revents || !running)
            err_open = err_open && drain(err.read_end(), finished.err, command.max_output);
        if (fds[2].revents) {
            const auto n =
                ::write(in.write_end(), command.input.data() + written, command.input.size() - written);
            if (n > 0) written += static_cast<std::size_t>(n);
            if ((n < 0 && errno != EAGAIN && errno != EINTR) || written == command.input.size())
                in.close_write();
        }
        if (finished.out.size() > command.max_output || finished.err.size() > command.max_output) {
            too_large = true;
            break;
        }
    }
    ::close(exited);
    kill(-child, SIGKILL);  // background children end with their command
    finished.exit_code = wait_for(child);
    int exec_errno = 0;
    if (::read(exec_error.read_end(), &exec_errno, sizeof exec_errno) == sizeof exec_errno) {
        return Error(ErrorCode::not_found, "cannot run " + command.argv[0], std::strerror(exec_errno));
    }
    if (late) return Error(ErrorCode::timed_out, command.argv[0] + " took too long");
    if (too_large && !command.cut_output)
        return Error(ErrorCode::too_large, command.argv[0] + " wrote too much");
    if (too_large) {
        finished.cut = true;
        finished.out.resize(std::min(finished.out.size(), command.max_output));
        finished.err.resize(std::min(finished.err.size(), command.max_output));
    }
    return finished;
}

}  // namespace docent
