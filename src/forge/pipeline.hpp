#pragma once
#include <cstdint>
#include <string>

#include "base/clock.hpp"

namespace docent::forge {

/// What the newest pipeline of a merge request has come to. Numbers of jobs.
struct Pipeline {
    std::string status;  // "pending", "running", "success", "failed", "canceled"
    std::int64_t total = 0, success = 0, failed = 0, running = 0;
    std::string web_url;
    Millis updated = 0;  // 0: not told
};

}  // namespace docent::forge
