#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "sandbox/sandbox.hpp"

namespace docent::sandbox {
namespace {

/// The kernel's version of Landlock; 0 without.
int landlock_version() {
#ifdef SYS_landlock_create_ruleset
    const auto version = syscall(SYS_landlock_create_ruleset, nullptr, 0, 1U);
    return version > 0 ? static_cast<int>(version) : 0;
#else
    return 0;
#endif
}

struct Scratch {
    std::filesystem::path path;
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

}  // namespace

Task<Probe> Sandbox::probe() {
    Probe probe;
    probe.user =
        geteuid() == 0 ? fmt::format("an unprivileged user ({})", config_.user) : "the server's own user";
    std::error_code error;
    Scratch scratch;
    const auto place =
        config_.scratch.empty() ? std::filesystem::temp_directory_path(error) : config_.scratch;
    scratch.path = place / ("docent-probe-" + lower_ascii(new_ulid(system_clock().now())));
    if (!std::filesystem::create_directory(scratch.path, error)) {
        probe.why = "there is no place for a work tree";
        probe.detail = error.message();
        co_return probe;
    }
    Job job;
    job.tree = scratch.path;
    job.argv = shell("echo written > file && cat file && grep -c '^Seccomp:.*2' /proc/self/status");
    job.limits.wall = std::chrono::seconds(30);
    auto ran = co_await run(std::move(job));
    if (!ran) {
        probe.why = ran.error().message;
        probe.detail = ran.error().detail;
    } else if (ran->exit_code != 0 || ran->out != "written\n1\n") {
        probe.why = "a command in the sandbox did not do what it does outside";
        probe.detail = ran->out + ran->err;
    } else {
        probe.works = true;
        probe.landlock = landlock_version() >= 2 ? landlock_version() : 0;
    }
    co_return probe;
}

std::string Probe::describe() const {
    if (!works) return why + (detail.empty() ? "" : ": " + std::string(trim(cut_utf8(detail, 200))));
    return fmt::format(
        "namespaces, read-only system, no network, system-call filter, {}limits of time, memory, processes, "
        "files "
        "and output; commands run as {}",
        landlock > 0 ? fmt::format("Landlock (version {}), ", landlock) : "", user);
}

}  // namespace docent::sandbox
