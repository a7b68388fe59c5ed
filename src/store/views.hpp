#pragma once
#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// How often a page was read on one UTC day.
struct PageReads {
    std::string project_id;
    Millis day = 0;  // its start
    std::string path;
    std::int64_t human = 0, ai = 0;
};

/// That somebody read a page on one UTC day, however often.
struct Visit {
    std::string project_id;
    Millis day = 0;
    std::string path;     // "": the site as a whole
    std::string visitor;  // a keyed hash; the key is the day's and is forgotten with it
    bool ai = false;
};

/// Times in milliseconds; a day counts when a part of it lies from `from` on and before `to`. 0: no bound.
struct TrafficQuery {
    std::string project_id;
    Millis from = 0, to = 0;
    std::int64_t limit = 50, offset = 0;
};

struct Traffic {
    std::string path;
    std::int64_t human = 0, ai = 0, total = 0;
};
struct TrafficReport {
    Traffic totals;
    std::vector<Traffic> pages;  // the most read first
};

/// Who reads the documentation: people and machines.
class Views {
public:
    explicit Views(Store& store) : store_(store) {}

    /// In one transaction. What belongs to projects that are gone is left out.
    Task<Status> add(std::vector<PageReads> reads, std::vector<Visit> visits);
    Task<Result<TrafficReport>> views(TrafficQuery query);
    /// Distinct visitors of each day, added up over the days: whoever comes on two days counts twice.
    Task<Result<TrafficReport>> visitors(TrafficQuery query);

    /// The key of a day's visitor hashes, the same for all processes: the one that is stored, else `fresh`.
    Task<Result<std::string>> salt(Millis day, std::string fresh);
    /// Turns the visits of the days before `day` into numbers, and forgets them and their keys.
    Task<Status> forget_visitors_before(Millis day);
    Task<Status> remove_before(std::string project_id, Millis time);

private:
    Store& store_;
};

}  // namespace docent::store
