#include "base/deadline.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

namespace docent {
namespace {
// operator|| waits for the first *success*: a throwing branch would wait out the timer.
Task<> capture(Task<> work, std::exception_ptr& failure) {
    try {
        co_await std::move(work);
    } catch (...) {
        failure = std::current_exception();
    }
}
}  // namespace

/// Ends when the watch's deadline has passed.
Task<> overdue(Watch& watch) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    watch.look_again_ = [&timer] { timer.cancel(); };
    struct Forget {
        Watch& watch;
        ~Forget() { watch.look_again_ = nullptr; }
    } forget{watch};
    while (std::chrono::steady_clock::now() < watch.deadline_) {
        watch.waited_for_ = watch.deadline_;
        timer.expires_at(watch.deadline_);
        [[maybe_unused]] auto [ended] =
            co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        const auto state = co_await boost::asio::this_coro::cancellation_state;
        // To be cancelled is not to be overdue.
        if (state.cancelled() != boost::asio::cancellation_type::none)
            throw boost::system::system_error(boost::asio::error::operation_aborted);
    }
}

Task<bool> finishes_before(Watch& watch, Task<> work) {
    using namespace boost::asio::experimental::awaitable_operators;
    std::exception_ptr failure;
    auto first = co_await (capture(std::move(work), failure) || overdue(watch));
    if (first.index() == 1) co_return false;
    if (failure) std::rethrow_exception(failure);
    co_return true;
}

Task<bool> finishes_within(std::chrono::milliseconds limit, Task<> work) {
    using namespace boost::asio::experimental::awaitable_operators;
    std::exception_ptr failure;
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, limit);
    auto first = co_await (capture(std::move(work), failure) || timer.async_wait(boost::asio::use_awaitable));
    if (first.index() == 1) co_return false;
    if (failure) std::rethrow_exception(failure);
    co_return true;
}
}  // namespace docent
