#pragma once
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <optional>
#include <utility>

#include "base/task.hpp"

namespace docent {

/// Where blocking work runs. The event loop is one thread and is not in here: code on it never blocks.
struct Pools {
    boost::asio::thread_pool db{4};      // SQLite, libpq: reads (writes have a thread of their own)
    boost::asio::thread_pool search{2};  // queries and answers over an index
    boost::asio::thread_pool build{1};   // importing and indexing: long, so apart from queries
    boost::asio::thread_pool git{2};     // libgit2, and the git program
};

/// Runs job on pool and resumes the caller on its own executor; job's exceptions come back too.
Task<> run_blocking(boost::asio::thread_pool& pool, std::function<void()> job);

/// co_await on(pools.git, [&] { return clone(url); })   Capture by reference: the caller is suspended.
template <class F>
auto on(boost::asio::thread_pool& pool, F fn) -> Task<decltype(fn())> {
    std::optional<decltype(fn())> out;
    std::function<void()> job = [&] { out.emplace(fn()); };
    co_await run_blocking(pool, std::move(job));
    co_return std::move(*out);
}

}  // namespace docent
