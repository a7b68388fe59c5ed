#include "sandbox/sandbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/all.hpp"
#include "base/deadline.hpp"
#include "base/embedded.hpp"
#include "base/pools.hpp"
#include "base/text.hpp"
#include "sandbox/bubblewrap.hpp"
#include "sandbox/captured.hpp"
#include "sandbox/owner_map.hpp"
#include "sandbox/seccomp.hpp"

namespace docent {
const std::vector<Embedded>& embedded_sandbox_init();
}

namespace docent::sandbox {
namespace asio = boost::asio;
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto last_wait = 5s;  // for the end of what was told to end

bool has_nul(std::string_view text) { return text.find('\0') != text.npos; }

Status check(const Job& job) {
    if (job.argv.empty() || job.argv.front().empty()) return invalid("command: must not be empty");
    for (const auto& word : job.argv)
        if (has_nul(word)) return invalid("command: must not contain NUL");
    for (const auto& [name, value] : job.environment) {
        if (name.empty() || name.find('=') != name.npos || has_nul(name) || has_nul(value))
            return invalid("environment: is malformed");
    }
    const std::filesystem::path directory = job.directory;
    if (directory.is_absolute() || has_nul(job.directory))
        return invalid("directory: must be a path in the tree");
    for (const auto& part : directory)
        if (part == "..") return invalid("directory: must be a path in the tree");
    if (job.channel && !*job.channel) return invalid("channel: is not open");
    if (job.readable.size() + 2 > Descent::most) return invalid("readable: too many folders");
    return {};
}

Error broken(std::string detail) {
    return Error(ErrorCode::unavailable, "the sandbox does not start here; see docent doctor",
                 std::move(detail));
}

Error was_cancelled() { return Error(ErrorCode::cancelled, "the command was cancelled"); }

}  // namespace

/// The ends of one run's pipes. `out`, `err`, `control` and `report` are ours, the rest the command's.
struct Sandbox::Wires {
    Pipe out, err, control, report;
    File input;
    bool open() const { return out.read && err.read && control.read && report.read && input; }
};

namespace {

/// What a run is followed by, on the loop.
struct Following {
    Following(const asio::any_io_executor& loop, const Job& j, Sink<Output>* s)
        : job(j),
          sink(s),
          out(loop),
          err(loop),
          exited(loop),
          out_kept(j.limits.kept_bytes),
          err_kept(j.limits.kept_bytes) {}
    const Job& job;
    Sink<Output>* sink;
    asio::posix::stream_descriptor out, err, exited;
    Captured out_kept, err_kept;
    File control;  // closed: the sandbox ends
    bool too_much_output = false;
    Status sink_failed;

    void stop() { control.close(); }
};

/// Until the end of the stream, which is the end of all that can write to it.
Task<> read_stream(Following& run, Output::From from) {
    auto& stream = from == Output::From::out ? run.out : run.err;
    auto& kept = from == Output::From::out ? run.out_kept : run.err_kept;
    std::string buffer(16 << 10, '\0');
    for (;;) {
        auto [failed, n] =
            co_await stream.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
        if (failed) co_return;
        const auto head = kept.add(std::string_view(buffer).substr(0, n));
        if (run.out_kept.bytes() + run.err_kept.bytes() > run.job.limits.output_bytes) {
            run.too_much_output = true;
            run.stop();
        }
        if (head.empty() || !run.sink || !run.sink_failed) continue;
        Output piece(from, std::string(head));
        Status taken = co_await run.sink->put(std::move(piece));
        if (!taken) {
            run.sink_failed = std::move(taken);
            run.stop();
        }
    }
}

Task<> read_all(Following& run) {
    std::vector<Task<>> both;
    both.push_back(read_stream(run, Output::From::out));
    both.push_back(read_stream(run, Output::From::err));
    Task<> all_of_them = all(std::move(both));
    co_await std::move(all_of_them);
}

Task<> wait_exit(Following& run) {
    auto [failed] = co_await run.exited.async_wait(asio::posix::stream_descriptor::wait_read,
                                                   asio::as_tuple(asio::use_awaitable));
    (void)failed;
}

Task<> follow_to_end(Following& run) {
    Task<> reading = read_all(run);
    co_await std::move(reading);
    Task<> ending = wait_exit(run);
    co_await std::move(ending);
}

struct Report {
    std::string word;
    int number = 0;
    unsigned long long cpu_ms = 0, peak = 0;
};

Report read_report(const File& from) {
    char line[160] = "", word[16] = "";
    Report report;
    fcntl(from.get(), F_SETFL, O_NONBLOCK);
    const auto n = ::read(from.get(), line, sizeof line - 1);
    if (n > 0 &&
        std::sscanf(line, "%15s %d %llu %llu", word, &report.number, &report.cpu_ms, &report.peak) == 4)
        report.word = word;
    return report;
}

Result<Ended> ended(const Report& report, const Job& job, const std::string& err, int exit_code) {
    if (report.word == "exit") return Ended::exited;
    if (report.word == "signal") return Ended::signalled;
    if (report.word == "memory") return Ended::memory_limit;
    if (report.word == "cpu") return Ended::cpu_limit;
    if (report.word == "disk") return Ended::disk_limit;
    if (report.word == "failed" && report.number == ENOENT)
        return not_found("there is no program " + std::string(cut_utf8(job.argv.front(), 100)) +
                         " in the sandbox");
    if (report.word == "failed")
        return Error(ErrorCode::invalid_argument, "the command cannot be started",
                     std::strerror(report.number));
    // Bubblewrap ends by itself only before its first process: the kernel's memory killer is all that is
    // left.
    if (exit_code == 128 + SIGKILL) return Ended::memory_limit;
    if (err.find("Can't chdir") != err.npos) return invalid("directory: is not in the tree");
    return broken(err);
}

}  // namespace

Sandbox::Sandbox(Config config) : config_(std::move(config)), slots_(config_.parallel) {
    auto filter = seccomp_filter();
    if (!filter) {
        ready_ = std::move(filter).error();
        return;
    }
    filter_ = *std::move(filter);
    if (geteuid() != 0) return;
    auto map = make_owner_map(config_.user);
    if (!map)
        ready_ = std::move(map).error();
    else
        owner_map_ = *std::move(map);
}

Sandbox::~Sandbox() { starters_.join(); }

Result<Child> Sandbox::blocking_start(const Job& job, const Wires& wires) const {
    TRY(auto bindings, open_bindings(job));
    const File filter = memory_file(filter_), init = memory_file(embedded_sandbox_init().front().bytes),
               passwd = memory_file("root:x:0:0:root:/:/bin/sh\ndocent:x:1000:1000:docent:/tmp:/bin/sh\n"),
               group = memory_file("root:x:0:\ndocent:x:1000:\n"),
               hosts = memory_file("127.0.0.1 localhost docent\n::1 localhost\n");
    if (!filter || !init || !passwd || !group || !hosts)
        return Error(ErrorCode::unavailable, "the server has no files left", std::strerror(errno));

    ChildStart start;
    start.argv = bubblewrap_command(job, bindings, config_, bool(owner_map_));
    start.environment = clean_environment();
    start.directory = "/";
    // bubblewrap's first process waits for its second one: killed at that moment, it would leave it for ever.
    // Our end closes the control pipe, and with it the init ends, and all that it has started.
    start.killed_with_us = false;
    start.files = {{job.channel ? job.channel->get() : wires.input.get(), 0},
                   {job.channel ? job.channel->get() : wires.out.write.get(), 1},
                   {wires.err.write.get(), 2},
                   {wires.control.read.get(), Numbers::control},
                   {wires.report.write.get(), Numbers::report},
                   {filter.get(), Numbers::filter},
                   {init.get(), Numbers::init},
                   {passwd.get(), Numbers::passwd},
                   {group.get(), Numbers::group},
                   {hosts.get(), Numbers::hosts}};
    Descent descent;
    if (owner_map_) {
        descent.user = config_.user;
        descent.owner_map = owner_map_.get();
        for (const auto& binding : bindings) descent.folders[descent.count++] = binding.folder.get();
        start.prepare = &descend;
        start.context = &descent;
    } else {
        for (std::size_t i = 0; i < bindings.size(); ++i)
            start.files.emplace_back(bindings[i].folder.get(), Numbers::first_folder + static_cast<int>(i));
    }
    auto child = Child::start(start);
    if (!child) return broken(child.error().message + ": " + child.error().detail);
    return child;
}

Task<Result<Outcome>> Sandbox::run(Job job, Sink<Output>* out) {
    // A run that is cancelled still has to wait for its end.
    co_await asio::this_coro::throw_if_cancelled(false);
    Task<Result<Outcome>> running = run_in_line(std::move(job), out);
    auto outcome = co_await std::move(running);
    co_await asio::this_coro::throw_if_cancelled(true);
    co_return outcome;
}

Task<Result<Outcome>> Sandbox::run_in_line(Job job, Sink<Output>* out) {
    CO_TRY_VOID(check(job));
    if (!ready_) co_return broken(ready_.error().message + ": " + ready_.error().detail);
    const auto place = co_await slots_.wait(config_.wait);
    auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return was_cancelled();
    if (!place) co_return Error(ErrorCode::rate_limited, "too many commands are running; try again later");

    Wires wires{Pipe::open(), Pipe::open(), Pipe::open(), Pipe::open(), memory_file(job.input)};
    if (!wires.open())
        co_return Error(ErrorCode::unavailable, "the server has no files left", std::strerror(errno));
    auto child = co_await on(starters_, [&] { return blocking_start(job, wires); });
    if (job.channel) job.channel->close();
    if (!child) co_return std::move(child).error();
    state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return was_cancelled();  // and `child` ends
    wires.out.write.close();
    wires.err.write.close();
    wires.control.read.close();
    wires.report.write.close();
    Task<Result<Outcome>> following = follow(job, *std::move(child), std::move(wires), out);
    co_return co_await std::move(following);
}

Task<Result<Outcome>> Sandbox::follow(const Job& job, Child child, Wires wires, Sink<Output>* out) {
    const auto loop = co_await asio::this_coro::executor;
    const auto began = Clock::now();
    Following run(loop, job, out);
    run.control = std::move(wires.control.write);
    run.out.assign(wires.out.read.release());
    run.err.assign(wires.err.read.release());
    run.exited.assign(dup(child.exited()));

    Task<> to_end = follow_to_end(run);
    bool in_time = false;
    try {
        in_time = co_await finishes_within(job.limits.wall, std::move(to_end));
    } catch (const boost::system::system_error& e) {
        if (e.code() != asio::error::operation_aborted) throw;
    }
    const auto state = co_await asio::this_coro::cancellation_state;
    const bool cancelled = state.cancelled() != asio::cancellation_type::none;
    run.stop();
    if (!in_time) {
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        Task<> rest = follow_to_end(run);
        const bool over = co_await finishes_within(last_wait, std::move(rest));
        (void)over;  // if not: the end of `child` does it
        co_await asio::this_coro::reset_cancellation_state();
    }
    const int exit_code = child.end();
    const auto report = read_report(wires.report.read);
    if (cancelled) co_return was_cancelled();
    if (!run.sink_failed) co_return run.sink_failed.error();

    Outcome outcome;
    outcome.out = run.out_kept.text();
    outcome.err = run.err_kept.text();
    outcome.out_truncated = run.out_kept.truncated();
    outcome.err_truncated = run.err_kept.truncated();
    outcome.out_bytes = run.out_kept.bytes();
    outcome.err_bytes = run.err_kept.bytes();
    outcome.wall = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    outcome.cpu = std::chrono::milliseconds(report.cpu_ms);
    outcome.peak_memory = report.peak;
    if (run.too_much_output) {
        outcome.ended = Ended::output_limit;
    } else if (!in_time) {
        outcome.ended = Ended::time_limit;
    } else {
        CO_TRY(outcome.ended, ended(report, job, outcome.err, exit_code));
        if (outcome.ended == Ended::exited) outcome.exit_code = report.number;
        if (outcome.ended == Ended::signalled) outcome.signal = report.number;
    }
    co_return outcome;
}

std::string describe(const Outcome& outcome, const Limits& limits) {
    switch (outcome.ended) {
        case Ended::exited:
            return fmt::format("exit code {}", outcome.exit_code);
        case Ended::signalled:
            return fmt::format("ended by signal {}", outcome.signal);
        case Ended::time_limit:
            return fmt::format("stopped after {} s", limits.wall.count() / 1000.0);
        case Ended::cpu_limit:
            return fmt::format("stopped after {} s of CPU time", limits.cpu.count() / 1000.0);
        case Ended::memory_limit:
            return fmt::format("stopped: it used more than {} MiB of memory", limits.memory >> 20);
        case Ended::disk_limit:
            return fmt::format("stopped: it wrote more than {} MiB to the disk", limits.disk_bytes >> 20);
        case Ended::output_limit:
            return fmt::format("stopped: it printed more than {} MiB", limits.output_bytes >> 20);
    }
    return "";
}

}  // namespace docent::sandbox
