#pragma once
#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// How often something was used within a window of time: the limits of api/limits.hpp survive a restart.
struct Usage {
    std::string
        subject;        // "key:ID", "org", "analytics", "ip:ADDRESS", "at:PROJECT:ADDRESS", "fp:PROJECT:HASH"
    Millis window = 0;  // when the window began
    std::int64_t count = 0;
};

class UsageCounters {
public:
    explicit UsageCounters(Store& store) : store_(store) {}

    /// Adds to the counts, in one transaction.
    Task<Status> add(std::vector<Usage> counts);
    Task<Result<std::vector<Usage>>> since(Millis window);
    Task<Status> forget_before(Millis window);
    /// The same of readers: what is counted by address or identifier.
    Task<Status> forget_readers_before(Millis window);

private:
    Store& store_;
};

}  // namespace docent::store
