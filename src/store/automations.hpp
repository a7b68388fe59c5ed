#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/page.hpp"
#include "store/store.hpp"

namespace docent::store {

/// A prompt that becomes a job at times that a schedule names.
struct Automation {
    std::string id;  // UUID v7
    std::string project_id, user_id;
    std::string name;
    std::string schedule;    // as agent/cron.hpp reads it
    std::string prompt;      // a built-in command, or words for the agent
    std::string repository;  // "": the project's own
    std::string model;       // "": the configured order
    bool enabled = true;
    Millis next_run = 0;  // 0: none, it is paused
    Millis last_run = 0;  // 0: never
    std::string last_job;
    std::string note;  // why the last time made no job; "": it made one
    Millis created = 0;
    Millis updated = 0;
};

/// How a time that was due went.
struct RunEnd {
    std::string id;
    Millis due = 0;       // Automation::next_run when it was claimed
    Millis next_run = 0;  // `due` again: it is tried again once the claim is over
    std::string job_id;   // "": none was made, and `note` says why
    std::string note;
    Millis now = 0;
};

class Automations {
public:
    static constexpr std::int64_t most = 100;  // of a project

    explicit Automations(Store& store) : store_(store) {}

    /// conflict when the project has `most`; not_found: the project.
    Task<Result<Automation>> add(Automation automation);
    /// not_found, also for one of another project. `project_id` "": of any.
    Task<Result<Automation>> find(std::string project_id, std::string id);
    /// Oldest first.
    Task<Result<std::vector<Automation>>> list(std::string project_id);
    /// Name, schedule, prompt, repository, model, enabled and next_run. not_found.
    Task<Result<Automation>> change(Automation automation);
    /// not_found.
    Task<Status> remove(std::string project_id, std::string id);

    /// At most `limit` that are due and that no process has claimed.
    Task<Result<std::vector<Automation>>> due(Millis now, std::int64_t limit);
    /// True for the one process that may make the job for this time; for another when `until` has come and
    /// nothing was heard.
    Task<Result<bool>> claim(std::string id, Millis due, Millis now, Millis until);
    /// Nothing when it was changed, paused or removed meanwhile, but for the job that was made.
    Task<Status> finish(RunEnd end);
    /// A job that was made outside the schedule. not_found.
    Task<Result<Automation>> ran(std::string id, std::string job_id, Millis now);

private:
    Store& store_;
};

}  // namespace docent::store
