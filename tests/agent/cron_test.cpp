#include "agent/cron.hpp"

#include <gtest/gtest.h>

#include <string>

namespace docent::agent {
namespace {

std::string next(const char* schedule, const char* after) {
    const auto parsed = Schedule::parse(schedule);
    if (!parsed) return parsed.error().message;
    return iso8601(parsed->next_after(*parse_iso8601(after))).substr(0, 16);
}

TEST(Cron, TheNextTimeIsTheFirstMinuteThatAllFieldsName) {
    EXPECT_EQ(next("* * * * *", "2026-11-23T10:00:00Z"), "2026-11-23T10:01");
    EXPECT_EQ(next("* * * * *", "2026-11-23T10:00:59.999Z"), "2026-11-23T10:01");
    EXPECT_EQ(next("0 6 * * *", "2026-11-23T05:59:59Z"), "2026-11-23T06:00");
    EXPECT_EQ(next("0 6 * * *", "2026-11-23T06:00:00Z"), "2026-11-24T06:00");
    EXPECT_EQ(next("*/15 * * * *", "2026-11-23T10:46:00Z"), "2026-11-23T11:00");
    EXPECT_EQ(next("5,35 8-10/2 * * *", "2026-11-23T08:36:00Z"), "2026-11-23T10:05");
    EXPECT_EQ(next("20/20 * * * *", "2026-11-23T08:00:00Z"), "2026-11-23T08:20");
    EXPECT_EQ(next("59 23 31 12 *", "2026-11-23T08:00:00Z"), "2026-12-31T23:59");
    EXPECT_EQ(next("0 0 29 2 *", "2026-11-23T08:00:00Z"), "2028-02-29T00:00");
    EXPECT_EQ(next("0 0 29 2 *", "2096-02-29T00:00:00Z"), "2104-02-29T00:00");
}

TEST(Cron, DaysOfTheWeekHaveNumbersAndNames) {
    // 2026-11-23 is a Monday.
    for (const auto* monday : {"0 9 * * 1", "0 9 * * mon", "0 9 * * MON", "  0  9 * * Mon "})
        EXPECT_EQ(next(monday, "2026-11-23T10:00:00Z"), "2026-11-30T09:00") << monday;
    for (const auto* sunday : {"0 9 * * 0", "0 9 * * 7", "0 9 * * sun"})
        EXPECT_EQ(next(sunday, "2026-11-23T10:00:00Z"), "2026-11-29T09:00") << sunday;
    EXPECT_EQ(next("0 9 * * mon-fri", "2026-11-27T10:00:00Z"), "2026-11-30T09:00");
    EXPECT_EQ(next("0 9 * * 5-7", "2026-11-23T10:00:00Z"), "2026-11-27T09:00");
    EXPECT_EQ(next("0 9 1 jan-mar *", "2026-11-23T10:00:00Z"), "2027-01-01T09:00");
}

TEST(Cron, WhenBothDaysAreRestrictedEitherIsEnough) {
    EXPECT_EQ(next("0 0 13 * 5", "2026-11-23T10:00:00Z"), "2026-11-27T00:00") << "a Friday";
    EXPECT_EQ(next("0 0 24 * 5", "2026-11-23T10:00:00Z"), "2026-11-24T00:00") << "the 24th";
    EXPECT_EQ(next("0 0 */2 * 5", "2026-11-23T10:00:00Z"), "2026-11-27T00:00") << "with * both count";
}

TEST(Cron, WordsStandForSchedules) {
    EXPECT_EQ(next("hourly", "2026-11-23T10:30:00Z"), "2026-11-23T11:00");
    EXPECT_EQ(next("Daily", "2026-11-23T10:30:00Z"), "2026-11-24T00:00");
    EXPECT_EQ(next("weekly", "2026-11-23T10:30:00Z"), "2026-11-29T00:00");
    EXPECT_EQ(next("monthly", "2026-11-23T10:30:00Z"), "2026-12-01T00:00");
}

TEST(Cron, WhatIsNoneIsRefusedByItsField) {
    const auto names = [](const char* schedule, const char* word) {
        const auto parsed = Schedule::parse(schedule);
        return !parsed && parsed.error().code == ErrorCode::invalid_argument &&
               parsed.error().message.find(word) != std::string::npos;
    };
    EXPECT_TRUE(names("", "five fields"));
    EXPECT_TRUE(names("* * * *", "five fields"));
    EXPECT_TRUE(names("* * * * * *", "five fields"));
    EXPECT_TRUE(names("yearly", "five fields"));
    EXPECT_TRUE(names("60 * * * *", "minute"));
    EXPECT_TRUE(names("-1 * * * *", "minute"));
    EXPECT_TRUE(names("*/0 * * * *", "minute"));
    EXPECT_TRUE(names(", * * * *", "minute"));
    EXPECT_TRUE(names("* 24 * * *", "hour"));
    EXPECT_TRUE(names("* 5-3 * * *", "hour"));
    EXPECT_TRUE(names("* * 0 * *", "day of the month"));
    EXPECT_TRUE(names("* * * 13 *", "month"));
    EXPECT_TRUE(names("* * * january *", "month"));
    EXPECT_TRUE(names("* * * * 8", "day of the week"));
    EXPECT_TRUE(names("* * * * mon-", "day of the week"));
    EXPECT_TRUE(names("0 0 30 2 *", "no such date"));
    EXPECT_TRUE(names(std::string(300, '*').c_str(), "too long"));
    EXPECT_TRUE(Schedule::parse("*/4294967295 * * * *"));
}

}  // namespace
}  // namespace docent::agent
