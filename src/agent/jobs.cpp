#include "agent/jobs.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "base/text.hpp"
#include "maintenance/command.hpp"

namespace docent::agent {
namespace {

constexpr std::int64_t due_at_once = 200;
constexpr auto look_at_jobs_every = std::chrono::seconds(1);

Error job_ended(const store::Job& job) {
    return conflict("the job is " + job.status + ": it takes no more messages").because("job_ended");
}

}  // namespace

Jobs::Jobs(boost::asio::any_io_executor loop, Services& services, Sessions& sessions, MergeRequests& requests,
           store::Store& store)
    : loop_(loop),
      services_(services),
      sessions_(sessions),
      requests_(requests),
      stored_(store),
      proposals_(store),
      group_(loop) {}

Jobs::~Jobs() = default;

Task<Status> Jobs::start() {
    sessions_.when_idle([this](const std::string& session_id) { end_soon(session_id); });
    group_.spawn("jobs that are due", watch());
    co_return Status();
}

Task<> Jobs::stop() {
    sessions_.when_idle({});
    co_await group_.stop();
}

Task<Result<store::Job>> Jobs::create(NewJob wanted) {
    if (!wanted.idempotency_key.empty()) {
        auto known = co_await stored_.find_by_key(wanted.project_id, wanted.idempotency_key);
        if (known && known->prompt == wanted.prompt) co_return known;
        if (known)
            co_return conflict("Idempotency-Key was used for another prompt").because("idempotency_key");
        if (known.error().code != ErrorCode::not_found) co_return known;
    }
    const bool command = maintenance::is_command(trim(wanted.prompt));
    if (command) {
        auto good = maintenance::check_command(trim(wanted.prompt));
        if (!good) co_return std::move(good).error();
    } else if (!services_.models.chain({})) {
        co_return Error(ErrorCode::unavailable,
                        "no language model is configured: add one under [models] in the configuration, or "
                        "begin the prompt with a built-in command such as /fix-links")
            .because("model_unavailable");
    }
    NewSession session;
    session.project_id = wanted.project_id;
    session.user_id = wanted.user_id;
    session.repository_id = wanted.repository_id;
    session.title = wanted.title;
    session.branch_name = wanted.branch;
    session.target_branch = wanted.target;
    session.model = wanted.model;
    session.origin = "job";
    auto made = co_await sessions_.create(std::move(session));
    if (!made) co_return std::move(made).error();
    store::Job job;
    job.id = made->id;
    job.project_id = wanted.project_id;
    job.prompt = wanted.prompt;
    job.model = command ? "builtin" : wanted.model.empty() ? services_.models.order().front() : wanted.model;
    job.cause = wanted.cause;
    job.idempotency_key = wanted.idempotency_key;
    job.draft = wanted.draft;
    job.dry_run = wanted.dry_run;
    job.follow_up = wanted.follow_up.count();
    job.created = job.updated = services_.clock.now();
    auto added = co_await stored_.add(std::move(job));
    if (!added) {
        auto removed = co_await sessions_.remove(made->id);
        if (!removed) log::warn("a session of no job: " + removed.error().message);
        if (added.error().reason != "idempotency_key") co_return added;
        // Another call with the same key was quicker.
        auto known = co_await stored_.find_by_key(wanted.project_id, wanted.idempotency_key);
        if (!known || known->prompt == wanted.prompt) co_return known;
        co_return added;
    }
    auto delivered = co_await deliver(*added);
    if (!delivered) co_return std::move(delivered).error();
    co_return added;
}

/// Its prompt becomes the first message of its session, once.
Task<Status> Jobs::deliver(store::Job job) {
    MessageToSend message;
    message.text = job.prompt;
    message.client_id = "job:" + job.id;
    auto sent = co_await sessions_.send(job.id, std::move(message));
    if (sent) co_return Status();
    store::JobPatch failed;
    failed.status = "failed";
    failed.error_code = sent.error().reason.empty() ? "not_started" : sent.error().reason;
    failed.error = sent.error().message;
    auto noted = co_await stored_.change(job.id, "active", "", std::move(failed), services_.clock.now());
    if (!noted) co_return std::move(noted).error();
    co_return std::move(sent).error();
}

Task<Result<store::Job>> Jobs::message(std::string job_id, MessageToSend message, bool may_reopen) {
    auto job = co_await stored_.find("", job_id);
    if (!job) co_return job;
    const bool reopens = may_reopen && job->status == "completed";
    if (!job->active() && !reopens) co_return job_ended(*job);
    const auto text = std::string(trim(message.text));
    if (maintenance::is_command(text)) {
        auto good = maintenance::check_command(text);
        if (!good) co_return std::move(good).error();
    }
    store::JobPatch again;
    again.status = "active";
    again.phase = "working";
    again.error_code = again.error = "";
    again.rounds = again.tries = 0;
    again.next_try = again.open_until = 0;
    if (job->model == "builtin" && !maintenance::is_command(text) && services_.models.chain({}))
        again.model = services_.models.order().front();
    const auto before = job->status;
    auto taken = co_await stored_.change(job_id, before, "", std::move(again), services_.clock.now());
    if (!taken && taken.error().reason == "job_changed") {
        auto now = co_await stored_.find("", job_id);
        co_return now ? job_ended(*now) : now.error();
    }
    if (!taken) co_return taken;
    auto sent = co_await sessions_.send(job_id, std::move(message));
    if (sent) co_return co_await stored_.find("", job_id);
    // As it was before.
    store::JobPatch back;
    back.status = before;
    back.phase = job->phase == "ending" ? "working" : job->phase;
    back.error_code = job->error_code;
    back.error = job->error;
    back.open_until = job->open_until;
    auto restored =
        co_await stored_.change(job_id, "active", "working", std::move(back), services_.clock.now());
    if (!restored) log::warn("job " + job_id + ": " + restored.error().message);
    co_return std::move(sent).error();
}

Task<Result<store::Job>> Jobs::cancel(std::string job_id) {
    store::JobPatch canceled;
    canceled.status = "failed";
    canceled.error_code = "canceled";
    canceled.error = "The job was canceled.";
    auto job = co_await stored_.change(job_id, "active", "", std::move(canceled), services_.clock.now());
    if (!job && job.error().reason == "job_changed") co_return co_await stored_.find("", job_id);
    if (!job) co_return job;
    auto stopped = co_await sessions_.stop_turn(job_id, true);
    if (!stopped) co_return std::move(stopped).error();
    co_return job;
}

Task<Result<store::Job>> Jobs::complete(std::string job_id) {
    store::JobPatch completed;
    completed.status = "completed";
    auto job = co_await stored_.change(job_id, "active", "open", std::move(completed), services_.clock.now());
    if (job || job.error().reason != "job_changed") co_return job;
    auto now = co_await stored_.find("", job_id);
    if (now && now->active())
        co_return conflict("the agent works: wait for it, or cancel the job").because("turn_running");
    co_return now;
}

Task<Result<store::Job>> Jobs::archive(std::string job_id) {
    auto ended = co_await cancel(job_id);
    if (!ended || ended->status == "archived") co_return ended;
    store::JobPatch archived;
    archived.status = "archived";
    co_return co_await stored_.change(job_id, "", "", std::move(archived), services_.clock.now());
}

void Jobs::end_soon(const std::string& job_id) {
    if (ending_.contains(job_id)) return;
    group_.spawn("the end of a job", end_work(job_id));
}

/// Once a second: what a restart left in the middle, forges to be tried again, and follow-up times that are
/// over.
Task<> Jobs::watch() {
    boost::asio::steady_timer timer(loop_);
    for (;;) {
        auto due = co_await stored_.due(services_.clock.now(), due_at_once);
        if (!due) log::warn("jobs that are due: " + due.error().message);
        if (due) {
            for (auto& job : *due) {
                if (job.phase != "open") {
                    end_soon(job.id);
                    continue;
                }
                store::JobPatch over;
                over.status = job.error_code.empty() ? "completed" : "failed";
                auto ended =
                    co_await stored_.change(job.id, "active", "open", std::move(over), services_.clock.now());
                if (!ended && ended.error().reason != "job_changed")
                    log::warn("job " + job.id + ": " + ended.error().message);
            }
        }
        timer.expires_after(look_at_jobs_every);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

}  // namespace docent::agent
