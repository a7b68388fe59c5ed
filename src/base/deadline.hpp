#pragma once
#include <chrono>
#include <functional>
#include <optional>

#include "base/task.hpp"

namespace docent {

/// True if work ended within limit; otherwise it was cancelled and has ended by the time this returns.
Task<bool> finishes_within(std::chrono::milliseconds limit, Task<> work);

/// A time limit that the work itself moves while it gets on, which costs next to nothing. On the event loop.
class Watch {
public:
    explicit Watch(std::chrono::milliseconds limit) { extend(limit); }
    /// From now on.
    void extend(std::chrono::milliseconds limit) {
        deadline_ = std::chrono::steady_clock::now() + limit;
        if (deadline_ < waited_for_ && look_again_) look_again_();
    }

private:
    friend Task<bool> finishes_before(Watch& watch, Task<> work);
    friend Task<> overdue(Watch& watch);
    std::chrono::steady_clock::time_point deadline_, waited_for_;
    std::function<void()> look_again_;  // while one waits for a later time than the deadline
};

/// True if work ended before the watch's deadline; otherwise it was cancelled and has ended by the time this
/// returns.
Task<bool> finishes_before(Watch& watch, Task<> work);

/// Runs work and keeps its result. (Asio 1.26 can only spawn default-constructible results, so only Task<> is
/// spawned.)
template <class T>
Task<> keep(Task<T> work, std::optional<T>& out) {
    out.emplace(co_await std::move(work));
}

/// work's result, or ErrorCode::timed_out after limit. (Boost 1.81 has no cancel_after.)
template <class T>
Task<Result<T>> with_deadline(std::chrono::milliseconds limit, Task<Result<T>> work) {
    std::optional<Result<T>> out;
    const bool in_time = co_await finishes_within(limit, keep(std::move(work), out));
    if (in_time) co_return std::move(*out);
    co_return Error(ErrorCode::timed_out, "the operation took too long");
}

}  // namespace docent
