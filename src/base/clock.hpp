#pragma once
#include <chrono>
#include <cstdint>
#include <string>

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

/// RFC 9110 date for HTTP headers: "Sun, 22 Nov 2026 04:24:57 GMT".
std::string http_date(Millis time);

}  // namespace docent
