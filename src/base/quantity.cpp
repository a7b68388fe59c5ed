#include "base/quantity.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/text.hpp"

namespace docent {

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
    static const auto wrong = [] { return invalid("takes a duration such as 250ms, 30s, 5m, 2h or 7d"); };
    constexpr std::int64_t longest = 1000LL * 60 * 60 * 24 * 36500;
    std::int64_t total = 0;
    std::string_view rest = trim(text);
    if (rest.empty()) return wrong();
    while (!rest.empty()) {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
        if (error != std::errc() || value < 0 || rest[0] == '-') return wrong();
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        std::size_t letters = 0;
        while (letters < rest.size() && rest[letters] >= 'a' && rest[letters] <= 'z') ++letters;
        const auto unit = rest.substr(0, letters);
        std::int64_t factor = 0;
        if (unit == "ms") factor = 1;
        if (unit == "s" || (unit.empty() && rest.empty() && total == 0)) factor = 1000;
        if (unit == "m") factor = 60'000;
        if (unit == "h") factor = 3'600'000;
        if (unit == "d") factor = 86'400'000;
        if (unit == "w") factor = 7 * 86'400'000LL;
        if (!factor || value > longest / factor) return wrong();
        total += value * factor;
        if (total > longest) return wrong();
        rest.remove_prefix(letters);
    }
    return std::chrono::milliseconds(total);
}

std::string format_duration(std::chrono::milliseconds value) {
    const auto ms = value.count();
    if (ms == 0) return "0s";
    if (ms % 86'400'000 == 0) return fmt::format("{}d", ms / 86'400'000);
    if (ms % 3'600'000 == 0) return fmt::format("{}h", ms / 3'600'000);
    if (ms % 60'000 == 0) return fmt::format("{}m", ms / 60'000);
    if (ms % 1000 == 0) return fmt::format("{}s", ms / 1000);
    return fmt::format("{}ms", ms);
}

Result<std::size_t> parse_size(std::string_view text) {
    static const auto wrong = [] { return invalid("takes a size such as 64KiB, 5MiB or 1GiB"); };
    const std::string_view rest = trim(text);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (rest.empty() || error != std::errc()) return wrong();
    const auto unit = trim(rest.substr(static_cast<std::size_t>(end - rest.data())));
    std::uint64_t factor = 0;
    if (unit.empty() || unit == "B") factor = 1;
    if (unit == "KiB") factor = 1ULL << 10;
    if (unit == "MiB") factor = 1ULL << 20;
    if (unit == "GiB") factor = 1ULL << 30;
    if (unit == "kB" || unit == "KB") factor = 1000;
    if (unit == "MB") factor = 1'000'000;
    if (unit == "GB") factor = 1'000'000'000;
    if (!factor || value > (1ULL << 50) / factor) return wrong();
    return value * factor;
}

std::string format_size(std::size_t bytes) {
    if (bytes && bytes % (1ULL << 30) == 0) return fmt::format("{}GiB", bytes >> 30);
    if (bytes && bytes % (1ULL << 20) == 0) return fmt::format("{}MiB", bytes >> 20);
    if (bytes && bytes % (1ULL << 10) == 0) return fmt::format("{}KiB", bytes >> 10);
    return fmt::format("{}", bytes);
}

Result<Money> parse_money(std::string_view text) {
    static const auto wrong = [] { return invalid("takes an amount of money such as 0, 5 or 0.25"); };
    std::string_view rest = trim(text);
    const auto dot = rest.find('.');
    const std::string_view whole = rest.substr(0, dot);
    const std::string_view part = dot == rest.npos ? std::string_view() : rest.substr(dot + 1);
    std::uint64_t units = 0;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), units);
    if (whole.empty() || error != std::errc() || end != whole.data() + whole.size()) return wrong();
    if (units > static_cast<std::uint64_t>(Money::most / Money::unit)) return wrong();
    if (dot != rest.npos && (part.empty() || part.size() > 6)) return wrong();
    Money out;
    std::int64_t scale = Money::unit;
    out.millionths = static_cast<std::int64_t>(units) * Money::unit;
    for (const char c : part) {
        if (c < '0' || c > '9') return wrong();
        scale /= 10;
        out.millionths += (c - '0') * scale;
    }
    return out;
}

std::string format_money(Money value) {
    std::string out = fmt::format("{}.{:06}", value.millionths / Money::unit, value.millionths % Money::unit);
    while (out.ends_with('0')) out.pop_back();
    if (out.ends_with('.')) out.pop_back();
    return out;
}

}  // namespace docent
