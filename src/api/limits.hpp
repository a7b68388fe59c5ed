#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "net/http.hpp"
#include "store/usage.hpp"

namespace docent::api {

/// The limits of the seeds; settings may change them. 0 is none.
struct LimitConfig {
    std::int64_t per_key_month = 10'000;
    std::int64_t per_organization_hour = 10'000;
    std::int64_t per_ip_day = 10'000;
};

/// Counts uses in memory and writes the counts behind, so that a restart forgets at most a second of
/// them. On the loop.
class Limits {
public:
    Limits(store::UsageCounters& counters, const Clock& clock, LimitConfig config)
        : counters_(counters), clock_(clock), config_(config) {}

    Task<Status> load();

    /// What one use leaves. `allowed` false: refused, and not counted.
    struct Verdict {
        bool allowed = true;
        std::int64_t limit = 0, remaining = 0;   // of the tightest
        std::int64_t reset_seconds = 0;          // until it opens again
        std::string which;                       // "key", "organization", "address"
    };
    Verdict take(const std::string& key_id, const std::string& ip);

    /// Writes what was counted since the last call.
    Task<Status> flush();

private:
    store::UsageCounters& counters_;
    const Clock& clock_;
    LimitConfig config_;
    std::map<std::string, store::Usage> counts_, unsaved_;
};

/// RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, and Retry-After when refused.
void add_limit_headers(const Limits::Verdict& verdict, net::Response& response);

}  // namespace docent::api
