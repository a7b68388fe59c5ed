#include "base/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/child.hpp"

namespace docent {
namespace {

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

}  // namespace

Result<Finished> blocking_run(const Command& command) {
    Pipe in = Pipe::open(), out = Pipe::open(), err = Pipe::open();
    if (!in.read || !out.read || !err.read) return internal("pipe: " + std::string(std::strerror(errno)));
    ChildStart start;
    start.argv = command.argv;
    start.environment = environment_of(command);
    start.directory = command.directory.string();
    start.max_file = command.max_file;
    start.files = {{in.read.get(), 0}, {out.write.get(), 1}, {err.write.get(), 2}};
    TRY(auto child, Child::start(start));
    in.read.close();
    out.write.close();
    err.write.close();
    for (const int fd : {in.write.get(), out.read.get(), err.read.get()}) fcntl(fd, F_SETFL, O_NONBLOCK);
    if (command.input.empty()) in.write.close();

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
        pollfd fds[4] = {{out_open ? out.read.get() : -1, POLLIN, 0},
                         {err_open ? err.read.get() : -1, POLLIN, 0},
                         {in.write.get(), POLLOUT, 0},
                         {child.exited(), POLLIN, 0}};
        if (::poll(fds, 4, static_cast<int>(std::min<long long>(left.count(), 1000))) < 0 && errno != EINTR)
            break;
        // The child's own end ends the wait: what it left in the background may hold the pipes open.
        running = !fds[3].revents;
        if (fds[0].revents || !running)
            out_open = out_open && drain(out.read.get(), finished.out, command.max_output);
        if (fds[1].revents || !running)
            err_open = err_open && drain(err.read.get(), finished.err, command.max_output);
        if (fds[2].revents) {
            const auto n =
                ::write(in.write.get(), command.input.data() + written, command.input.size() - written);
            if (n > 0) written += static_cast<std::size_t>(n);
            if ((n < 0 && errno != EAGAIN && errno != EINTR) || written == command.input.size())
                in.write.close();
        }
        if (finished.out.size() > command.max_output || finished.err.size() > command.max_output) {
            too_large = true;
            break;
        }
    }
    finished.exit_code = child.end();  // background children end with their command
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
