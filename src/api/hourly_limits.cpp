#include "api/hourly_limits.hpp"

namespace docent::api {
namespace {

constexpr Millis one_hour = 3'600'000;

}  // namespace

Limits::Verdict HourlyLimits::take(const std::string& subject, std::int64_t limit, Millis now) {
    Limits::Verdict out;
    if (limit <= 0) return out;
    const auto begun = now - now % one_hour;
    if (begun != hour_) {
        counts_.clear();
        hour_ = begun;
    }
    if (counts_.size() >= max_subjects && !counts_.contains(subject))
        for (std::int64_t least = 1; counts_.size() >= max_subjects; least *= 4)
            std::erase_if(counts_, [&](const auto& item) { return item.second <= least; });
    auto& count = counts_[subject];
    out.limit = limit;
    out.reset_seconds = (begun + one_hour - now + 999) / 1000;
    out.allowed = count < limit;
    if (out.allowed) ++count;
    out.remaining = limit - count;
    return out;
}

Error hourly_error(const Limits::Verdict& verdict, const std::string& whom) {
    return Error(ErrorCode::rate_limited, "the limit of " + std::to_string(verdict.limit) + " requests " +
                                              whom + " is reached; try again in " +
                                              std::to_string(verdict.reset_seconds) + " seconds");
}

}  // namespace docent::api
