#include "base/pools.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace docent {
namespace {
Task<> call(std::function<void()> job) {
    job();
    co_return;
}
}  // namespace

Task<> run_blocking(boost::asio::thread_pool& pool, std::function<void()> job) {
    co_await boost::asio::co_spawn(pool.get_executor(), call(std::move(job)), boost::asio::use_awaitable);
}
}  // namespace docent
