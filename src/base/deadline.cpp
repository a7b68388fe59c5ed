#include "base/deadline.hpp"

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
