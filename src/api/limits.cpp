#include "api/limits.hpp"

#include <algorithm>
#include <ctime>

#include "api/key_settings.hpp"
#include "base/crypto.hpp"

namespace docent::api {
namespace {

constexpr Millis hour = 3'600'000;
constexpr Millis day = 24 * hour;

Millis start_of(Millis time, Millis span) { return time - time % span; }

std::tm utc(Millis time) {
    const std::time_t seconds = time / 1000;
    std::tm out{};
    gmtime_r(&seconds, &out);
    return out;
}

Millis month_start(Millis time, int ahead) {
    auto date = utc(time);
    std::tm first{};
    first.tm_year = date.tm_year;
    first.tm_mon = date.tm_mon + ahead;
    first.tm_mday = 1;
    return static_cast<Millis>(timegm(&first)) * 1000;
}

std::string grouped(std::int64_t n) {
    auto out = std::to_string(n);
    for (auto at = static_cast<std::ptrdiff_t>(out.size()) - 3; at > 0; at -= 3)
        out.insert(static_cast<std::size_t>(at), 1, ',');
    return out;
}

std::string in_words(std::int64_t seconds) {
    const auto some = [](std::int64_t n, const char* unit) {
        return std::to_string(n) + " " + unit + (n == 1 ? "" : "s");
    };
    if (seconds >= 2 * 86'400) return some((seconds + 43'200) / 86'400, "day");
    if (seconds >= 2 * 3'600) return some((seconds + 1'800) / 3'600, "hour");
    if (seconds >= 2 * 60) return some((seconds + 30) / 60, "minute");
    return some(seconds, "second");
}

}  // namespace

Millis month_of(Millis time) { return month_start(time, 0); }
Millis next_month(Millis time) { return month_start(time, 1); }

Task<Status> Limits::load() {
    const auto now = clock_.now();
    auto stored = co_await counters_.since(month_of(now));
    if (!stored) co_return std::move(stored).error();
    for (auto& usage : *stored) {
        const std::string_view subject = usage.subject;
        if (subject == "org") {
            if (usage.window == start_of(now, hour)) organization_ = {usage.window, usage.count};
        } else if (subject == "analytics" || subject.starts_with("at:") || subject.starts_with("fp:")) {
            if (usage.window == start_of(now, hour)) hours_[usage.subject] = {usage.window, usage.count};
        } else if (subject.starts_with("key:")) {
            if (usage.window == month_of(now))
                keys_[std::string(subject.substr(4))] = {usage.window, usage.count};
        } else if (subject.starts_with("ip:") && usage.window == start_of(now, day)) {
            if (addresses_.size() < config_.max_addresses)
                addresses_[std::string(subject.substr(3))] = {usage.window, usage.count};
        }
    }
    co_return Status();
}

Limits::Verdict Limits::take(const std::string& key_id, const std::string& ip) {
    const auto now = clock_.now();
    const auto month = month_of(now);
    const auto today = start_of(now, day);
    const auto address = address_group(ip);

    auto& key = keys_[key_id];
    if (key.window != month) key = {month, 0};
    if (organization_.window != start_of(now, hour)) organization_ = {start_of(now, hour), 0};
    auto known = addresses_.find(address);
    if (known == addresses_.end()) {
        if (addresses_.size() >= config_.max_addresses) make_room(today);
        known = addresses_.emplace(address, Count{today, 0}).first;
    }
    auto& reader = known->second;
    if (reader.window != today) reader = {today, 0};

    const std::vector<Rule> rules = {
        {"key", config_.per_key_month, key, next_month(now)},
        {"organization", config_.per_organization_hour, organization_, organization_.window + hour},
        {"address", config_.per_ip_day, reader, today + day},
    };
    auto out = tightest(rules, now);
    if (!out.allowed) {
        ++refused_;
        return out;
    }
    for (const auto& rule : rules) ++rule.count.count;
    if (out.limit != 0) --out.remaining;
    note("key:" + key_id, month);
    note("org", organization_.window);
    note("ip:" + address, today);
    return out;
}

Limits::Verdict Limits::tightest(const std::vector<Rule>& rules, Millis now) {
    Verdict out;
    for (const auto& rule : rules) {
        if (rule.limit <= 0) continue;
        const auto left = rule.limit - rule.count.count;
        const auto seconds = (rule.ends - now + 999) / 1000;
        // Of several exhausted ones the longest wait is the true one.
        const bool tighter = out.limit == 0 || (left <= 0 && out.remaining <= 0 ? seconds > out.reset_seconds
                                                                                : left < out.remaining);
        if (!tighter) continue;
        out.limit = rule.limit;
        out.remaining = std::max<std::int64_t>(left, 0);
        out.reset_seconds = seconds;
        out.which = rule.which;
    }
    out.allowed = out.limit == 0 || out.remaining > 0;
    return out;
}

Limits::Verdict Limits::take_hour(const std::vector<Subject>& subjects) {
    const auto now = clock_.now();
    const auto window = start_of(now, hour);
    const auto full = [&] { return hours_.size() + subjects.size() > config_.max_addresses; };
    if (full()) std::erase_if(hours_, [&](const auto& item) { return item.second.window != window; });
    // Full of this hour's: those that asked least are forgotten.
    for (std::int64_t least = 1; full() && !hours_.empty(); least *= 4)
        std::erase_if(hours_, [&](const auto& item) { return item.second.count <= least; });
    std::vector<Rule> rules;
    for (const auto& subject : subjects) {
        auto& count = hours_[subject.name];
        if (count.window != window) count = {window, 0};
        rules.push_back({subject.which, subject.limit, count, window + hour});
    }
    auto out = tightest(rules, now);
    if (!out.allowed) {
        ++refused_;
        return out;
    }
    for (const auto& rule : rules) ++rule.count.count;
    if (out.limit != 0) --out.remaining;
    for (const auto& subject : subjects) note(subject.name, window);
    return out;
}

Limits::Verdict Limits::take_analytics() {
    return take_hour({{"analytics", "analytics", config_.analytics_hour}});
}

Limits::Verdict Limits::take_reader(const std::string& project_id, const std::string& fp, std::int64_t per_fp,
                                    const std::string& ip, std::int64_t per_address) {
    std::vector<Subject> subjects;
    // The identifier itself is not kept with the counts.
    if (per_fp > 0 && !fp.empty() && fp != "anonymous")
        subjects.push_back(
            {"fp:" + project_id + ":" + hash_hex(project_id + fp).substr(0, 32), "reader", per_fp});
    if (per_address > 0)
        subjects.push_back({"at:" + project_id + ":" + address_group(ip), "project address", per_address});
    if (subjects.empty()) return {};
    return take_hour(subjects);
}

void Limits::note(const std::string& subject, Millis window) {
    const auto known = unsaved_.find({subject, window});
    if (known != unsaved_.end()) {
        ++known->second;
    } else if (unsaved_.size() < config_.max_addresses) {  // the store may refuse for a while
        unsaved_.emplace(std::pair(subject, window), 1);
    }
}

void Limits::make_room(Millis today) {
    std::erase_if(addresses_, [&](const auto& item) { return item.second.window != today; });
    for (std::int64_t least = 1; addresses_.size() >= config_.max_addresses; least *= 4) {
        const auto keep = config_.max_addresses / 2;
        std::erase_if(addresses_, [&](const auto& item) {
            return addresses_.size() > keep && item.second.count <= least;
        });
    }
}

Task<Status> Limits::flush() {
    if (!unsaved_.empty()) {
        std::vector<store::Usage> counts;
        counts.reserve(unsaved_.size());
        for (const auto& [subject, count] : unsaved_)
            counts.push_back({subject.first, subject.second, count});
        const auto sent = std::move(unsaved_);
        unsaved_.clear();
        auto written = co_await counters_.add(std::move(counts));
        if (!written) {
            for (const auto& [subject, count] : sent) unsaved_[subject] += count;
            co_return std::move(written).error();
        }
    }
    const auto today = start_of(clock_.now(), day);
    if (readers_forgotten_before_ != today) {
        readers_forgotten_before_ = today;
        auto forgotten = co_await counters_.forget_readers_before(today);
        if (!forgotten) co_return std::move(forgotten).error();
    }
    const auto month = month_of(clock_.now());
    if (forgotten_before_ == month) co_return Status();
    forgotten_before_ = month;
    std::erase_if(keys_, [&](const auto& item) { return item.second.window != month; });
    co_return co_await counters_.forget_before(month);
}

void add_limit_headers(const Limits::Verdict& verdict, net::Response& response) {
    if (verdict.limit == 0) return;
    for (const auto& [name, value] : response.headers)
        if (name == "RateLimit-Limit") return;  // a narrower limit spoke already
    response.headers.emplace_back("RateLimit-Limit", std::to_string(verdict.limit));
    response.headers.emplace_back("RateLimit-Remaining", std::to_string(verdict.remaining));
    response.headers.emplace_back("RateLimit-Reset", std::to_string(verdict.reset_seconds));
    if (!verdict.allowed) response.headers.emplace_back("Retry-After", std::to_string(verdict.reset_seconds));
}

Error limit_error(const Limits::Verdict& verdict) {
    std::string whom = "per key and month";
    if (verdict.which == "analytics") whom = "for analytics per organization and hour";
    if (verdict.which == "reader") whom = "per reader and hour";
    if (verdict.which == "project address") whom = "per address and hour";
    if (verdict.which == "organization") whom = "per organization and hour";
    if (verdict.which == "address") whom = "per address and day";
    return Error(ErrorCode::rate_limited, "the limit of " + grouped(verdict.limit) + " requests " + whom +
                                              " is reached; try again in " + in_words(verdict.reset_seconds));
}

}  // namespace docent::api
