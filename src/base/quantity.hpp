#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace docent {

/// "250ms", "30s", "5m", "2h", "7d", "2w", "1h30m"; a bare number is seconds. invalid_argument otherwise.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);
std::string format_duration(std::chrono::milliseconds value);

/// "64KiB", "5MiB", "1GiB", "5MB" (1000s), a bare number of bytes. invalid_argument otherwise.
Result<std::size_t> parse_size(std::string_view text);
std::string format_size(std::size_t bytes);

/// An amount in the currency of the price table (the owner's: Docent does not convert).
struct Money {
    static constexpr std::int64_t unit = 1'000'000;
    static constexpr std::int64_t most = 1'000'000 * unit;
    std::int64_t millionths = 0;
    friend bool operator==(const Money&, const Money&) = default;
};
/// "0", "5", "0.25", up to six decimals and a million; never negative. invalid_argument otherwise.
Result<Money> parse_money(std::string_view text);
/// The shortest form that parses to the same: "0.25".
std::string format_money(Money value);

}  // namespace docent
