#include "net/http_client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>

#include "base/task_group.hpp"
#include "support/net_test_server.hpp"
#include "support/run.hpp"

namespace docent::net {
namespace {

using namespace std::chrono_literals;
using test::Imposter;

class Collect final : public Sink<std::string> {
public:
    explicit Collect(std::chrono::milliseconds pause = 0ms) : pause_(pause) {}
    Task<Status> put(std::string item) override {
        ++puts;
        largest = std::max(largest, item.size());
        all += item;
        if (fails) co_return Error(ErrorCode::conflict, "full");
        if (pause_ == 0ms) co_return Status();
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, pause_);
        co_await timer.async_wait(boost::asio::use_awaitable);
        co_return Status();
    }
    std::string all;
    std::size_t largest = 0;
    int puts = 0;
    bool fails = false;

private:
    std::chrono::milliseconds pause_;
};

class HttpClientTest : public ::testing::Test {
protected:
    HttpClientTest() { ::setenv("no_proxy", "127.0.0.1", 1); }

    Call to(const std::string& path) {
        Call call;
        call.url = imposter.url(path);
        return call;
    }
    Result<Reply> fetch(Call call) { return test::run(loop, client.fetch(std::move(call))); }
    Result<Reply> stream(Call call, Sink<std::string>& out) {
        return test::run(loop, client.stream(std::move(call), out));
    }

    Imposter imposter;
    boost::asio::io_context loop;
    HttpClient client{loop.get_executor()};
};

TEST_F(HttpClientTest, FetchesTheWholeReply) {
    imposter.on("POST", "/a", [](const Request& request) {
        auto response = reply(201, "text/plain", request.body + request.header("x-one"));
        response.headers.emplace_back("X-Twice", "a");
        response.headers.emplace_back("X-Twice", "b");
        return response;
    });
    auto call = to("/a?b=c");
    call.method = "POST";
    call.body = std::string(100'000, 'x');
    call.headers.emplace_back("X-One", "1");
    call.headers.emplace_back("X-Empty", "");
    const auto got = fetch(call);
    ASSERT_TRUE(got.ok()) << got.error().detail;
    EXPECT_EQ(got->status, 201);
    EXPECT_EQ(got->body, call.body + "1");
    EXPECT_EQ(got->headers.at("x-twice"), "a, b");
    EXPECT_EQ(got->url, imposter.url("/a?b=c"));
    EXPECT_TRUE(imposter.requests().at(0).headers.contains("x-empty"));
}

TEST_F(HttpClientTest, EveryMethodArrivesAsItIs) {
    for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}) {
        imposter.on(method, "/m", 200, "text/plain", "ok");
        auto call = to("/m");
        call.method = method;
        ASSERT_TRUE(fetch(call).ok());
        EXPECT_EQ(imposter.requests().back().method, method);
    }
}

TEST_F(HttpClientTest, AnyStatusIsAReply) {
    const auto got = fetch(to("/nowhere"));
    ASSERT_TRUE(got.ok());
    EXPECT_EQ(got->status, 404);
}

TEST_F(HttpClientTest, FollowsRedirectsUpToItsLimit) {
    for (int i = 0; i < 3; ++i) {
        imposter.on("GET", "/" + std::to_string(i), [i](const Request&) {
            auto response = reply(302, "text/plain", "moved");
            response.headers.emplace_back("Location", "/" + std::to_string(i + 1));
            response.headers.emplace_back("X-Only-Here", "1");
            return response;
        });
    }
    imposter.on("GET", "/3", 200, "text/plain", "here");
    const auto got = fetch(to("/0"));
    ASSERT_TRUE(got.ok());
    EXPECT_EQ(got->body, "here");
    EXPECT_EQ(got->url, imposter.url("/3"));
    EXPECT_FALSE(got->headers.contains("x-only-here"));
    auto call = to("/0");
    call.max_redirects = 2;
    EXPECT_EQ(fetch(call).error().code, ErrorCode::upstream_failed);
    call.max_redirects = 0;
    EXPECT_EQ(fetch(call)->status, 302);
}

TEST_F(HttpClientTest, OtherProtocolsAreRefusedOnRedirectsToo) {
    imposter.on("GET", "/", [](const Request&) {
        auto response = reply(302, "text/plain", "");
        response.headers.emplace_back("Location", "file:///etc/hostname");
        return response;
    });
    EXPECT_EQ(fetch(to("/")).error().code, ErrorCode::upstream_failed);
    Call call;
    for (const char* url :
         {"file:///etc/hostname", "gopher://127.0.0.1/", "", "127.0.0.1", "http://a\r\nb"}) {
        call.url = url;
        EXPECT_EQ(fetch(call).error().code, ErrorCode::invalid_argument) << url;
    }
}

TEST_F(HttpClientTest, AHeaderWithALineEndIsRefused) {
    auto call = to("/");
    call.headers.emplace_back("X", "a\r\nY: b");
    EXPECT_EQ(fetch(call).error().code, ErrorCode::invalid_argument);
    EXPECT_TRUE(imposter.requests().empty());
}

TEST_F(HttpClientTest, TooLargeAReplyIsAnError) {
    imposter.on("GET", "/", 200, "text/plain", std::string(1001, 'x'));
    auto call = to("/");
    call.max_body = 1000;
    EXPECT_EQ(fetch(call).error().code, ErrorCode::too_large);
    call.max_body = 1001;
    EXPECT_EQ(fetch(call)->body.size(), 1001u);
}

TEST_F(HttpClientTest, UndoesCompression) {
    // printf 'hello hello hello' | gzip -n
    const unsigned char zipped[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
                                    0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x90, 0x00,
                                    0x80, 0x88, 0xf9, 0xe5, 0x11, 0x00, 0x00, 0x00};
    const std::string bytes(reinterpret_cast<const char*>(zipped), sizeof zipped);
    imposter.on("GET", "/", [bytes](const Request& request) {
        EXPECT_NE(request.header("accept-encoding").find("gzip"), std::string::npos);
        auto response = reply(200, "text/plain", bytes);
        response.headers.emplace_back("Content-Encoding", "gzip");
        return response;
    });
    const auto got = fetch(to("/"));
    ASSERT_TRUE(got.ok()) << got.error().detail;
    EXPECT_EQ(got->body, "hello hello hello");
}

TEST_F(HttpClientTest, AServerThatIsNotThereIsUpstreamFailed) {
    Call call;
    {
        Imposter gone;
        call.url = gone.url("/");
    }
    const auto got = fetch(call);
    EXPECT_EQ(got.error().code, ErrorCode::upstream_failed);
    EXPECT_EQ(got.error().message, "the other server could not be reached");
}

TEST_F(HttpClientTest, StreamsWhileItComes) {
    imposter.on_stream("GET", "/s", "text/event-stream", {"data: a\n\n", "data: b\n\n", "data: c\n\n"});
    Collect out;
    const auto got = stream(to("/s"), out);
    ASSERT_TRUE(got.ok());
    EXPECT_EQ(got->status, 200);
    EXPECT_EQ(got->headers.at("content-type"), "text/event-stream");
    EXPECT_EQ(got->body, "");
    EXPECT_EQ(out.all, "data: a\n\ndata: b\n\ndata: c\n\n");
}

TEST_F(HttpClientTest, ASlowSinkHoldsThePeerUpAndLosesNothing) {
    std::string large;
    for (int i = 0; large.size() < 8u << 20; ++i) large += std::to_string(i) + ",";
    imposter.on("GET", "/large", 200, "text/plain", large);
    Collect out(1ms);
    const auto got = stream(to("/large"), out);
    ASSERT_TRUE(got.ok()) << got.error().detail;
    EXPECT_EQ(out.all, large);
    EXPECT_LE(out.largest, (64u << 10) + 16384);  // what waited for the sink was bounded
}

TEST_F(HttpClientTest, TheHeadIsSeenOnceBeforeTheBodyAndCanEndTheCall) {
    imposter.on("GET", "/moved", [](const Request&) {
        auto response = reply(302, "text/plain", "elsewhere");
        response.headers.emplace_back("Location", "/here");
        return response;
    });
    imposter.on("GET", "/here", 418, "text/tea", "short and stout");
    imposter.on("GET", "/empty", 204, "text/plain", "");
    Collect out;
    std::vector<int> heads;
    const HttpClient::OnHead look = [&](const Reply& head) -> Status {
        EXPECT_EQ(out.all, "");
        heads.push_back(head.status);
        return {};
    };
    ASSERT_TRUE(test::run(loop, client.stream(to("/moved"), out, look)).ok());
    EXPECT_EQ(out.all, "short and stout");
    out.all.clear();
    ASSERT_TRUE(test::run(loop, client.stream(to("/empty"), out, look)).ok());
    EXPECT_EQ(heads, (std::vector<int>{418, 204}));
    const HttpClient::OnHead refuse = [](const Reply& head) -> Status {
        return conflict(head.headers.at("content-type"));
    };
    const auto refused = test::run(loop, client.stream(to("/here"), out, refuse));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().message, "text/tea");
}

TEST_F(HttpClientTest, TheSinksErrorEndsTheCall) {
    imposter.on("GET", "/", 200, "text/plain", std::string(1 << 20, 'x'));
    Collect out;
    out.fails = true;
    EXPECT_EQ(stream(to("/"), out).error().code, ErrorCode::conflict);
    EXPECT_EQ(out.puts, 1);
}

TEST_F(HttpClientTest, LimitsOnTheCallAndOnSilence) {
    imposter.on("GET", "/silent", [](const Request&) {
        auto response = reply(200, "text/plain", "");
        response.stream = std::make_unique<test::Pieces>(std::vector<std::string>{"a"}, true);
        return response;
    });
    auto call = to("/silent");
    call.idle_limit = 100ms;
    EXPECT_EQ(fetch(call).error().code, ErrorCode::timed_out);
    call = to("/silent");
    call.limit = 100ms;
    EXPECT_EQ(fetch(call).error().code, ErrorCode::timed_out);
}

Task<> note_result(HttpClient& client, Call call, std::optional<ErrorCode>& code) {
    auto got = co_await client.fetch(std::move(call));
    if (!got) code = got.error().code;
}

TEST_F(HttpClientTest, ACancelledCoroutineEndsItsCall) {
    std::atomic<int> alive = 0;
    struct Silent final : BodySource {
        explicit Silent(std::atomic<int>& a) : alive(a) { ++alive; }
        ~Silent() override { --alive; }
        void start(std::function<void()>) override {}
        Next read(std::string& out, std::size_t) override {
            out += "x";
            return Next::wait;
        }
        std::atomic<int>& alive;
    };
    test::TestServer server([&](Router& router) {
        router.add("GET", "/", [&](Request&) -> Task<Result<Response>> {
            auto response = reply(200, "text/plain", "");
            response.stream = std::make_unique<Silent>(alive);
            co_return response;
        });
    });
    Call call;
    call.url = server.url("/");
    std::optional<ErrorCode> code;
    TaskGroup group(loop.get_executor());
    group.spawn("call", note_result(client, call, code));
    while (alive == 0) loop.poll();
    test::run_to_end(loop, group.stop());
    EXPECT_EQ(code, ErrorCode::cancelled);
    EXPECT_TRUE(server.reaches([](const ServerStats& s) { return s.streams == 0; }));
    EXPECT_EQ(alive, 0);
}

Task<> count(HttpClient& client, Call call, int& ok) {
    auto got = co_await client.fetch(std::move(call));
    if (got.ok() && got->body == "pong") ++ok;
}

TEST_F(HttpClientTest, ManyCallsAtOnce) {
    imposter.on("GET", "/ping", 200, "text/plain", "pong");
    TaskGroup group(loop.get_executor());
    int ok = 0;
    for (int i = 0; i < 100; ++i) group.spawn("call", count(client, to("/ping"), ok));
    while (group.size() > 0) loop.run_one();
    EXPECT_EQ(ok, 100);
    test::run_to_end(loop, group.stop());
}

TEST_F(HttpClientTest, AClientWithoutCallsDoesNotKeepTheLoopBusy) {
    imposter.on("GET", "/ping", 200, "text/plain", "pong");
    ASSERT_TRUE(fetch(to("/ping")).ok());
    loop.restart();
    while (loop.poll() > 0) continue;
    EXPECT_TRUE(loop.stopped());
    EXPECT_EQ(fetch(to("/ping"))->body, "pong");
}

TEST_F(HttpClientTest, ACallMayBeMadeAndAbandonedWhileAnothersBodyIsTaken) {
    imposter.on("GET", "/large", 200, "text/plain", std::string(300'000, 'x'));
    imposter.on("GET", "/ping", 200, "text/plain", "pong");
    struct Nested final : Sink<std::string> {
        Nested(HttpClient& c, Call p) : client(c), ping(std::move(p)) {}
        Task<Status> put(std::string item) override {
            bytes += item.size();
            auto got = co_await client.fetch(ping);
            if (got && got->body == "pong") ++pongs;
            Collect refuses;
            refuses.fails = true;
            auto ended = co_await client.stream(ping, refuses);
            if (!ended) ++refused;
            co_return Status();
        }
        HttpClient& client;
        const Call ping;
        std::size_t bytes = 0;
        int pongs = 0, refused = 0;
    };
    Nested out(client, to("/ping"));
    ASSERT_TRUE(stream(to("/large"), out).ok());
    EXPECT_EQ(out.bytes, 300'000u);
    EXPECT_GE(out.pongs, 2);
    EXPECT_EQ(out.refused, out.pongs);
}

}  // namespace
}  // namespace docent::net
