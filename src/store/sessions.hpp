#pragma once
#include <optional>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// A coding session: an agent's conversation on one branch of one repository. What it is now; what happened
/// in it is its timeline (timeline.hpp).
struct Session {
    std::string id;  // UUID v7
    std::string project_id;
    std::string user_id;
    std::string repository_id;  // "": none
    std::string title = "New session";
    bool titled = false;        // true: `title` was given, or made of a first message
    std::string branch_name;    // "": not yet known
    std::string target_branch;  // "": the repository's default
    bool auto_commit = false;
    std::string model;                  // "": the workspace's
    std::string recovery = "resume";    // "resume" or "hold": what a restart does with an interrupted turn
    std::string limits = "{}";          // JSON: what replaces the server's limits of a turn
    std::string origin = "api";         // "app", "api", "cli", "deep_work"
    std::string status = "active";      // "active", "finished", "merged", "closed"
    std::string agent_status = "idle";  // "idle", "queued", "starting", "running", "waiting_for_user",
                                        // "stopping", "error"
    std::string base_commit;            // what the branch began from; "" before the tree exists
    std::string sandbox_id;             // "": no tree
    Millis created = 0;
    Millis updated = 0;
    Millis merged = 0;             // 0: not
    std::int64_t last_change = 0;  // of its timeline
    std::int64_t queued = 0;       // messages that wait for a turn
    std::int64_t turn = 0;         // how many turns have begun
    std::string turn_event;        // the event that began the running turn; "": none runs
    std::string owner;             // the process (processes.hpp) that runs the turn
    bool stopping = false;         // the running turn was asked to end

    bool ended() const { return status == "merged" || status == "closed"; }
};

/// What is to be different. What is not set stays.
struct SessionPatch {
    std::optional<std::string> title, branch_name, target_branch, model, status, agent_status, base_commit,
        sandbox_id, limits;
    std::optional<bool> auto_commit;
    std::optional<Millis> merged;
};

struct SessionQuery {
    std::string project_id;
    std::string status, user_id;  // "": any
    std::string after;            // the id of the last one seen; "": from the newest
    std::int64_t limit = 20;
};

class Sessions {
public:
    explicit Sessions(Store& store) : store_(store) {}

    Task<Result<Session>> add(Session session);
    /// not_found, also for one of another project. `project_id` "": of any.
    Task<Result<Session>> find(std::string project_id, std::string id);
    /// Those that there are, of any project, in no order.
    Task<Result<std::vector<Session>>> find_all(std::vector<std::string> ids);
    /// Newest first.
    Task<Result<std::vector<Session>>> list(SessionQuery query);
    /// How many of the project are not ended.
    Task<Result<std::int64_t>> count_open(std::string project_id);
    /// With all its data. not_found.
    Task<Status> remove(std::string project_id, std::string id);
    /// Those of these that were removed, on whichever server.
    Task<Result<std::vector<std::string>>> removed_of(std::vector<std::string> ids);
    /// The one that is not ended and has this branch of this repository. not_found.
    Task<Result<Session>> of_branch(std::string repository_id, std::string branch);
    /// True if another session that is not ended has this branch of this repository.
    Task<Result<bool>> branch_in_use(std::string repository_id, std::string branch, std::string but);

private:
    Store& store_;
};

}  // namespace docent::store
