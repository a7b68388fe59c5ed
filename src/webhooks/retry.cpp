#include "webhooks/retry.hpp"

#include <array>

namespace docent::webhooks {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::chrono::milliseconds, 10> waits{5s, 1min, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};

}  // namespace

std::int64_t most_attempts() { return static_cast<std::int64_t>(waits.size()) + 1; }

std::optional<std::chrono::milliseconds> retry_after(std::int64_t attempt, double jitter) {
    if (attempt < 1 || attempt >= most_attempts()) return std::nullopt;
    const auto wait = static_cast<double>(waits.at(static_cast<std::size_t>(attempt - 1)).count());
    return std::chrono::milliseconds(static_cast<std::int64_t>(wait * (0.8 + 0.4 * jitter)));
}

}  // namespace docent::webhooks
