#pragma once
#include <string>
#include <unordered_map>

#include "api/limits.hpp"

namespace docent::api {

/// Counts uses of a clock hour by subject, in memory only: after a restart the hour begins anew. On the loop.
class HourlyLimits {
public:
    /// One use of a subject ("ip:ADDRESS", "tool:PROJECT:NAME"). limit 0: none. Refused ones are not counted.
    /// Beyond max_subjects, those that came least are forgotten.
    Limits::Verdict take(const std::string& subject, std::int64_t limit, Millis now);

    std::size_t subjects() const { return counts_.size(); }
    static constexpr std::size_t max_subjects = 100'000;

private:
    std::unordered_map<std::string, std::int64_t> counts_;
    Millis hour_ = 0;
};

/// The sentence for the one who was refused: rate_limited. `whom`: "per address and hour".
Error hourly_error(const Limits::Verdict& verdict, const std::string& whom);

}  // namespace docent::api
