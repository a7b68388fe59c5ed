#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "net/http.hpp"
#include "store/usage.hpp"

namespace docent::api {

/// The limits of the published API; settings may change them. 0 is none.
struct LimitConfig {
    std::int64_t per_key_month = 10'000;          // calendar month, UTC
    std::int64_t per_organization_hour = 10'000;  // clock hour; one organization an installation
    std::int64_t per_ip_day = 10'000;             // calendar day, UTC; IPv6 by /64 network
    std::int64_t analytics_hour = 100;            // analytics requests of the organization, clock hour
    std::int64_t mcp_per_ip_hour = 5'000;         // messages to the MCP servers
    std::int64_t mcp_per_tool_hour = 10'000;      // calls of one tool of one project
    std::size_t max_addresses = 100'000;          // remembered; beyond, those that asked least are forgotten
};

/// Counts uses in memory and writes the counts behind, so that a crash forgets at most what came since
/// the last flush(). On the loop.
class Limits {
public:
    Limits(store::UsageCounters& counters, const Clock& clock, LimitConfig config)
        : counters_(counters), clock_(clock), config_(config) {}

    /// Takes up the counts of the windows that are open.
    Task<Status> load();

    /// What one use leaves. `allowed` false: refused, and not counted.
    struct Verdict {
        bool allowed = true;
        std::int64_t limit = 0, remaining = 0;  // of the tightest; limit 0: no limit is set
        std::int64_t reset_seconds = 0;         // until its window ends
        std::string which;  // "key", "organization", "address", "analytics", "reader", "project address"
    };
    Verdict take(const std::string& key_id, const std::string& ip);
    /// One read of the analytics.
    Verdict take_analytics();
    /// One message of a reader, against what a project sets for an identifier (fp; "anonymous" is nobody and
    /// not counted) and an address in a clock hour. A limit of 0 is none.
    Verdict take_reader(const std::string& project_id, const std::string& fp, std::int64_t per_fp,
                        const std::string& ip, std::int64_t per_address);

    /// Writes what was counted since the last call, and drops what is past. Every second or so.
    Task<Status> flush();

    const LimitConfig& config() const { return config_; }
    std::uint64_t refused() const { return refused_; }
    std::size_t addresses() const { return addresses_.size(); }

private:
    struct Count {
        Millis window = 0;
        std::int64_t count = 0;
    };
    /// A limit for one subject.
    struct Rule {
        const char* which;
        std::int64_t limit;
        Count& count;
        Millis ends;
    };
    static Verdict tightest(const std::vector<Rule>& rules, Millis now);
    struct Subject {
        std::string name;
        const char* which;
        std::int64_t limit;
    };
    Verdict take_hour(const std::vector<Subject>& subjects);
    void note(const std::string& subject, Millis window);
    void make_room(Millis day);

    store::UsageCounters& counters_;
    const Clock& clock_;
    LimitConfig config_;
    std::map<std::string, Count> keys_;
    Count organization_;
    std::unordered_map<std::string, Count> addresses_;
    std::unordered_map<std::string, Count> hours_;  // by subject: counts of the clock hour
    std::map<std::pair<std::string, Millis>, std::int64_t> unsaved_;
    Millis forgotten_before_ = 0, readers_forgotten_before_ = 0;
    std::uint64_t refused_ = 0;
};

/// RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, and Retry-After when refused.
void add_limit_headers(const Limits::Verdict& verdict, net::Response& response);

/// The sentence for the one who was refused: rate_limited.
Error limit_error(const Limits::Verdict& verdict);

/// Start of the UTC calendar month, day or hour that holds `time`, and of the next month.
Millis month_of(Millis time);
Millis next_month(Millis time);

}  // namespace docent::api
