#include "base/clock.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <ctime>

namespace docent {
namespace {

class SystemClock final : public Clock {
public:
    Millis now() const override {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
    }
};

std::tm utc(Millis time) {
    // Floor, so that times before 1970 keep their second.
    const std::time_t seconds = static_cast<std::time_t>((time - (time < 0 ? 999 : 0)) / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return parts;
}

/// Takes `count` digits from the front.
bool take_digits(std::string_view& text, std::size_t count, int& out) {
    if (text.size() < count) return false;
    const auto end = text.data() + count;
    const auto [stop, failed] = std::from_chars(text.data(), end, out);
    if (failed != std::errc() || stop != end || out < 0) return false;
    text.remove_prefix(count);
    return true;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

/// ".123456": the first three digits count.
bool take_fraction(std::string_view& text, Millis& out) {
    if (!take(text, '.')) return true;
    int digits = 0;
    for (Millis unit = 100; !text.empty() && text[0] >= '0' && text[0] <= '9'; unit /= 10, ++digits) {
        out += (text[0] - '0') * unit;
        text.remove_prefix(1);
    }
    return digits > 0;
}

/// "", "Z" or "+02:00".
bool take_offset(std::string_view text, Millis& out) {
    if (text.empty() || text == "Z" || text == "z") return true;
    const bool west = text[0] == '-';
    if (!west && text[0] != '+' && text[0] != ' ') return false;
    text.remove_prefix(1);
    int hours = 0, minutes = 0;
    if (!take_digits(text, 2, hours)) return false;
    take(text, ':');
    if (!text.empty() && !take_digits(text, 2, minutes)) return false;
    if (!text.empty() || hours > 23 || minutes > 59) return false;
    out -= (west ? -1 : 1) * (hours * 60 + minutes) * Millis{60'000};
    return true;
}

}  // namespace

const Clock& system_clock() {
    static const SystemClock clock;
    return clock;
}

std::string iso8601(Millis time) {
    // By hand: lists have hundreds of them, and fmt's way by std::tm was a tenth of a list's time.
    const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(time)};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const auto year = static_cast<int>(date.year());
    if (year < 0 || year > 9999)
        return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", utc(time), ((time % 1000) + 1000) % 1000);
    const std::chrono::hh_mm_ss clock(at - day);
    std::string out = "0000-00-00T00:00:00.000Z";
    const auto put = [&](std::size_t end, std::int64_t number) {
        for (; number > 0; number /= 10) out[--end] = static_cast<char>('0' + number % 10);
    };
    put(4, year);
    put(7, static_cast<unsigned>(date.month()));
    put(10, static_cast<unsigned>(date.day()));
    put(13, clock.hours().count());
    put(16, clock.minutes().count());
    put(19, clock.seconds().count());
    put(23, clock.subseconds().count());
    return out;
}

std::optional<Millis> parse_iso8601(std::string_view text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (!take_digits(text, 4, year) || !take(text, '-') || !take_digits(text, 2, month) || !take(text, '-') ||
        !take_digits(text, 2, day))
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    Millis out = std::chrono::sys_days(date).time_since_epoch().count() * Millis{86'400'000};
    if (text.empty()) return out;
    if (text[0] != 'T' && text[0] != 't' && text[0] != ' ') return std::nullopt;
    text.remove_prefix(1);
    if (!take_digits(text, 2, hour) || !take(text, ':') || !take_digits(text, 2, minute)) return std::nullopt;
    if (take(text, ':') && (!take_digits(text, 2, second) || !take_fraction(text, out))) return std::nullopt;
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    out += ((hour * 60 + minute) * 60 + second) * Millis{1000};
    if (!take_offset(text, out)) return std::nullopt;
    return out;
}

std::string http_date(Millis time) { return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", utc(time)); }

}  // namespace docent
