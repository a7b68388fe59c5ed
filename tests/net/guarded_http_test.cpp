#include "net/guarded_http.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "support/net_test_server.hpp"
#include "support/run.hpp"

namespace docent::net {
namespace {

using boost::asio::ip::make_address;

TEST(PublicAddress, IsNoneOfThoseWithASpecialPurpose) {
    for (const char* text :
         {"1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.0", "100.63.255.255",
          "100.128.0.0", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e"})
        EXPECT_TRUE(is_public(make_address(text))) << text;
    for (const char* text : {"0.0.0.0",
                             "0.1.2.3",
                             "10.0.0.1",
                             "100.64.0.1",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.9.9.9",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.8",
                             "192.0.2.1",
                             "192.168.1.1",
                             "198.18.0.1",
                             "198.51.100.1",
                             "203.0.113.1",
                             "224.0.0.1",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::ffff:10.0.0.1",
                             "::ffff:8.8.8.8",
                             "::8.8.8.8",
                             "64:ff9b::808:808",
                             "64:ff9b:1::a00:1",
                             "2002:a00:1::",
                             "2002:808:808::",
                             "2001::1",
                             "2001:db8::1",
                             "fc00::1",
                             "fd12:3456::1",
                             "fe80::1",
                             "fec0::1",
                             "ff02::1",
                             "3fff::1"})
        EXPECT_FALSE(is_public(make_address(text))) << text;
}

TEST(Target, IsReadInOneWayOnly) {
    const auto target = parse_target("HTTPS://Docs.Example.COM.:8443/a/b?c=d#e");
    ASSERT_TRUE(target.ok());
    EXPECT_EQ(target->url(), "https://docs.example.com:8443/a/b?c=d");
    EXPECT_EQ(parse_target("http://[::1]:8080")->url(), "http://[::1]:8080/");
    EXPECT_EQ(parse_target("http://example.com:80?q")->url(), "http://example.com/?q");
    for (const char* url : {"",
                            "example.com",
                            "ftp://example.com/",
                            "file:///etc/passwd",
                            "gopher://example.com/",
                            "http://",
                            "http:///x",
                            "http://user@example.com/",
                            "http://user:secret@example.com/",
                            "http://2130706433/",
                            "http://0x7f.1/",
                            "http://0x7f000001/",
                            "http://127.1/",
                            "http://0177.0.0.1/",
                            "http://127.0.0.1.2/",
                            "http://exa%6dple.com/",
                            "http://ex\xC3\xA4mple.com/",
                            "http://example.com:0/",
                            "http://example.com:99999/",
                            "http://example.com:x/",
                            "http://exa mple.com/",
                            "http://example.com\\@evil.com/",
                            "http://a..b/",
                            "http://[fe80::1%25eth0]/",
                            "http://example.com/\r\nX: y",
                            "http://127.0.0.1\t/"})
        EXPECT_FALSE(parse_target(url).ok()) << url;
}

TEST(HostRules, NameHostsWithTheirPorts) {
    const auto rules =
        HostRules::parse({"example.com", "*.example.org", "example.net:8080", "[::1]:80", "10.0.0.5:99"});
    ASSERT_TRUE(rules.ok());
    const auto allowed = [&](const char* url) { return rules->check_host(*parse_target(url)).ok(); };
    EXPECT_TRUE(allowed("http://example.com/"));
    EXPECT_TRUE(allowed("https://EXAMPLE.com./"));
    EXPECT_TRUE(allowed("https://a.b.example.org/"));
    EXPECT_TRUE(allowed("http://example.net:8080/"));
    EXPECT_TRUE(allowed("http://[0:0::1]/"));
    EXPECT_TRUE(allowed("http://10.0.0.5:99/"));
    for (const char* url : {"http://example.com:8080/", "http://sub.example.com/", "http://example.org/",
                            "http://evilexample.org/", "http://example.net/", "http://[::1]:81/",
                            "http://10.0.0.5/", "http://example.com.evil.net/"})
        EXPECT_FALSE(allowed(url)) << url;
    EXPECT_FALSE(HostRules().check_host(*parse_target("http://example.com/")).ok());

    EXPECT_TRUE(rules->check_address(make_address("1.1.1.1"), 80).ok());
    EXPECT_TRUE(rules->check_address(make_address("10.0.0.5"), 99).ok());
    EXPECT_FALSE(rules->check_address(make_address("10.0.0.5"), 80).ok());
    EXPECT_FALSE(rules->check_address(make_address("10.0.0.6"), 99).ok());
    const auto any = HostRules::parse({"*"});
    EXPECT_TRUE(any->check_host(*parse_target("https://anything.example/")).ok());
    EXPECT_FALSE(any->check_address(make_address("127.0.0.1"), 80).ok());

    for (const char* rule : {"", "http://example.com", "example.com/", "*.", "*.1.2.3.4", "exam ple",
                             "example.com:x", "a:b:c", "[::1"})
        EXPECT_FALSE(HostRules::parse({rule}).ok()) << rule;
}

class GuardedHttpTest : public testing::Test {
protected:
    Result<Reply> fetch(const std::vector<std::string>& rules, Call call) {
        auto parsed = HostRules::parse(rules);
        EXPECT_TRUE(parsed.ok());
        GuardedHttp guarded(http, *parsed);
        return test::run(loop, guarded.fetch(std::move(call)));
    }
    Result<Reply> fetch(const std::vector<std::string>& rules, const std::string& url) {
        Call call;
        call.url = url;
        return fetch(rules, std::move(call));
    }
    std::string here() const { return "127.0.0.1:" + std::to_string(server.port()); }
    std::string local(const std::string& path) const {
        return "http://localhost:" + std::to_string(server.port()) + path;
    }
    void redirect(const std::string& from, const std::string& to, int status = 302) {
        server.on("GET", from, [to, status](const Request&) {
            Response response;
            response.status = status;
            response.headers.emplace_back("Location", to);
            return response;
        });
    }
    /// localhost, with all addresses that it has.
    std::vector<std::string> named() const {
        const auto port = std::to_string(server.port());
        return {"localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port};
    }

    test::Imposter server;
    boost::asio::io_context loop{1};
    HttpClient http{loop.get_executor()};
};

TEST_F(GuardedHttpTest, CallsWhatIsListedAndNothingElse) {
    server.on("GET", "/page", 200, "text/plain", "text");
    const auto reply = fetch({here()}, server.url("/page"));
    ASSERT_TRUE(reply.ok()) << reply.error().message;
    EXPECT_EQ(reply->body, "text");
    for (const auto& rules : {std::vector<std::string>{}, {"*"}, {"127.0.0.1"}, {"127.0.0.1:1"}}) {
        const auto refused = fetch(rules, server.url("/page"));
        ASSERT_FALSE(refused.ok());
        EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
        EXPECT_EQ(refused.error().reason, "not_allowed");
    }
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(GuardedHttpTest, AListedNameMustNotResolveToAnAddressThatIsNotListed) {
    server.on("GET", "/page", 200, "text/plain", "text");
    const auto refused = fetch({"localhost:" + std::to_string(server.port())}, local("/page"));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
    EXPECT_TRUE(server.requests().empty());
    const auto reply = fetch(named(), local("/page"));
    ASSERT_TRUE(reply.ok()) << reply.error().message << reply.error().detail;
    EXPECT_EQ(server.requests().front().header("host"), "localhost:" + std::to_string(server.port()));
}

TEST_F(GuardedHttpTest, TheConnectionGoesToTheAddressThatWasLookedAt) {
    // A name that nobody resolves: only the address that is given can have been called.
    server.on("GET", "/page", 200, "text/plain", "text");
    Call call;
    call.url = "http://nowhere.invalid:" + std::to_string(server.port()) + "/page";
    call.connect_to = "127.0.0.1";
    call.max_redirects = 0;
    const auto reply = test::run(loop, http.fetch(std::move(call)));
    ASSERT_TRUE(reply.ok()) << reply.error().message << reply.error().detail;
    EXPECT_EQ(reply->body, "text");
    EXPECT_TRUE(server.requests().front().header("host").starts_with("nowhere.invalid"));
}

TEST_F(GuardedHttpTest, NoProxyStandsBetween) {
    server.on("GET", "/page", 200, "text/plain", "text");
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    unsetenv("no_proxy");
    const auto reply = fetch({here()}, server.url("/page"));
    unsetenv("http_proxy");
    EXPECT_TRUE(reply.ok());
}

TEST_F(GuardedHttpTest, EveryRedirectIsLookedAt) {
    server.on("GET", "/end", 200, "text/plain", "end");
    redirect("/relative", "end");
    redirect("/loop", "/loop");
    redirect("/metadata", "http://169.254.169.254/latest/meta-data/");
    redirect("/name", local("/end"));
    redirect("/file", "file:///etc/passwd");
    redirect("/user", "http://a:b@" + here() + "/end");
    EXPECT_EQ(fetch({here()}, server.url("/relative"))->body, "end");
    EXPECT_EQ(fetch({here()}, server.url("/relative"))->url, server.url("/end"));
    EXPECT_EQ(fetch({here()}, server.url("/metadata")).error().code, ErrorCode::permission_denied);
    EXPECT_EQ(fetch({here(), "*"}, server.url("/metadata")).error().code, ErrorCode::permission_denied);
    EXPECT_EQ(fetch({here()}, server.url("/name")).error().code, ErrorCode::permission_denied);
    EXPECT_EQ(fetch({here()}, server.url("/file")).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(fetch({here()}, server.url("/user")).error().code, ErrorCode::invalid_argument);
    const auto before = server.requests().size();
    EXPECT_EQ(fetch({here()}, server.url("/loop")).error().code, ErrorCode::upstream_failed);
    EXPECT_EQ(server.requests().size() - before, 6u);  // the first and five redirects
}

TEST_F(GuardedHttpTest, SecretsStayWithTheirOrigin) {
    server.on("GET", "/end", 200, "text/plain", "end");
    redirect("/same", "/end");
    redirect("/other", local("/end"));
    auto rules = named();
    for (const char* path : {"/same", "/other"}) {
        Call call;
        call.url = server.url(path);
        call.headers = {
            {"Authorization", "Bearer swordfish"}, {"X-Api-Key", "swordfish"}, {"Accept", "text/plain"}};
        ASSERT_TRUE(fetch(rules, std::move(call)).ok());
        const auto last = server.requests().back();
        const bool same = std::string(path) == "/same";
        EXPECT_EQ(last.header("authorization"), same ? "Bearer swordfish" : "");
        EXPECT_EQ(last.header("x-api-key"), same ? "swordfish" : "");
        EXPECT_EQ(last.header("accept"), "text/plain");
    }
    const auto masked =
        mask_secrets({{"AUTHORIZATION", "a"}, {"Set-Cookie", "b"}, {"X-Auth-Token", "c"}, {"Accept", "d"}});
    EXPECT_EQ(masked[0].second + masked[1].second + masked[2].second + masked[3].second, "*********d");
}

TEST_F(GuardedHttpTest, APostBecomesAGetWhereBrowsersDoThat) {
    server.on("GET", "/end", 200, "text/plain", "got");
    server.on("POST", "/end", 200, "text/plain", "posted");
    for (const int status : {301, 302, 303, 307, 308}) {
        server.on("POST", "/form", [status](const Request&) {
            Response response;
            response.status = status;
            response.headers.emplace_back("Location", "/end");
            return response;
        });
        Call call;
        call.method = "POST";
        call.url = server.url("/form");
        call.body = "body";
        const auto reply = fetch({here()}, std::move(call));
        ASSERT_TRUE(reply.ok());
        EXPECT_EQ(reply->body, status < 304 ? "got" : "posted") << status;
        EXPECT_EQ(server.requests().back().body, status < 304 ? "" : "body") << status;
    }
}

TEST_F(GuardedHttpTest, BodiesTimeAndHeadersAreBounded) {
    server.on("GET", "/large", 200, "text/plain", std::string(5000, 'x'));
    server.on("GET", "/slow", [](const Request&) {
        Response response;
        response.stream = std::make_unique<test::Pieces>(std::vector<std::string>{"a"}, true);
        return response;
    });
    Call call;
    call.url = server.url("/large");
    call.max_body = 1000;
    EXPECT_EQ(fetch({here()}, call).error().code, ErrorCode::too_large);
    call.url = server.url("/slow");
    call.limit = std::chrono::milliseconds(200);
    EXPECT_EQ(fetch({here()}, call).error().code, ErrorCode::timed_out);
    call.headers = {{"Host", "other"}};
    EXPECT_EQ(fetch({here()}, call).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace docent::net
