#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// An agent job: a session that was opened with one prompt and ends in a pull request by itself. What is true
/// of every session is in its row (sessions.hpp), of its pull request in merge_requests.hpp.
struct Job {
    std::string id;  // of its session
    std::string project_id;
    std::string status = "active";  // "active", "completed", "failed", "archived"
    /// What goes on in an active one. "working": the agent has something to do; "ending": its work is checked
    /// and proposed; "open": it waits for follow-up messages until `open_until`.
    std::string phase = "working";
    std::string prompt;             // the first message
    std::string model;              // the model's name; "builtin": a built-in command
    std::string cause = "api";      // "api", "cli", "automation:ID", "questions:ID"
    std::string idempotency_key;    // "": none
    bool draft = false;             // the pull request is a draft
    bool dry_run = false;           // nothing leaves the server: no push, no pull request
    std::int64_t follow_up = 0;     // milliseconds that it stays open after a turn
    std::string message;            // what the agent said last: the answer of a job that changed nothing
    std::string error_code, error;  // why it failed, or what is in the way for now; "": nothing
    std::string findings =
        "[]";  // JSON: what the checks before the pull request left: [{file, line, rule, message}]
    std::int64_t rounds = 0;  // how often the findings went back to the model for the newest message
    std::int64_t tries = 0;   // of a pull request that the forge did not take yet
    Millis next_try = 0;      // of that; 0: none is due
    std::int64_t files_changed = 0, additions = 0, deletions = 0;  // against where its branch began
    Millis open_until = 0;                                         // 0: not open
    Millis created = 0;
    Millis updated = 0;
    Millis ended = 0;     // when it completed or failed; 0: it did not
    Millis archived = 0;  // 0: not
    std::string owner;    // the process (processes.hpp) that ends it, phase "ending"

    bool active() const { return status == "active"; }
};

/// What is to be different. What is not set stays.
struct JobPatch {
    std::optional<std::string> status, phase, message, error_code, error, findings, model;
    std::optional<std::int64_t> rounds, tries, files_changed, additions, deletions;
    std::optional<Millis> next_try, open_until;
};

struct JobQuery {
    std::string project_id;
    std::string status;  // "": any
    std::int64_t skip = 0, limit = 20;
};

class Jobs {
public:
    explicit Jobs(Store& store) : store_(store) {}

    /// conflict "idempotency_key": the project has a job of this key (find_by_key).
    Task<Result<Job>> add(Job job);
    /// not_found, also for one of another project. `project_id` "": of any.
    Task<Result<Job>> find(std::string project_id, std::string id);
    Task<Result<Job>> find_by_key(std::string project_id, std::string idempotency_key);
    /// Newest first.
    Task<Result<std::vector<Job>>> list(JobQuery query);
    Task<Result<std::int64_t>> count(JobQuery query);
    /// Only while it is in the given status and phase ("": any); else conflict "job_changed", and nothing is
    /// written. Whoever asked to be told of jobs is told (notices.hpp). not_found.
    Task<Result<Job>> change(std::string id, std::string status, std::string phase, JobPatch patch,
                             Millis now);
    /// phase "working" becomes "ending", owned by this process. conflict "job_changed".
    Task<Result<Job>> begin_end(std::string id, Millis now);
    /// The active ones whose next step is due: working while their session has nothing to do, ending in a
    /// process that is gone, a try or the end of the follow-up time that has come. At most `limit`.
    Task<Result<std::vector<Job>>> due(Millis now, std::int64_t limit);
    /// Those that ended before `time` are archived. How many.
    Task<Result<std::int64_t>> archive_before(std::string project_id, Millis time, Millis now);

private:
    Store& store_;
};

/// Within the transaction that ends the pull request of a session: its job, if it has an active one, is
/// completed.
Status complete_job(Db& db, const std::string& session_id, Millis now);

}  // namespace docent::store
