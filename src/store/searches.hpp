#pragma once
#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// A reader's search.
struct Search {
    std::string id;  // ULID: x-search-id
    std::string project_id;
    std::string query;   // as it was typed
    std::string folded;  // without regard to letter case: searches with the same one are merged
    std::int64_t results = 0;
    Millis created = 0;
};

/// Times in milliseconds, `to` exclusive; 0: no bound.
struct SearchesQuery {
    std::string project_id;
    Millis from = 0, to = 0;
    std::int64_t limit = 50;
    // What was last seen: its hits and its folded query; hits 0: from the beginning.
    std::int64_t after_hits = 0;
    std::string after_folded;
};

/// All searches for the same.
struct SearchStats {
    std::string query, folded;
    std::int64_t hits = 0;     // how often it was searched for
    std::int64_t clicked = 0;  // how many of those led to a page
    std::int64_t empty = 0;    // how many found nothing
    std::string top_clicked;   // the page; "" when none was clicked
    Millis last = 0;
};

class Searches {
public:
    explicit Searches(Store& store) : store_(store) {}

    /// In one transaction; those of projects that are gone are left out.
    Task<Status> add(std::vector<Search> searches);
    /// The page that a reader went to. not_found when there is no such search in this project.
    Task<Status> set_clicked(std::string project_id, std::string id, std::string path);
    /// The most frequent first.
    Task<Result<std::vector<SearchStats>>> list(SearchesQuery query);
    Task<Result<std::int64_t>> count(SearchesQuery query);
    /// Some of them at a time; returns how many.
    Task<Result<std::int64_t>> remove_before(std::string project_id, Millis time);

private:
    Store& store_;
};

}  // namespace docent::store
