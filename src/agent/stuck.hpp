#pragma once
#include <string>
#include <vector>

#include "store/timeline.hpp"

namespace docent::agent {

/// Why a turn gets nowhere, as a sentence for people; "" while it may get on. `events` are those of the turn,
/// oldest first. Patterns: the same call with the same result four times in a row, the same error three
/// times in a row, two calls that alternate three times, replies without a call that say the same.
std::string stuck_reason(const std::vector<store::Event>& events);

}  // namespace docent::agent
