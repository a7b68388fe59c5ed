#include "base/pools.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

namespace docent {
namespace asio = boost::asio;

// Not co_spawn on the pool: its cancellation slot would be used from two threads, and a coroutine that is
// cancelled before it starts there throws out of the pool's thread. The job refers to the caller's frame,
// so the caller always waits for its end; a cancellation is seen at the caller's next await.
Task<> run_blocking(asio::thread_pool& pool, std::function<void()> job) {
    const asio::any_io_executor home = co_await asio::this_coro::executor;
    std::exception_ptr failure;
    auto start = [&](auto handler) {
        auto work = [&job, &failure, stay = asio::make_work_guard(home),
                     handler = std::move(handler)]() mutable {
            try {
                job();
            } catch (...) {
                failure = std::current_exception();
            }
            asio::post(stay.get_executor(), std::move(handler));
        };
        asio::post(pool, std::move(work));
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(start, asio::use_awaitable);
    if (failure) std::rethrow_exception(failure);
}
}  // namespace docent
