#include "base/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <exception>

#include "base/log.hpp"

namespace docent {
namespace asio = boost::asio;

TaskGroup::TaskGroup(asio::any_io_executor loop) : loop_(loop), drained_(loop) {
    drained_.expires_at(asio::steady_timer::time_point::max());
}

TaskGroup::~TaskGroup() { assert(running_.empty() && "stop() the group first"); }

std::uint64_t TaskGroup::spawn(std::string name, Task<> task) {
    if (stopping_) return 0;
    auto it = running_.emplace(running_.end());
    it->number = ++last_number_;
    it->name = std::move(name);
    auto on_done = [this, it](std::exception_ptr failure) {
        if (failure && !stopping_) {
            try {
                std::rethrow_exception(failure);
            } catch (const std::exception& e) {
                log::error("task " + it->name + ": " + e.what());
            }
        }
        running_.erase(it);
        if (stopping_ && running_.empty()) drained_.cancel();
    };
    const auto number = it->number;
    asio::co_spawn(loop_, std::move(task), asio::bind_cancellation_slot(it->cancel.slot(), on_done));
    return number;
}

void TaskGroup::cancel(std::uint64_t task) {
    for (auto& r : running_) {
        if (r.number != task) continue;
        r.cancel.emit(asio::cancellation_type::terminal);
        return;
    }
}

Task<> TaskGroup::stop() {
    stopping_ = true;
    for (auto it = running_.begin(); it != running_.end();) {
        auto& r = *it++;
        r.cancel.emit(asio::cancellation_type::terminal);
    }
    if (!running_.empty()) {
        auto [ec] = co_await drained_.async_wait(asio::as_tuple(asio::use_awaitable));
        (void)ec;
    }
}
}  // namespace docent
