// Durable appends: a turn of a thread, written with an fsync before the answer, by 1 and by 8 clients at
// once. The promise is p99 < 10 ms with 8 clients.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>

#include "base/task_group.hpp"
#include "store/projects.hpp"
#include "store/threads.hpp"

namespace docent::store {
namespace {

using Steady = std::chrono::steady_clock;

struct Run {
    std::unique_ptr<Store> store;
    std::string project_id;
    std::vector<double> milliseconds;
    bool failed = false;
};

Task<> prepare(Run& run, int clients) {
    Projects projects(*run.store);
    Threads threads(*run.store);
    Project project;
    project.slug = "bench";
    auto added = co_await projects.add(std::move(project));
    if (!added) {
        run.failed = true;
        co_return;
    }
    run.project_id = added->id;
    for (int client = 0; client < clients; ++client) {
        Thread thread;
        thread.id = fmt::format("thread-{}", client);
        thread.project_id = run.project_id;
        Turn first;
        first.id = fmt::format("first-{}", client);
        first.thread_id = thread.id;
        first.project_id = run.project_id;
        auto begun = co_await threads.begin_turn(std::move(thread), std::move(first));
        if (!begun) run.failed = true;
    }
}

Task<> append(Run& run, int client, int round, int count) {
    Threads threads(*run.store);
    for (int i = 0; i < count; ++i) {
        Turn turn;
        turn.id = fmt::format("{}-{}-{}", client, round, i);
        turn.thread_id = fmt::format("thread-{}", client);
        turn.project_id = run.project_id;
        turn.question = std::string(500, 'q');
        turn.state = "running";
        turn.created = i;
        const auto begin = Steady::now();
        auto written = co_await threads.begin_turn(std::nullopt, std::move(turn));
        run.milliseconds.push_back(std::chrono::duration<double, std::milli>(Steady::now() - begin).count());
        if (!written) run.failed = true;
    }
}

void drive(boost::asio::io_context& loop) {
    loop.restart();
    loop.run();
}

void append_turns(benchmark::State& state) {
    const int clients = static_cast<int>(state.range(0));
    constexpr int count = 200;  // of each client, an iteration
    std::string folder = (std::filesystem::temp_directory_path() / "docent-bench-XXXXXX").string();
    if (!mkdtemp(folder.data())) return state.SkipWithError("no temporary folder");
    boost::asio::io_context loop;
    {
        Pools pools;
        Run run;
        auto opened = Store::open(pools, "sqlite:" + folder + "/bench.db");
        if (!opened) return state.SkipWithError(opened.error().message.c_str());
        run.store = std::move(*opened);
        TaskGroup group(loop.get_executor());
        group.spawn("prepare", prepare(run, clients));
        drive(loop);
        int round = 0;
        for (auto _ : state) {
            for (int client = 0; client < clients; ++client) {
                group.spawn("append", append(run, client, round, count));
            }
            ++round;
            drive(loop);
        }
        if (run.failed) state.SkipWithError("a write failed");
        auto& all = run.milliseconds;
        std::sort(all.begin(), all.end());
        state.SetItemsProcessed(static_cast<std::int64_t>(all.size()));
        state.counters["p50_ms"] = all.empty() ? 0 : all[all.size() / 2];
        state.counters["p99_ms"] = all.empty() ? 0 : all[all.size() * 99 / 100];
    }
    std::filesystem::remove_all(folder);
}
BENCHMARK(append_turns)->Arg(1)->Arg(8)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace docent::store

BENCHMARK_MAIN();
