// The first process inside a sandbox, and its watchman: pid 1 of the pid namespace, so that no signal from
// inside reaches it and all others end with it. Starts the command under its own limits, watches what the
// limits of one process cannot bound, and reports in one line how the command ended. It travels inside the
// server's program and is linked with the C library alone.
//
//   init CONTROL REPORT MEMORY CPU_MS PROCESSES FILE_BYTES OPEN_FILES DISK_BYTES COUNT NAME=VALUE... --
//   PROGRAM ARGUMENT...
//
// CONTROL is read: its end (the server's word, or its death) ends the sandbox. REPORT is written:
// "WORD NUMBER CPU_MS PEAK_BYTES", where WORD is exit, signal, failed (an errno), memory, cpu or disk.
#include <dirent.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/landlock.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace {

struct Limits {
    unsigned long long memory, cpu_ms, processes, file_bytes, open_files, disk_bytes;
};

struct Use {
    unsigned long long memory = 0, cpu_ms = 0, disk_bytes = 0;
};

constexpr int tick_ms = 50;

bool read_file(const char* path, char* into, std::size_t size) {
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    const auto n = read(file, into, size - 1);
    close(file);
    into[n > 0 ? n : 0] = '\0';
    return n > 0;
}

unsigned long long value_after(const char* text, const char* name) {
    const char* at = std::strstr(text, name);
    return at ? std::strtoull(at + std::strlen(name), nullptr, 10) : 0;
}

unsigned long long resident(const char* pid) {
    char path[300], text[256];
    std::snprintf(path, sizeof path, "/proc/%s/statm", pid);
    if (!read_file(path, text, sizeof text)) return 0;
    unsigned long long size = 0, pages = 0;
    std::sscanf(text, "%llu %llu", &size, &pages);
    return pages * static_cast<unsigned long long>(sysconf(_SC_PAGESIZE));
}

/// Its share of what it has mapped; the kernel walks all its pages for that.
unsigned long long proportional(const char* pid) {
    char path[300], text[2048];
    std::snprintf(path, sizeof path, "/proc/%s/smaps_rollup", pid);
    return read_file(path, text, sizeof text) ? value_after(text, "\nPss:") << 10 : resident(pid);
}

unsigned long long cpu_of(const char* pid) {
    char path[300], text[1024];
    std::snprintf(path, sizeof path, "/proc/%s/stat", pid);
    if (!read_file(path, text, sizeof text)) return 0;
    const char* rest = std::strrchr(text, ')');  // the name may hold anything
    unsigned long long user = 0, system = 0, users = 0, systems = 0;
    if (rest)
        std::sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu", &user, &system,
                    &users, &systems);
    return (user + system + users + systems) * 1000 / static_cast<unsigned long long>(sysconf(_SC_CLK_TCK));
}

unsigned long long written_by(const char* io) {
    const auto written = value_after(io, "\nwrite_bytes: "),
               taken_back = value_after(io, "cancelled_write_bytes: ");
    return written > taken_back ? written - taken_back : 0;
}

/// Of all processes: those that have ended count for the one that waited for them.
Use measure(int own_io, bool exact) {
    Use use;
    rusage ended{};
    getrusage(RUSAGE_CHILDREN, &ended);
    const auto ms = [](const timeval& t) {
        return static_cast<unsigned long long>(t.tv_sec) * 1000 +
               static_cast<unsigned long long>(t.tv_usec) / 1000;
    };
    use.cpu_ms = ms(ended.ru_utime) + ms(ended.ru_stime);
    char text[1024];
    if (const auto n = pread(own_io, text, sizeof text - 1, 0); n > 0) {
        text[n] = '\0';
        use.disk_bytes = written_by(text);
    }
    DIR* all = opendir("/proc");
    if (!all) return use;
    while (const dirent* entry = readdir(all)) {
        const char* pid = entry->d_name;
        if (pid[0] < '1' || pid[0] > '9' || std::strcmp(pid, "1") == 0) continue;
        use.memory += exact ? proportional(pid) : resident(pid);
        use.cpu_ms += cpu_of(pid);
        char path[300];
        std::snprintf(path, sizeof path, "/proc/%s/io", pid);
        if (read_file(path, text, sizeof text)) use.disk_bytes += written_by(text);
    }
    closedir(all);
    return use;
}

void limit(__rlimit_resource what, unsigned long long most) {
    const rlimit both{most, most};
    setrlimit(what, &both);
}

/// A second fence, should the mounts have a hole: files can be changed in these folders only.
void restrict_writing() {
    const auto abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 2) return;  // the first cannot allow a rename between folders
    constexpr unsigned long long reading =
        LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    constexpr unsigned long long refer = 1ULL << 13, truncate = 1ULL << 14;
    unsigned long long all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    all |= refer;
    if (abi >= 3) all |= truncate;
    landlock_ruleset_attr rules{};
    rules.handled_access_fs = all;
    const int set = static_cast<int>(syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0));
    if (set < 0) return;
    const auto allow = [set](const char* folder, unsigned long long what) {
        landlock_path_beneath_attr below{};
        below.allowed_access = what;
        below.parent_fd = open(folder, O_PATH | O_CLOEXEC);
        if (below.parent_fd < 0) return;
        syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &below, 0);
        close(below.parent_fd);
    };
    allow("/", reading);
    for (const char* folder : {"/workspace", "/tmp", "/dev", "/proc"}) allow(folder, all);
    syscall(SYS_landlock_restrict_self, set, 0);
    close(set);
}

[[noreturn]] void become(char** argv, char** environment, int count, const Limits& limits,
                         int report_failure) {
    for (int i = 0; i < count; ++i) putenv(environment[i]);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, limits.cpu_ms / 1000 + 1);
    limit(RLIMIT_FSIZE, limits.file_bytes);
    limit(RLIMIT_NOFILE, limits.open_files);
    limit(RLIMIT_NPROC, limits.processes);
    restrict_writing();
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execvp(argv[0], argv);
    const int code = errno;
    [[maybe_unused]] const auto n = write(report_failure, &code, sizeof code);
    _exit(127);
}

[[noreturn]] void report(int to, const char* word, int number, const Use& use, unsigned long long peak) {
    char line[128];
    const int size = std::snprintf(line, sizeof line, "%s %d %llu %llu\n", word, number, use.cpu_ms, peak);
    [[maybe_unused]] const auto n = write(to, line, static_cast<std::size_t>(size));
    _exit(0);  // and with this process all others
}

}  // namespace

int main(int argc, char** argv) {
    const int count = argc > 9 ? std::atoi(argv[9]) : -1;
    if (count < 0 || argc < 12 + count) return 2;
    const int control = std::atoi(argv[1]), report_to = std::atoi(argv[2]);
    const auto number = [&](int i) { return std::strtoull(argv[i], nullptr, 10); };
    const Limits limits{number(3), number(4), number(5), number(6), number(7), number(8)};
    fcntl(control, F_SETFD, FD_CLOEXEC);
    fcntl(report_to, F_SETFD, FD_CLOEXEC);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (const int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC); score >= 0) {
        [[maybe_unused]] const auto n = write(score, "1000", 4);  // the machine's memory ends here first
        close(score);
    }
    const int own_io = open("/proc/self/io", O_RDONLY | O_CLOEXEC);
    prctl(PR_SET_DUMPABLE, 0);  // what it has open is no business of the command's

    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, nullptr);
    const int signals = signalfd(-1, &ended, SFD_CLOEXEC | SFD_NONBLOCK);
    int failure[2] = {-1, -1};
    if (pipe2(failure, O_CLOEXEC) != 0 || signals < 0) report(report_to, "failed", errno, {}, 0);
    // The server may have gone while this was set up.
    if (pollfd server{control, POLLIN, 0}; poll(&server, 1, 0) > 0) _exit(0);
    const pid_t command = fork();
    if (command < 0) report(report_to, "failed", errno, {}, 0);
    if (command == 0) become(argv + 11 + count, argv + 10, count, limits, failure[1]);
    close(failure[1]);
    // The command's own, and nothing of it is wanted here.
    for (const int file : {0, 1, 2}) close(file);

    unsigned long long peak = 0;
    for (;;) {
        pollfd files[2] = {{signals, POLLIN, 0}, {control, POLLIN, 0}};
        poll(files, 2, tick_ms);
        if (files[1].revents) _exit(0);
        signalfd_siginfo info;
        while (read(signals, &info, sizeof info) > 0) {
        }
        int status = 0;
        bool over = false;
        siginfo_t first{};
        while (waitid(P_ALL, 0, &first, WEXITED | WNOHANG | WNOWAIT) == 0 && first.si_pid != 0) {
            if (first.si_pid == command) over = true;
            waitpid(first.si_pid, first.si_pid == command ? &status : nullptr, 0);
            first.si_pid = 0;
        }
        Use use = measure(own_io, false);
        if (use.memory > limits.memory) use.memory = measure(own_io, true).memory;
        if (use.memory > peak) peak = use.memory;
        if (over) {
            rusage all{};
            getrusage(RUSAGE_CHILDREN, &all);
            if (const auto most = static_cast<unsigned long long>(all.ru_maxrss) << 10; most > peak)
                peak = most;
            int code = 0;
            if (read(failure[0], &code, sizeof code) == sizeof code)
                report(report_to, "failed", code, use, peak);
            if (WIFEXITED(status)) report(report_to, "exit", WEXITSTATUS(status), use, peak);
            const bool cpu = WTERMSIG(status) == SIGXCPU;
            report(report_to, cpu ? "cpu" : "signal", WTERMSIG(status), use, peak);
        }
        if (use.memory > limits.memory) report(report_to, "memory", 0, use, peak);
        if (use.cpu_ms > limits.cpu_ms) report(report_to, "cpu", 0, use, peak);
        if (use.disk_bytes > limits.disk_bytes) report(report_to, "disk", 0, use, peak);
    }
}
