#pragma once
#include <vector>

#include "base/task.hpp"

namespace docent {

/// Runs the tasks at the same time and completes when the last has ended. When one throws, the others are
/// cancelled and the exception comes out; cancelling the caller cancels all of them.
Task<> all(std::vector<Task<>> tasks);

}  // namespace docent
