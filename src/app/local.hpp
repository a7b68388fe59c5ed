#pragma once
#include <boost/asio/io_context.hpp>
#include <optional>

#include "base/deadline.hpp"
#include "base/pools.hpp"

namespace docent::app {

/// Drives loop until work has ended. False when it threw (which is logged).
bool run_until_done(boost::asio::io_context& loop, Task<> work);

/// Drives loop until work has ended and gives what it gave: for starts, stops and commands, which have
/// nothing else to do meanwhile.
template <class T>
Result<T> run_here(boost::asio::io_context& loop, Task<Result<T>> work) {
    std::optional<Result<T>> out;
    if (!run_until_done(loop, keep(std::move(work), out))) return internal("a task threw");
    return std::move(*out);
}

}  // namespace docent::app
