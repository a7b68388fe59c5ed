#include "agent/cron.hpp"

#include <charconv>
#include <chrono>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace docent::agent {
namespace {

namespace chrono = std::chrono;

constexpr Millis cron_minute = 60'000, cron_day = 86'400'000;
constexpr int days_looked_at = 366 * 8 + 2;  // February 29 around a year such as 2100
constexpr std::size_t longest_schedule = 200;

struct CronField {
    const char* name;
    unsigned least, most;
    std::vector<std::string_view> names;  // of `least` and what follows
};

const std::array<CronField, 5>& cron_fields() {
    static const std::array<CronField, 5> all = {
        CronField{"minute", 0, 59, {}}, CronField{"hour", 0, 23, {}},
        CronField{"day of the month", 1, 31, {}},
        CronField{"month",
                  1,
                  12,
                  {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
        CronField{"day of the week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}};
    return all;
}

Error wrong_field(const CronField& field) {
    return invalid(std::string("schedule: the ") + field.name + " takes *, or numbers from " +
                   std::to_string(field.least) + " to " + std::to_string(field.most) +
                   " as 5, 1-5, */15 or 1,3,5");
}

std::optional<unsigned> number_of(std::string_view text, const CronField& field) {
    for (std::size_t i = 0; i < field.names.size(); ++i)
        if (text == field.names[i]) return field.least + static_cast<unsigned>(i);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < field.least || value > field.most)
        return std::nullopt;
    return value;
}

/// "*", "5", "1-5", each with "/2".
bool add_part(std::string_view part, const CronField& field, std::bitset<64>& out) {
    unsigned step = 1;
    const auto slash = part.find('/');
    if (slash != part.npos) {
        const auto text = part.substr(slash + 1);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
        if (error != std::errc() || end != text.data() + text.size() || step == 0) return false;
        part = part.substr(0, slash);
    }
    auto from = std::optional<unsigned>(field.least), to = std::optional<unsigned>(field.most);
    if (part != "*") {
        const auto dash = part.find('-');
        from = number_of(part.substr(0, dash), field);
        if (dash != part.npos)
            to = number_of(part.substr(dash + 1), field);
        else if (slash == part.npos)
            to = from;
    }
    if (!from || !to || *from > *to) return false;
    for (unsigned value = *from; value <= *to; value += std::min(step, 64u)) out.set(value);
    return true;
}

Result<std::bitset<64>> parse_field(std::string_view text, const CronField& field) {
    std::bitset<64> out;
    for (const auto& part : split(text, ','))
        if (!add_part(part, field, out)) return wrong_field(field);
    return out;
}

std::string_view of_word(std::string_view text) {
    if (text == "hourly") return "0 * * * *";
    if (text == "daily") return "0 0 * * *";
    if (text == "weekly") return "0 0 * * 0";
    if (text == "monthly") return "0 0 1 * *";
    return text;
}

}  // namespace

Result<Schedule> Schedule::parse(std::string_view text) {
    if (text.size() > longest_schedule) return invalid("schedule: is too long");
    const auto lower = lower_ascii(trim(text));
    std::vector<std::string> fields;
    for (const auto& field : split(of_word(lower), ' '))
        if (!field.empty()) fields.push_back(field);
    if (fields.size() != cron_fields().size())
        return invalid(
            "schedule: takes hourly, daily, weekly or monthly, or five fields such as 0 6 * * 1 (minute, "
            "hour, day of the month, month, day of the week; UTC)");
    Schedule out;
    std::bitset<64>* const sets[] = {&out.minutes_, &out.hours_, &out.days_, &out.months_, &out.weekdays_};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        TRY(*sets[i], parse_field(fields[i], cron_fields().at(i)));
    }
    if (out.weekdays_.test(7)) out.weekdays_.set(0);
    out.any_day_ = fields[2].starts_with('*');
    out.any_weekday_ = fields[4].starts_with('*');
    constexpr Millis leap_year = 1'704'067'200'000;  // 2024
    if (!out.find_after(leap_year)) return invalid("schedule: there is no such date");
    return out;
}

bool Schedule::has_day(unsigned day_of_month, unsigned month, unsigned day_of_week) const {
    if (!months_.test(month)) return false;
    const bool of_month = days_.test(day_of_month), of_week = weekdays_.test(day_of_week);
    return any_day_ || any_weekday_ ? of_month && of_week : of_month || of_week;
}

std::optional<Millis> Schedule::find_after(Millis time) const {
    const Millis from = time - time % cron_minute + cron_minute;
    Millis date = from - from % cron_day;
    for (int i = 0; i < days_looked_at; ++i, date += cron_day) {
        const chrono::sys_days days{chrono::days(date / cron_day)};
        const chrono::year_month_day ymd(days);
        if (!has_day(static_cast<unsigned>(ymd.day()), static_cast<unsigned>(ymd.month()),
                     chrono::weekday(days).c_encoding()))
            continue;
        for (unsigned at = date < from ? static_cast<unsigned>((from - date) / cron_minute) : 0; at < 24 * 60;
             ++at)
            if (hours_.test(at / 60) && minutes_.test(at % 60)) return date + at * cron_minute;
    }
    return std::nullopt;
}

Millis Schedule::next_after(Millis time) const {
    // parse() took only what has a date in every eight years, but for 2096 to 2104.
    return find_after(time).value_or(time + days_looked_at * cron_day);
}

}  // namespace docent::agent
