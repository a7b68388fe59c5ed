#pragma once
#include <boost/asio/io_context.hpp>
#include "base/deadline.hpp"

namespace docent::test {

/// Drives loop until work ends; rethrows what it threw.
void run_to_end(boost::asio::io_context& loop, Task<> work);

template <class T>
T run(boost::asio::io_context& loop, Task<T> work) {
    std::optional<T> out;
    run_to_end(loop, keep(std::move(work), out));
    return std::move(*out);
}

}  // namespace docent::test
