#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/page.hpp"
#include "store/store.hpp"

namespace docent::store {

/// What one user message of a session asks for. Its id is the message's; Timeline makes it with the message
/// and follows its status.
struct Goal {
    std::string id, session_id, title, description;
    std::string status;  // "pending", "in_progress", "completed", "failed", "canceled"
    Millis created = 0;
    Millis updated = 0;
};

/// One step of the plan for a goal.
struct PlanStep {
    std::string id;  // the plan's own name for it, unique in the plan
    std::string title, description;
    std::string status = "pending";  // "pending", "in_progress", "completed", "failed", "skipped"
};

/// A step as a row.
struct SessionTask {
    std::string id;  // UUID v7
    std::string session_id, goal_id;
    std::int64_t position = 0;  // in the plan, from 1
    std::string step, title, description;
    std::string status;  // as a goal's
    Millis created = 0;
    Millis updated = 0;
};

class Goals {
public:
    explicit Goals(Store& store) : store_(store) {}

    Task<Result<std::vector<Goal>>> list(std::string session_id, Page page);
    /// not_found, also for one of another session.
    Task<Status> describe(std::string session_id, std::string goal_id, std::string title,
                          std::string description, Millis now);

    /// The plan is now `steps`, in this order. A step keeps its task for as long as it keeps its id; the task
    /// of a step that is no longer there is canceled, unless it had ended. Their ids, in the order of
    /// `steps`. not_found: no such goal in this session.
    Task<Result<std::vector<std::string>>> set_plan(std::string session_id, std::string goal_id,
                                                    std::vector<PlanStep> steps, Millis now);
    /// `goal_id` "": of all.
    Task<Result<std::vector<SessionTask>>> tasks(std::string session_id, std::string goal_id, Page page);

private:
    Store& store_;
};

}  // namespace docent::store
