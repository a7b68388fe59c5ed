#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace docent {
namespace {

TEST(ClockTest, DatesAndTimesAreRead) {
    EXPECT_EQ(parse_iso8601("1970-01-02"), 86'400'000);
    EXPECT_EQ(parse_iso8601("2023-11-14T22:13:20Z"), 1'700'000'000'000);
    EXPECT_EQ(parse_iso8601("2023-11-14T22:13:20"), 1'700'000'000'000);
    EXPECT_EQ(parse_iso8601("2023-11-14T22:13:20.123456Z"), 1'700'000'000'123);
    EXPECT_EQ(parse_iso8601("2023-11-15T00:13:20+02:00"), 1'700'000'000'000);
    EXPECT_EQ(parse_iso8601("2023-11-15T00:13:20 02:00"), 1'700'000'000'000);
    EXPECT_EQ(parse_iso8601("2023-11-14T17:13:20-0500"), 1'700'000'000'000);
    EXPECT_EQ(parse_iso8601("2023-11-14T22:13"), 1'699'999'980'000);
    EXPECT_EQ(parse_iso8601(iso8601(1'700'000'000'123)), 1'700'000'000'123);
    EXPECT_EQ(iso8601(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(iso8601(-1), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(iso8601(1'709'210'096'007), "2024-02-29T12:34:56.007Z");
    EXPECT_EQ(iso8601(253'402'300'799'999), "9999-12-31T23:59:59.999Z");
    EXPECT_TRUE(parse_iso8601("2024-02-29"));
}

TEST(ClockTest, WhatIsNoTimeIsNothing) {
    for (const auto* text :
         {"", "2023", "2023-11", "2023-13-01", "2023-02-29", "2023-00-10", "2023-11-14T", "2023-11-14T25:00",
          "2023-11-14T22:60", "2023-11-14T22:13:20.", "2023-11-14T22:13:20X", "2023-11-14T22:13:20+2",
          "2023-11-14T22:13:20+24:00", "2023-11-14T22:13:20+02:00x", "yesterday", "-023-11-14", "2023-11-1 "})
        EXPECT_FALSE(parse_iso8601(text)) << text;
}

}  // namespace
}  // namespace docent
