#include "net/server.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "support/net_raw_client.hpp"
#include "support/net_test_server.hpp"

namespace docent::net {
namespace {

using namespace std::chrono_literals;
using test::RawClient;
using test::TestServer;

Task<Result<Response>> echo(Request& request) {
    co_return reply(200, "text/plain", request.method + " " + request.path + " " + request.body);
}
Task<Result<Response>> client_of(Request& request) { co_return reply(200, "text/plain", request.client); }
Task<Result<Response>> fails(Request&) { co_return Error(ErrorCode::conflict, "no", "secret"); }
Task<Result<Response>> throws(Request&) {
    throw std::runtime_error("secret");
    co_return Response();
}
Task<Result<Response>> large(Request&) { co_return reply(200, "text/plain", std::string(8 << 20, 'x')); }
Task<Result<Response>> injects(Request& request) {
    auto response = reply(200, "text/plain", "");
    response.headers.emplace_back("X-Echo", request.query["x"]);
    co_return response;
}
Task<Result<Response>> slow(Request&) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 200ms);
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return reply(200, "text/plain", "done");
}

Task<Result<Response>> gate(std::atomic<bool>& entered, std::atomic<bool>& released) {
    entered = true;
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    while (!released) {
        timer.expires_after(1ms);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
    co_return reply(200, "text/plain", "done");
}

void add_routes(Router& router) {
    router.add("GET", "/echo", echo);
    router.add("POST", "/echo", echo);
    router.add("GET", "/client", client_of);
    router.add("GET", "/fails", fails);
    router.add("GET", "/throws", throws);
    router.add("GET", "/large", large);
    router.add("GET", "/injects", injects);
    router.add("GET", "/slow", slow);
}

std::string get(const std::string& path, const std::string& more = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: test\r\n" + more + "\r\n";
}

TEST(Server, AnswersAndKeepsTheConnection) {
    TestServer server(add_routes);
    RawClient client(server.port());
    for (int i = 0; i < 3; ++i) {
        client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello");
        const auto response = client.response();
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.body, "POST /echo hello");
        EXPECT_TRUE(response.headers.contains("date"));
    }
    EXPECT_EQ(server.stats().requests, 3u);
    EXPECT_EQ(server.stats().statuses[200], 3u);
}

TEST(Server, PipelinedRequestsAreAnsweredInOrder) {
    TestServer server(add_routes);
    RawClient client(server.port());
    std::string all = get("/slow");
    for (int i = 0; i < 50; ++i)
        all += "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n" + std::to_string(10 + i);
    client.send(all);
    EXPECT_EQ(client.response().body, "done");
    for (int i = 0; i < 50; ++i) EXPECT_EQ(client.response().body, "POST /echo " + std::to_string(10 + i));
}

TEST(Server, ARequestMayArriveByteByByte) {
    TestServer server(add_routes);
    RawClient client(server.port());
    for (const char c : std::string("POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n")) {
        ASSERT_TRUE(client.send(std::string_view(&c, 1)));
    }
    EXPECT_EQ(client.response().body, "POST /echo abcde");
    client.send(get("/echo"));
    EXPECT_EQ(client.response().status, 200);
}

TEST(Server, HeadHasTheLengthAndNoBody) {
    TestServer server(add_routes);
    RawClient client(server.port());
    client.send("HEAD /echo HTTP/1.1\r\nHost: test\r\n\r\n" + get("/echo"));
    EXPECT_EQ(client.response(true).headers["content-length"], "11");
    EXPECT_EQ(client.response().body, "GET /echo ");
}

TEST(Server, UnknownRoutesAndMethodsHaveTheErrorBody) {
    TestServer server(add_routes);
    RawClient client(server.port());
    client.send(get("/nowhere") + "DELETE /echo HTTP/1.1\r\nHost: t\r\n\r\n");
    auto response = client.response();
    EXPECT_EQ(response.status, 404);
    EXPECT_NE(response.body.find("\"code\":\"unknown_route\""), std::string::npos);
    response = client.response();
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(response.headers["allow"], "GET, HEAD, OPTIONS, POST");
    EXPECT_NE(response.body.find("\"status\":405"), std::string::npos);
}

TEST(Server, PreflightsOfKnownPathsAreAnsweredAndDecorated) {
    TestServer server(add_routes, {}, [](const Request& request, Response& response) {
        response.headers.emplace_back("X-Decorated", request.method);
    });
    RawClient client(server.port());
    client.send("OPTIONS /echo HTTP/1.1\r\nHost: t\r\n\r\nOPTIONS /nowhere HTTP/1.1\r\nHost: t\r\n\r\n");
    auto response = client.response();
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.headers["x-decorated"], "OPTIONS");
    EXPECT_EQ(response.headers["allow"], "GET, HEAD, OPTIONS, POST");
    EXPECT_FALSE(response.headers.contains("content-length"));
    EXPECT_EQ(client.response().status, 404);
    client.send("GET / HTTP/1.1\r\nHost : t\r\n\r\n");  // refused before there is a request
    response = client.response();
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.headers["x-decorated"], "GET");
}

TEST(Server, NothingInsideIsToldWhenAHandlerFails) {
    TestServer server(add_routes);
    RawClient client(server.port());
    client.send(get("/throws") + get("/fails"));
    auto response = client.response();
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
    response = client.response();
    EXPECT_EQ(response.status, 409);
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST(Server, AHeaderValueWithALineEndIsDropped) {
    TestServer server(add_routes);
    RawClient client(server.port());
    client.send(get("/injects?x=a%0d%0aSet-Cookie:%20b"));
    const auto response = client.response();
    EXPECT_EQ(response.status, 200);
    EXPECT_FALSE(response.headers.contains("x-echo"));
    EXPECT_FALSE(response.headers.contains("set-cookie"));
}

TEST(Server, Http10IsClosedUnlessKeepAliveIsAsked) {
    TestServer server(add_routes);
    RawClient one(server.port());
    one.send("GET /echo HTTP/1.0\r\n\r\n");
    EXPECT_EQ(one.response().headers["connection"], "close");
    EXPECT_TRUE(one.closed_by_server());
    RawClient two(server.port());
    two.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(two.response().headers["connection"], "keep-alive");
    two.send("GET /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(two.response().headers["connection"], "close");
    EXPECT_TRUE(two.closed_by_server());
}

TEST(Server, AnExpectedContinueIsSentBeforeTheBodyIsRead) {
    TestServer server(add_routes);
    RawClient client(server.port());
    client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.response().status, 100);
    client.send("ok");
    EXPECT_EQ(client.response().body, "POST /echo ok");
}

TEST(Server, ABodyOverTheLimitIsRefusedBeforeItIsSent) {
    ServerConfig config;
    config.max_body = 1000;
    TestServer server(add_routes, config);
    RawClient one(server.port());
    one.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(one.response().status, 413);
    RawClient two(server.port());  // sends it all the same, and still reads the answer
    two.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3000000\r\n\r\n" +
             std::string(3'000'000, 'x'));
    EXPECT_EQ(two.response().status, 413);
    RawClient three(server.port());
    three.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 3; ++i) three.send("190\r\n" + std::string(400, 'x') + "\r\n");
    EXPECT_EQ(three.response().status, 413);
    RawClient four(server.port());
    four.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'));
    EXPECT_EQ(four.response().status, 200);
}

TEST(Server, AHeadOverTheLimitIsRefused) {
    TestServer server(add_routes);
    RawClient client(server.port());
    client.send("GET /echo HTTP/1.1\r\nHost: t\r\nX: " + std::string(20'000, 'x'));
    EXPECT_EQ(client.response().status, 431);
    RawClient fits(server.port());
    fits.send(get("/echo", "X: " + std::string(15'000, 'x') + "\r\n"));
    EXPECT_EQ(fits.response().status, 200);
}

TEST(Server, SlowHeadersAndBodiesEndAtTheirDeadline) {
    ServerConfig config;
    config.read_header = config.read_body = 100ms;
    config.idle = 1s;
    TestServer server(add_routes, config);
    RawClient head(server.port()), body(server.port()), idle(server.port());
    head.send("GET /echo HTTP/1.1\r\nHost:");
    body.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_EQ(head.response().status, 408);
    EXPECT_TRUE(head.closed_by_server());
    EXPECT_EQ(body.response().status, 408);
    EXPECT_TRUE(idle.closed_by_server());
}

TEST(Server, AReaderOfALargeBodyThatStopsIsDisconnected) {
    ServerConfig config;
    config.write = 500ms;
    TestServer server(add_routes, config);
    RawClient client(server.port(), 4096);
    client.send(get("/large"));
    EXPECT_TRUE(server.reaches([](const ServerStats& s) { return s.requests == 1 && s.connections == 0; }));
    RawClient good(server.port());
    good.send(get("/large"));
    EXPECT_EQ(good.response().body.size(), 8u << 20);
}

TEST(Server, OnlyATrustedProxySaysWhoTheClientIs) {
    TestServer open(add_routes);
    RawClient one(open.port());
    one.send(get("/client", "X-Forwarded-For: 1.2.3.4\r\n"));
    EXPECT_EQ(one.response().body, "127.0.0.1");
    ServerConfig config;
    config.trusted_proxies = {"127.0.0.0/8"};
    TestServer behind(add_routes, config);
    RawClient two(behind.port());
    two.send(get("/client", "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: 1.2.3.4\r\n"));
    EXPECT_EQ(two.response().body, "1.2.3.4");
}

TEST(Server, ConnectionsOverTheLimitWaitForOthersToClose) {
    ServerConfig config;
    config.max_connections = 2;
    TestServer server(add_routes, config);
    auto one = std::make_unique<RawClient>(server.port());
    RawClient two(server.port());
    two.send(get("/echo"));
    EXPECT_EQ(two.response().status, 200);
    RawClient three(server.port());  // in the backlog
    three.send(get("/echo"));
    EXPECT_TRUE(server.reaches([](const ServerStats& s) { return s.connections == 2; }));
    one.reset();
    EXPECT_EQ(three.response().status, 200);
}

TEST(Server, StopLetsARunningAnswerEnd) {
    std::atomic<bool> entered = false, released = false;
    TestServer server([&](Router& router) {
        add_routes(router);
        router.add("GET", "/gate",
                   [&](Request&) -> Task<Result<Response>> { return gate(entered, released); });
    });
    RawClient busy(server.port()), idle(server.port());
    idle.send(get("/echo"));
    EXPECT_EQ(idle.response().status, 200);
    busy.send(get("/gate"));
    while (!entered) std::this_thread::yield();
    server.begin_stop();
    EXPECT_TRUE(idle.closed_by_server());
    EXPECT_THROW(RawClient late(server.port()), std::runtime_error);
    released = true;
    const auto response = busy.response();
    EXPECT_EQ(response.body, "done");
    EXPECT_EQ(response.headers.at("connection"), "close");
    server.stop();
}

/// Lowers the limit of open files so that one more can be opened, and puts it back.
class OneDescriptorLeft {
public:
    OneDescriptorLeft() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const int lowest = ::dup(0);
        ::close(lowest);
        auto tight = before_;
        tight.rlim_cur = static_cast<rlim_t>(lowest) + 1;
        ::setrlimit(RLIMIT_NOFILE, &tight);
    }
    ~OneDescriptorLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

TEST(Server, OutOfDescriptorsItWaitsAndGoesOn) {
    TestServer server(add_routes);
    RawClient first(server.port());
    first.send(get("/echo"));
    EXPECT_EQ(first.response().status, 200);
    std::unique_ptr<RawClient> second;
    {
        const OneDescriptorLeft limit;
        second = std::make_unique<RawClient>(server.port());  // takes it; accept() has none
        second->send(get("/echo"));
        for (int i = 0; i < 100; ++i) {
            first.send(get("/echo"));  // the connections there are go on
            ASSERT_EQ(first.response().status, 200);
        }
        EXPECT_EQ(server.stats().connections, 1u);
    }
    EXPECT_EQ(second->response().status, 200);
}

TEST(Server, AnAddressInUseIsAnException) {
    TestServer first(add_routes);
    ServerConfig config;
    config.port = first.port();
    EXPECT_THROW(TestServer(add_routes, config), std::exception);
}

}  // namespace
}  // namespace docent::net
