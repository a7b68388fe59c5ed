#include "store/usage.hpp"

#include <algorithm>

namespace docent::store {

Task<Status> UsageCounters::add(std::vector<Usage> counts) {
    // In one order everywhere, so that two processes cannot wait for each other's rows.
    auto before = [](const Usage& a, const Usage& b) {
        return std::tie(a.subject, a.window) < std::tie(b.subject, b.window);
    };
    std::sort(counts.begin(), counts.end(), before);
    co_return co_await store_.write([&](Db& db) -> Status {
        for (const auto& c : counts) {
            TRY(auto rows,
                db.query("INSERT INTO usage_counters (subject, window_start, uses) VALUES ($1, $2, $3) "
                         "ON CONFLICT (subject, window_start) "
                         "DO UPDATE SET uses = usage_counters.uses + excluded.uses",
                         {c.subject, c.window, c.count}));
        }
        return {};
    });
}

Task<Result<std::vector<Usage>>> UsageCounters::since(Millis window) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Usage>> {
        TRY(auto rows,
            db.query("SELECT subject, window_start, uses FROM usage_counters WHERE window_start >= $1 "
                     "ORDER BY window_start, subject",
                     {window}));
        std::vector<Usage> counts;
        for (const auto& row : rows) {
            Usage c;
            c.subject = text(row, 0);
            c.window = integer(row, 1);
            c.count = integer(row, 2);
            counts.push_back(std::move(c));
        }
        return counts;
    });
}

Task<Status> UsageCounters::forget_before(Millis window) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto rows, db.query("DELETE FROM usage_counters WHERE window_start < $1", {window}));
        return {};
    });
}

Task<Status> UsageCounters::forget_readers_before(Millis window) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto rows,
            db.query("DELETE FROM usage_counters WHERE window_start < $1 AND (subject LIKE 'ip:%' OR "
                     "subject LIKE 'at:%' OR subject LIKE 'fp:%')",
                     {window}));
        return {};
    });
}

}  // namespace docent::store
