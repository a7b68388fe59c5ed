#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace docent {

/// Wall-clock time in milliseconds since 1970 (UTC): what the store keeps and the API shows.
using Millis = std::int64_t;

/// Where the time comes from, so that tests can move it. Safe from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Millis now() const = 0;
};

/// The machine's clock.
const Clock& system_clock();

/// A clock that stands still until it is moved. For tests.
class FakeClock final : public Clock {
public:
    explicit FakeClock(Millis start = 1'700'000'000'000) : now_(start) {}
    Millis now() const override { return now_; }
    void advance(std::chrono::milliseconds by) { now_ += by.count(); }

private:
    Millis now_;
};

/// RFC 3339 in UTC with milliseconds: "2026-11-22T04:24:57.123Z".
std::string iso8601(Millis time);

/// "2026-11-22" (midnight UTC), "2026-11-22T04:24:57Z", with or without seconds and their fractions, with
/// "Z", an offset such as "+02:00" (its sign may be a space: what forms make of "+") or neither (UTC).
/// Nothing for other text and for days that do not exist.
std::optional<Millis> parse_iso8601(std::string_view text);

/// RFC 9110 date for HTTP headers: "Sun, 22 Nov 2026 04:24:57 GMT".
std::string http_date(Millis time);

}  // namespace docent
