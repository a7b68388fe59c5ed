#include "base/deadline.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "support/run.hpp"

namespace docent {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

Task<> rest(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

Task<> extend_and_rest(Watch& watch, std::chrono::milliseconds limit, std::chrono::milliseconds time) {
    co_await rest(1ms);
    watch.extend(limit);
    co_await rest(time);
}

}  // namespace

TEST(Watch, WorkThatStopsGettingOnIsEnded) {
    asio::io_context loop;
    Watch watch(1ms);
    EXPECT_FALSE(test::run(loop, finishes_before(watch, rest(1h))));
}

TEST(Watch, WorkMayPutTheDeadlineOff) {
    asio::io_context loop;
    Watch watch(50ms);
    EXPECT_TRUE(test::run(loop, finishes_before(watch, extend_and_rest(watch, 1h, 100ms))));
}

TEST(Watch, WorkMayBringTheDeadlineForward) {
    asio::io_context loop;
    Watch watch(1h);
    EXPECT_FALSE(test::run(loop, finishes_before(watch, extend_and_rest(watch, 1ms, 1h))));
}

TEST(Watch, WhatTheWorkThrowsComesOut) {
    asio::io_context loop;
    Watch watch(1h);
    const auto fails = []() -> Task<> {
        co_await rest(1ms);
        throw std::runtime_error("no");
    };
    EXPECT_THROW(test::run(loop, finishes_before(watch, fails())), std::runtime_error);
}

}  // namespace docent
