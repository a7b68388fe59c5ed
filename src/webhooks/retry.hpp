#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

namespace docent::webhooks {

/// Attempts for one delivery, the first included: over about three days.
std::int64_t most_attempts();

/// How long to wait after attempt number `attempt` (1, 2, ...) failed: longer each time, changed by up to a
/// fifth either way so that what failed together is not tried together. `jitter`: from 0 to 1. Nothing: it
/// was the last one.
std::optional<std::chrono::milliseconds> retry_after(std::int64_t attempt, double jitter);

}  // namespace docent::webhooks
