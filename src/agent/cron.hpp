#pragma once
#include <array>
#include <bitset>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace docent::agent {

/// When an automation runs: the five fields of crontab(5), minute, hour, day of the month, month and day of
/// the week, in UTC. Lists, ranges, steps, names (jan, mon) and 7 for Sunday; when both days are restricted,
/// either is enough. Or one of the words hourly, daily, weekly (Sunday) and monthly, at the beginning of
/// each.
class Schedule {
public:
    /// invalid_argument names the field and what it takes, also for one that has no date, such as
    /// February 30.
    static Result<Schedule> parse(std::string_view text);

    /// The first minute after `time` that it names.
    Millis next_after(Millis time) const;

private:
    std::optional<Millis> find_after(Millis time) const;
    bool has_day(unsigned day_of_month, unsigned month, unsigned day_of_week) const;

    std::bitset<64> minutes_, hours_, days_, months_, weekdays_;
    bool any_day_ = false, any_weekday_ = false;  // the field begins with "*"
};

}  // namespace docent::agent
