#include "agent/automations.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/cron.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"

namespace docent::agent {
namespace {

constexpr auto look_every_for_due = std::chrono::seconds(1);
constexpr Millis claim_holds = 60'000;
constexpr std::int64_t automations_at_once = 50;

/// What is wrong is not in the automation: in a minute it may be over.
bool may_pass(const Error& error) {
    if (error.reason == "model_unavailable") return false;
    return error.code == ErrorCode::unavailable || error.code == ErrorCode::rate_limited ||
           error.code == ErrorCode::timed_out || error.code == ErrorCode::upstream_failed;
}

}  // namespace

Automations::Automations(boost::asio::any_io_executor loop, const Clock& clock, store::Store& store,
                         StartJob start_job)
    : loop_(loop),
      clock_(clock),
      stored_(store),
      jobs_(store),
      start_job_(std::move(start_job)),
      group_(loop) {}

void Automations::start() { group_.spawn("automations", watch()); }

Task<> Automations::stop() { return group_.stop(); }

Task<> Automations::watch() {
    std::string last;
    for (;;) {
        const auto done = co_await run_due();
        const std::string now = done ? "" : done.error().message;
        if (now != last) log::warn(now.empty() ? "automations run again" : "automations do not run: " + now);
        last = now;
        boost::asio::steady_timer timer(loop_, look_every_for_due);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

Task<Status> Automations::run_due() {
    CO_TRY(auto due, co_await stored_.due(clock_.now(), automations_at_once));
    for (auto& automation : due) CO_TRY_VOID(co_await run_one(std::move(automation)));
    co_return Status();
}

Task<Status> Automations::run_one(store::Automation automation) {
    const auto now = clock_.now();
    CO_TRY(const bool mine,
           co_await stored_.claim(automation.id, automation.next_run, now, now + claim_holds));
    if (!mine) co_return Status();
    store::RunEnd end;
    end.id = automation.id;
    end.due = automation.next_run;
    end.now = now;
    auto schedule = Schedule::parse(automation.schedule);
    end.next_run = schedule ? schedule->next_after(now) : 0;
    if (!automation.last_job.empty()) {
        auto before = co_await jobs_.find(automation.project_id, automation.last_job);
        if (before && before->active()) end.note = "left out: the last job is still active";
        if (!before && before.error().code != ErrorCode::not_found) co_return std::move(before).error();
    }
    if (end.note.empty()) {
        // The key names the time: a process that takes over after a crash gets the job that there is.
        std::string key = "automation:" + automation.id + ":" + std::to_string(automation.next_run);
        auto made = co_await start_job_(automation, std::move(key));
        if (made) {
            end.job_id = made->id;
        } else {
            end.note = made.error().message;
            log::warn("the automation " + automation.id + " made no job: " + made.error().message);
            if (may_pass(made.error())) end.next_run = end.due;
        }
    }
    co_return co_await stored_.finish(std::move(end));
}

Task<Result<store::Job>> Automations::run_now(store::Automation automation) {
    std::string key = "automation:" + automation.id + ":" + new_uuid(clock_.now());
    const std::string id = automation.id;
    auto made = co_await start_job_(std::move(automation), std::move(key));
    if (!made) co_return made;
    auto noted = co_await stored_.ran(id, made->id, clock_.now());
    if (!noted && noted.error().code != ErrorCode::not_found) co_return std::move(noted).error();
    co_return made;
}

}  // namespace docent::agent
