#include "base/clock.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

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

}  // namespace

const Clock& system_clock() {
    static const SystemClock clock;
    return clock;
}

std::string iso8601(Millis time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", utc(time), ((time % 1000) + 1000) % 1000);
}

std::string http_date(Millis time) { return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", utc(time)); }

}  // namespace docent
