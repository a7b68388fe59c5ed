#pragma once
#include "store/threads.hpp"

namespace docent::store {

/// Which turns of a project. Times in milliseconds, `to` exclusive; 0: no bound. Turns whose answer is
/// still being written do not count.
struct TurnQuery {
    std::string project_id;
    Millis from = 0, to = 0;
    std::string resolution;  // "answered", "unanswered"; "": both
    std::string fp;          // of one reader; "": all
    std::string after;       // the id of the last one seen; "": from the newest
    std::int64_t limit = 100;
};

struct CallerStats {
    std::int64_t web = 0, api = 0, other = 0;
};

/// How much was removed.
struct Removed {
    std::int64_t threads = 0, turns = 0, feedback = 0;
};

/// The turns of all threads, as those who own the documentation look at them.
class Conversations {
public:
    explicit Conversations(Store& store) : store_(store) {}

    /// Newest first.
    Task<Result<std::vector<Turn>>> list(TurnQuery query);
    /// not_found when there is none in this project.
    Task<Result<Turn>> find(std::string project_id, std::string turn_id);
    /// How many turns came from where. limit, after, resolution and fp do not count.
    Task<Result<CallerStats>> callers(TurnQuery query);

    /// All that a reader asked and said, in one transaction. invalid_argument for "" and "anonymous", who
    /// are nobody.
    Task<Result<Removed>> remove_reader(std::string project_id, std::string fp);
    /// At most 1,000 turns at a time, and threads without turns that were last used before.
    Task<Result<Removed>> remove_before(std::string project_id, Millis time);

private:
    Store& store_;
};

}  // namespace docent::store
