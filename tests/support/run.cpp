#include "support/run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>

namespace docent::test {
void run_to_end(boost::asio::io_context& loop, Task<> work) {
    std::exception_ptr failure;
    bool ended = false;
    auto on_done = [&](std::exception_ptr e) {
        failure = e;
        ended = true;
    };
    boost::asio::co_spawn(loop, std::move(work), on_done);
    loop.restart();
    while (!ended) loop.run_one();
    if (failure) std::rethrow_exception(failure);
}
}  // namespace docent::test
