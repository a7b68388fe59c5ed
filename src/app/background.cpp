#include "app/background.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <set>

#include "api/project_settings.hpp"
#include "base/log.hpp"

namespace docent::app {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

// A file that was just written may not be in the store yet.
constexpr auto young = 10min;

Task<> pause(asio::any_io_executor loop, std::chrono::milliseconds time) {
    asio::steady_timer timer(loop, time);
    co_await timer.async_wait(asio::use_awaitable);
}

// Says a trouble once, not every second, and once more when it is over.
class Trouble {
public:
    explicit Trouble(const char* what) : what_(what) {}
    void note(const Status& status) {
        const std::string now = status ? "" : status.error().message;
        if (now == last_) return;
        if (now.empty())
            log::info(std::string(what_) + ": works again");
        else
            log::warn(std::string(what_) + ": " + now);
        last_ = now;
    }

private:
    const char* what_;
    std::string last_;
};

// Rows that are removed in one transaction at most; see the store's remove_before().
constexpr std::int64_t at_once = 1'000;

Task<Status> forget_before(api::Analytics& analytics, std::string project, Millis time) {
    for (;;) {
        auto removed = co_await analytics.conversations.remove_before(project, time);
        if (!removed) co_return std::move(removed).error();
        if (removed->turns < at_once) break;
    }
    for (;;) {
        auto removed = co_await analytics.searches.remove_before(project, time);
        if (!removed) co_return std::move(removed).error();
        if (*removed < at_once) break;
    }
    auto feedback = co_await analytics.feedback.remove_before(project, time);
    if (!feedback) co_return std::move(feedback).error();
    auto views = co_await analytics.views.remove_before(std::move(project), time);
    co_return views;
}

std::size_t remove_unnamed(const fs::path& folder, const std::set<std::string>& named) {
    std::size_t removed = 0;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (named.contains(it->path().filename().string()) || !it->is_regular_file(error)) continue;
        const auto written = it->last_write_time(error);
        if (error || fs::file_time_type::clock::now() - written < young) continue;
        if (fs::remove(it->path(), error)) ++removed;
    }
    return removed;
}

}  // namespace

Task<> flush_counters(api::Limits& limits, api::Auth& auth, asio::any_io_executor loop) {
    Trouble counts("saving counts of use"), uses("saving when keys were used");
    for (int n = 0;; ++n) {
        co_await pause(loop, 1s);
        const auto flushed = co_await limits.flush();
        counts.note(flushed);
        if (n % 30 != 29) continue;
        const auto used = co_await auth.flush();
        uses.note(used);
    }
}

Task<> flush_traffic(api::Traffic& traffic, asio::any_io_executor loop) {
    Trouble saving("saving what is read");
    for (;;) {
        co_await pause(loop, 1s);
        const auto flushed = co_await traffic.flush();
        saving.note(flushed);
    }
}

Task<Status> forget_old_once(api::Analytics& analytics, store::Projects& projects, store::Jobs& jobs,
                             Millis now) {
    constexpr Millis day = 86'400'000;
    auto all = co_await projects.list();
    if (!all) co_return std::move(all).error();
    for (const auto& project : *all) {
        const auto settings = api::settings_of(project);
        if (const auto kept = settings.job_retention.count(); kept > 0) {
            std::string id = project.id;
            auto archived = co_await jobs.archive_before(std::move(id), now - kept, now);
            if (!archived) co_return std::move(archived).error();
        }
        if (!settings.retention || settings.retention->count() <= 0) continue;
        std::string id = project.id;
        auto forgotten = co_await forget_before(analytics, std::move(id), now - settings.retention->count());
        if (!forgotten) co_return forgotten;
    }
    // Yesterday's visitors stay known: what other processes saw before midnight may be written after it.
    auto visitors = co_await analytics.views.forget_visitors_before(now - now % day - day);
    if (!visitors) co_return visitors;
    auto challenges = co_await analytics.challenges.forget_before(now);
    co_return challenges;
}

Task<> forget_old(api::Analytics& analytics, store::Projects& projects, store::Jobs& jobs, const Clock& clock,
                  asio::any_io_executor loop) {
    Trouble forgetting("removing what is past its time");
    co_await pause(loop, 1min);
    for (;;) {
        const auto done = co_await forget_old_once(analytics, projects, jobs, clock.now());
        forgetting.note(done);
        co_await pause(loop, 1h);
    }
}

Task<> follow_outside_changes(store::Store& store, api::Auth& auth, sources::Sources& sources,
                              asio::any_io_executor loop) {
    Trouble reading("looking for outside changes"), taking("taking up outside changes");
    std::int64_t seen = 0;
    // PostgreSQL has no cheap number that tells of changes: projects are looked at every two seconds.
    const bool counted = store.engine() == store::Engine::sqlite;
    for (;;) {
        co_await pause(loop, counted ? 200ms : 2'000ms);
        const auto now = co_await store.outside_changes();
        reading.note(now ? Status() : Status(now.error()));
        if (!now || (counted && *now == seen)) continue;
        seen = *now;
        auth.forget();
        const auto taken = co_await sources.refresh();
        taking.note(taken);
    }
}

Task<> keep_lease(store::Processes& processes, store::Threads& threads, const Clock& clock,
                  asio::any_io_executor loop) {
    if (processes.engine() == store::Engine::sqlite) co_return;
    Trouble beating("saying that this process lives"), ending("ending what gone processes left");
    for (;;) {
        co_await pause(loop, store::Processes::beat_every);
        const auto beaten = co_await processes.beat();
        beating.note(beaten);
        if (!beaten) continue;
        const auto interrupted = co_await threads.interrupt_running(clock.now());
        ending.note(interrupted ? Status() : Status(interrupted.error()));
        if (interrupted && *interrupted)
            log::warn(std::to_string(*interrupted) + " answers were cut off: their process is gone");
    }
}

Task<> remove_old_index_files(Pools& pools, store::Projects& projects, fs::path data,
                              asio::any_io_executor loop) {
    const fs::path folder = data / "index";
    for (;;) {
        co_await pause(loop, 15min);
        const auto all = co_await projects.list();
        if (!all) continue;
        std::set<std::string> named, vectors;
        for (const auto& project : *all) {
            named.insert(project.index_file);
            vectors.insert({project.id, project.id + ".lock"});
        }
        const auto removed = co_await on(pools.build, [&] {
            return remove_unnamed(folder, named) + remove_unnamed(folder / "vectors", vectors);
        });
        if (removed) log::debug("removed " + std::to_string(removed) + " old index files");
    }
}

}  // namespace docent::app
