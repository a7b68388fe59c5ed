#include "base/quantity.hpp"

#include <gtest/gtest.h>

using namespace docent;

TEST(Quantity, DurationsAndSizesAreReadAndWrittenTheSame) {
    for (const char* text : {"250ms", "30s", "5m", "2h", "90d"})
        EXPECT_EQ(format_duration(*parse_duration(text)), text);
    EXPECT_EQ(*parse_duration("1h30m"), std::chrono::minutes(90));
    EXPECT_EQ(*parse_duration("2w"), std::chrono::hours(14 * 24));
    EXPECT_EQ(*parse_duration("15"), std::chrono::seconds(15));
    for (const char* text : {"", "s", "-1s", "5 parsecs", "99999999999999999999s", "1h30"})
        EXPECT_FALSE(parse_duration(text)) << text;
    for (const char* text : {"5MiB", "64KiB", "1GiB", "1023"})
        EXPECT_EQ(format_size(*parse_size(text)), text);
    EXPECT_EQ(*parse_size("5MB"), 5'000'000u);
    for (const char* text : {"", "MiB", "5 apples", "-1", "99999999999GiB"})
        EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Quantity, MoneyIsReadExactlyAndNeverNegative) {
    for (const char* text : {"0", "5", "0.25", "12.345678", "1000000"})
        EXPECT_EQ(format_money(*parse_money(text)), text);
    EXPECT_EQ(parse_money("0.10")->millionths, 100'000);
    EXPECT_EQ(parse_money(" 3 ")->millionths, 3'000'000);
    for (const char* text : {"", "-1", "1,5", "1.", ".5", "1.2345678", "2000000", "5 EUR", "1e3", "0x1"})
        EXPECT_FALSE(parse_money(text)) << text;
}
