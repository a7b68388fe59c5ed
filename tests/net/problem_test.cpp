#include "net/problem.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "net/client_address.hpp"

namespace docent::net {
namespace {

boost::json::object body_of(const Response& response) {
    return boost::json::parse(response.body).as_object();
}

TEST(Problem, IsOneFlatObject) {
    const auto response = problem(invalid("messages: must not be empty"));
    EXPECT_EQ(response.status, 400);
    const auto body = body_of(response);
    EXPECT_EQ(body.at("error"), "messages: must not be empty");
    EXPECT_EQ(body.at("message"), "messages: must not be empty");
    EXPECT_EQ(body.at("code"), "invalid_argument");
    EXPECT_EQ(body.at("status"), 400);
    EXPECT_EQ(body.size(), 4u);
}

TEST(Problem, AReasonIsTheCode) {
    EXPECT_EQ(body_of(problem(conflict("closed").because("session_closed"))).at("code"), "session_closed");
}

TEST(Problem, DetailIsNeverSent) {
    const auto response = problem(internal("SELECT secret FROM /var/lib"));
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST(Problem, UnauthenticatedNamesTheScheme) {
    const auto response = problem(Error(ErrorCode::unauthenticated, "the key is unknown"));
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(response.headers.back(), (std::pair<std::string, std::string>("WWW-Authenticate", "Bearer")));
}

TEST(Problem, QuotedInputThatIsNotUtf8StaysJson) {
    EXPECT_NO_THROW(body_of(problem(invalid("not known: \xff\xfe"))));
}

TEST(TrustedProxies, NobodyIsBelievedByDefault) {
    const TrustedProxies none({});
    EXPECT_EQ(none.client("10.0.0.1", "1.2.3.4"), "10.0.0.1");
    EXPECT_EQ(none.client("::ffff:10.0.0.1", "1.2.3.4"), "10.0.0.1");
}

TEST(TrustedProxies, TheRightmostUntrustedAddressIsTheClient) {
    const TrustedProxies proxies({"10.0.0.0/8", "fd00::/8", "192.168.1.1"});
    EXPECT_EQ(proxies.client("8.8.8.8", "1.2.3.4"), "8.8.8.8");
    EXPECT_EQ(proxies.client("10.0.0.1", "1.1.1.1, 2.2.2.2, 10.3.3.3"), "2.2.2.2");
    EXPECT_EQ(proxies.client("fd00::7", "2001:db8::1"), "2001:db8::1");
    EXPECT_EQ(proxies.client("192.168.1.1", "[2001:db8::1]:443"), "2001:db8::1");
    EXPECT_EQ(proxies.client("192.168.1.2", "1.2.3.4"), "192.168.1.2");
    EXPECT_EQ(proxies.client("10.0.0.1", "1.2.3.4:5678"), "1.2.3.4");
    EXPECT_EQ(proxies.client("10.0.0.1", ""), "10.0.0.1");
    EXPECT_EQ(proxies.client("10.0.0.1", "evil, 10.0.0.2"), "10.0.0.2");
    EXPECT_EQ(proxies.client("::ffff:10.0.0.1", "::ffff:1.2.3.4"), "1.2.3.4");
}

TEST(TrustedProxies, AMistakeIsNamed) {
    EXPECT_THROW(TrustedProxies({"10.0.0.0/33"}), std::invalid_argument);
    EXPECT_THROW(TrustedProxies({"proxy"}), std::invalid_argument);
}

}  // namespace
}  // namespace docent::net
