#include <gtest/gtest.h>

#include <atomic>

#include "net/server.hpp"
#include "support/net_raw_client.hpp"
#include "support/net_test_server.hpp"

namespace docent::net {
namespace {

using namespace std::chrono_literals;
using test::Pieces;
using test::RawClient;
using test::TestServer;

const std::string ask = "GET /stream HTTP/1.1\r\nHost: t\r\n\r\n";

/// A body that the test feeds from outside, on the loop.
class Feed {
public:
    class Source final : public BodySource {
    public:
        explicit Source(Feed& feed) : feed_(feed) { ++feed_.alive; }
        ~Source() override {
            feed_.wake = {};
            --feed_.alive;
        }
        void start(std::function<void()> wake) override { feed_.wake = std::move(wake); }
        Next read(std::string& out, std::size_t limit) override {
            ++feed_.reads;
            const auto n = std::min(limit, feed_.left());
            out.append(feed_.waiting, feed_.given, n);
            feed_.given += n;
            if (feed_.broken) throw std::runtime_error("broken");
            if (feed_.left() > 0) return Next::more;
            return feed_.ended ? Next::end : Next::wait;
        }
        std::string_view keep_alive() const override { return feed_.keep_alive; }

    private:
        Feed& feed_;
    };

    void give(TestServer& server, const std::string& text, bool end = false) {
        server.on_loop([&] {
            waiting += text;
            ended = end;
            if (wake) wake();
        });
    }

    std::size_t left() const { return waiting.size() - given; }

    std::function<void()> wake;
    std::string waiting;
    std::size_t given = 0;  // bytes of it
    std::string keep_alive;
    bool ended = false;
    bool broken = false;
    std::atomic<int> alive = 0;
    std::atomic<int> reads = 0;
};

Task<Result<Response>> open(Feed& feed) {
    auto response = reply(200, "text/event-stream", "");
    response.stream = std::make_unique<Feed::Source>(feed);
    co_return response;
}

std::function<void(Router&)> serving(Feed& feed) {
    return
        [&feed](Router& router) { router.add("GET", "/stream", [&feed](Request&) { return open(feed); }); };
}

bool has_streams(TestServer& server, std::uint64_t n) {
    return server.reaches([n](const ServerStats& s) { return s.streams == n; });
}

Task<Result<Response>> pieces(Request&) {
    auto response = reply(200, "text/plain", "");
    response.stream = std::make_unique<Pieces>(std::vector<std::string>{"one", "two", "three"});
    co_return response;
}

TEST(Stream, IsSentInChunksAndTheConnectionGoesOn) {
    TestServer server([](Router& router) { router.add("GET", "/stream", pieces); });
    RawClient client(server.port());
    client.send(ask + ask);  // the second waits while the first is streamed
    for (int i = 0; i < 2; ++i) {
        const auto response = client.response();
        EXPECT_EQ(response.body, "onetwothree");
        EXPECT_EQ(response.chunks, 3u);
        EXPECT_EQ(response.headers.count("content-length"), 0u);
    }
    client.send(ask);
    EXPECT_EQ(client.response().body, "onetwothree");
}

TEST(Stream, WithoutChunksForHttp10) {
    TestServer server([](Router& router) { router.add("GET", "/stream", pieces); });
    RawClient client(server.port());
    client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto response = client.response();
    EXPECT_EQ(response.headers.at("connection"), "close");
    EXPECT_EQ(response.body, "onetwothree");
}

TEST(Stream, AHeadRequestGetsItsHeadersOnly) {
    TestServer server([](Router& router) { router.add("GET", "/stream", pieces); });
    RawClient client(server.port());
    client.send("HEAD /stream HTTP/1.1\r\nHost: t\r\n\r\n" + ask);
    EXPECT_EQ(client.response(true).headers.at("transfer-encoding"), "chunked");
    EXPECT_EQ(client.response().body, "onetwothree");
}

TEST(Stream, TheHeadersAreOutBeforeThereIsABody) {
    Feed feed;
    TestServer server(serving(feed));
    RawClient client(server.port());
    client.send(ask);
    EXPECT_TRUE(client.await_text("\r\n\r\n"));
    feed.give(server, "a");
    EXPECT_TRUE(client.await_text("1\r\na\r\n"));
    feed.give(server, "b", true);
    EXPECT_TRUE(client.await_text("1\r\nb\r\n0\r\n\r\n"));
    EXPECT_TRUE(has_streams(server, 0));
    EXPECT_EQ(feed.alive, 0);
}

TEST(Stream, WhatComesWithinOneTurnGoesOutTogether) {
    Feed feed;
    TestServer server(serving(feed));
    RawClient client(server.port());
    client.send(ask);
    EXPECT_TRUE(client.await_text("\r\n\r\n"));
    server.on_loop([&] {
        for (int i = 0; i < 100; ++i) {
            feed.waiting += "x";
            feed.wake();
        }
    });
    EXPECT_TRUE(client.await_text("64\r\n" + std::string(100, 'x') + "\r\n"));
}

TEST(Stream, AClientThatVanishesEndsAnIdleStream) {
    Feed feed;
    TestServer server(serving(feed));
    auto client = std::make_unique<RawClient>(server.port());
    client->send(ask);
    EXPECT_TRUE(client->await_text("\r\n\r\n"));
    EXPECT_EQ(feed.alive, 1);
    client.reset();
    EXPECT_TRUE(server.reaches([](const ServerStats& s) { return s.streams == 0 && s.connections == 0; }));
    EXPECT_EQ(feed.alive, 0);
}

TEST(Stream, AReaderThatStopsCostsOneBufferAndIsDisconnected) {
    Feed feed;
    ServerConfig config;
    config.write = 100ms;
    config.write_buffer = 10'000;
    TestServer server(serving(feed), config);
    RawClient client(server.port(), 4096);
    client.send(ask);
    EXPECT_TRUE(client.await_text("\r\n\r\n"));
    feed.give(server, std::string(20 << 20, 'x'));
    EXPECT_TRUE(has_streams(server, 0));
    EXPECT_GT(feed.left(), 1u << 20);  // was not read into the server
    EXPECT_EQ(feed.alive, 0);
}

TEST(Stream, ASlowReaderGetsEverything) {
    Feed feed;
    TestServer server(serving(feed));
    RawClient client(server.port(), 4096);
    client.send(ask);
    feed.give(server, std::string(5 << 20, 'x'), true);
    const auto response = client.response();
    EXPECT_TRUE(response.whole);
    EXPECT_EQ(response.body.size(), 5u << 20);
}

TEST(Stream, AQuietOneSendsItsKeepAlive) {
    Feed feed;
    feed.keep_alive = ": ping\n\n";
    ServerConfig config;
    config.keep_alive = 50ms;
    TestServer server(serving(feed), config);
    RawClient client(server.port());
    client.send(ask);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(client.await_text("8\r\n: ping\n\n\r\n"));
    feed.give(server, "end", true);
    EXPECT_TRUE(client.await_text("3\r\nend\r\n0\r\n\r\n"));
}

TEST(Stream, OneThatBreaksIsCutSoThatTheClientCanTell) {
    Feed feed;
    TestServer server(serving(feed));
    RawClient client(server.port());
    client.send(ask);
    EXPECT_TRUE(client.await_text("\r\n\r\n"));
    server.on_loop([&] {
        feed.broken = true;
        feed.wake();
    });
    EXPECT_EQ(client.rest(), "");
    EXPECT_EQ(feed.alive, 0);
}

TEST(Stream, StopWaitsForItAndThenCutsIt) {
    Feed ends, stays;
    ServerConfig config;
    config.drain = 300ms;
    TestServer server(
        [&](Router& router) {
            router.add("GET", "/ends", [&](Request&) { return open(ends); });
            router.add("GET", "/stays", [&](Request&) { return open(stays); });
        },
        config);
    RawClient one(server.port()), two(server.port());
    one.send("GET /ends HTTP/1.1\r\nHost: t\r\n\r\n");
    two.send("GET /stays HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_TRUE(has_streams(server, 2));
    server.begin_stop();
    ends.give(server, "last", true);
    EXPECT_EQ(one.response().body, "last");
    server.stop();
    EXPECT_FALSE(two.response().whole);
    EXPECT_EQ(ends.alive + stays.alive, 0);
}

TEST(Stream, HundredsAtOnce) {
    constexpr int count = 400;
    TestServer server([](Router& router) {
        router.add("GET", "/stream", [](Request&) -> Task<Result<Response>> {
            auto response = reply(200, "text/plain", "");
            response.stream = std::make_unique<Pieces>(std::vector<std::string>{"a"}, true);
            co_return response;
        });
    });
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < count; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.port()));
        clients.back()->send(ask);
    }
    EXPECT_TRUE(has_streams(server, count));
    for (auto& client : clients) EXPECT_TRUE(client->await_text("1\r\na\r\n"));
    clients.clear();
    EXPECT_TRUE(has_streams(server, 0));
}

}  // namespace
}  // namespace docent::net
