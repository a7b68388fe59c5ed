#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <functional>

#include "base/clock.hpp"
#include "base/task_group.hpp"
#include "store/automations.hpp"
#include "store/jobs.hpp"

namespace docent::agent {

/// Makes jobs of automations when they are due: once for each time, whatever process is first, and after a
/// restart; times that were missed meanwhile are made up for once. A time at which the last job is still at
/// work is left out, with a note. On the event loop.
class Automations {
public:
    /// Makes the job of an automation. A repeated key answers the job that was made with it.
    using StartJob = std::function<Task<Result<store::Job>>(store::Automation, std::string idempotency_key)>;

    Automations(boost::asio::any_io_executor loop, const Clock& clock, store::Store& store,
                StartJob start_job);

    /// From now on.
    void start();
    Task<> stop();

    /// What is due now. unavailable: the store.
    Task<Status> run_due();
    /// Outside its schedule, also when the last job is at work. Errors of making a job.
    Task<Result<store::Job>> run_now(store::Automation automation);

    store::Automations& stored() { return stored_; }

private:
    Task<> watch();
    Task<Status> run_one(store::Automation automation);

    boost::asio::any_io_executor loop_;
    const Clock& clock_;
    store::Automations stored_;
    store::Jobs jobs_;
    StartJob start_job_;
    TaskGroup group_;
};

}  // namespace docent::agent
