// Requests that a server must not take, byte by byte. Each is followed by a good request on the same
// connection: if that were answered, the bad one's end was guessed, which is what smuggling lives on.
#include <gtest/gtest.h>

#include "support/net_raw_client.hpp"
#include "support/net_test_server.hpp"

namespace docent::net {
namespace {

using namespace std::string_literals;
using test::RawClient;

Task<Result<Response>> hello(Request& request) {
    co_return reply(200, "text/plain", "hello " + request.body);
}

struct Case {
    const char* name;
    int status;
    std::string bytes;
};

class Refusals : public ::testing::TestWithParam<Case> {};

TEST_P(Refusals, AreAnsweredAndTheConnectionCloses) {
    test::TestServer server([](Router& router) {
        router.add("GET", "/", hello);
        router.add("POST", "/", hello);
    });
    RawClient client(server.port());
    client.send(GetParam().bytes + "GET / HTTP/1.1\r\nHost: t\r\n\r\n");
    const auto response = client.response();
    EXPECT_EQ(response.status, GetParam().status) << response.body;
    EXPECT_EQ(response.headers.count("connection"), 1u);
    EXPECT_NE(response.body.find("\"error\":"), std::string::npos) << response.body;
    EXPECT_TRUE(client.closed_by_server()) << client.buffer();
}

const std::string post = "POST / HTTP/1.1\r\nHost: t\r\n";

INSTANTIATE_TEST_SUITE_P(
    Shapes, Refusals,
    ::testing::Values(
        Case{"LengthAndTransferEncoding", 400,
             post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        Case{"TransferEncodingAndLength", 400,
             post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
        Case{"TwoLengths", 400, post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
        Case{"TwoEqualLengths", 400, post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
        Case{"AListOfLengths", 400, post + "Content-Length: 5, 5\r\n\r\nhello"},
        Case{"ASignedLength", 400, post + "Content-Length: +5\r\n\r\nhello"},
        Case{"ANegativeLength", 400, post + "Content-Length: -5\r\n\r\nhello"},
        Case{"AHexLength", 400, post + "Content-Length: 0x5\r\n\r\nhello"},
        Case{"AnEmptyLength", 400, post + "Content-Length:\r\n\r\nhello"},
        Case{"AHugeLength", 400, post + "Content-Length: 99999999999999999999\r\n\r\nhello"},
        Case{"ALengthOverTheLimit", 413, post + "Content-Length: 999999999999\r\n\r\nhello"},
        Case{"ChunkedInHttp10", 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        Case{"AnUnknownCoding", 501, post + "Transfer-Encoding: gzip\r\n\r\n"},
        Case{"GzipThenChunked", 501, post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
        Case{"ChunkedThenIdentity", 501, post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"},
        Case{"XChunked", 501, post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
        Case{"ChunkedWithVerticalTab", 400,
             post + "Transfer-Encoding: \x0b"
                    "chunked\r\n\r\n0\r\n\r\n"},
        Case{"TransferEncodingTwice", 400,
             post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        Case{"BlankBeforeTheColon", 400, post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"},
        Case{"TabBeforeTheColon", 400, post + "X\t: y\r\n\r\n"},
        Case{"NoColon", 400, post + "Nonsense\r\n\r\n"}, Case{"NoName", 400, post + ": value\r\n\r\n"},
        Case{"AFoldedHeader", 400, post + "X: a\r\n b\r\n\r\n"},
        Case{"AFoldedHeaderByTab", 400, post + "X: a\r\n\tb\r\n\r\n"},
        Case{"ABlankFirstHeader", 400, "GET / HTTP/1.1\r\n Host: t\r\n\r\n"},
        Case{"BareLineFeeds", 400, "GET / HTTP/1.1\nHost: t\n\n"},
        Case{"ABareLineFeedInAHeader", 400, post + "X: a\nTransfer-Encoding: chunked\r\n\r\n"},
        Case{"ABareCarriageReturn", 400, post + "X: a\rTransfer-Encoding: chunked\r\n\r\n"},
        Case{"NulInAHeader", 400, post + "X: a\0b\r\n\r\n"s},
        Case{"AControlInAHeader", 400,
             post + "X: a\x01"
                    "b\r\n\r\n"},
        Case{"DelInAHeader", 400,
             post + "X: a\x7f"
                    "b\r\n\r\n"},
        Case{"NulInTheTarget", 400, "GET /\0 HTTP/1.1\r\nHost: t\r\n\r\n"s},
        Case{"AControlInTheTarget", 400, "GET /\x1b HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"ATabInTheRequestLine", 400, "GET\t/ HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"TwoBlanksInTheRequestLine", 400, "GET  / HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"ABlankInTheTarget", 400, "GET /a b HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"NoVersion", 400, "GET /\r\nHost: t\r\n\r\n"},
        Case{"AMalformedVersion", 400, "GET / HTTP/1.1x\r\nHost: t\r\n\r\n"},
        Case{"ALowerCaseVersion", 400, "GET / http/1.1\r\nHost: t\r\n\r\n"},
        Case{"Http20", 505, "GET / HTTP/2.0\r\nHost: t\r\n\r\n"},
        Case{"Http12", 505, "GET / HTTP/1.2\r\nHost: t\r\n\r\n"},
        Case{"TheHttp2Preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
        Case{"NoHost", 400, "GET / HTTP/1.1\r\n\r\n"},
        Case{"TwoHosts", 400, "GET / HTTP/1.1\r\nHost: t\r\nHost: t\r\n\r\n"},
        Case{"AHostWithAnAt", 400, "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"},
        Case{"AHostWithASlash", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
        Case{"AListOfHosts", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
        Case{"ABrokenEscape", 400, "GET /%4 HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"AnEscapeThatIsNotUtf8", 400, "GET /%ff HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"AnEscapedNul", 400, "GET /%00 HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"DotSegments", 400, "GET /a/../b HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"EscapedDotSegments", 400, "GET /a/%2e%2e/b HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"TheAuthorityForm", 400, "GET example.com:443 HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"AStarTarget", 400, "GET * HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"AFragment", 400, "GET /#x HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"Connect", 501, "CONNECT example.com:443 HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"Trace", 501, "TRACE / HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"AnUnknownMethod", 501, "FROB / HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"AMethodInLowerCase", 501, "get / HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"AMalformedMethod", 400, "G(T / HTTP/1.1\r\nHost: t\r\n\r\n"},
        Case{"AnUnknownExpectation", 417, post + "Expect: more\r\nContent-Length: 0\r\n\r\n"},
        Case{"TooManyHeaders", 431,
             [] {
                 std::string bytes = post;
                 for (int i = 0; i < 200; ++i) bytes += "X: y\r\n";
                 return bytes + "\r\n";
             }()},
        Case{"ChunksWithBareLineFeeds", 400, post + "Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n"},
        Case{"ALineFeedInAChunkExtension", 400,
             post + "Transfer-Encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n"},
        Case{"AnOverflowingChunkSize", 400,
             post + "Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n"},
        Case{"ANegativeChunkSize", 400, post + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n"},
        Case{"AHexPrefixInAChunkSize", 400,
             post + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n"},
        Case{"AChunkLongerThanItsSize", 400,
             post + "Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n"},
        Case{"AnEmptyChunkSize", 400, post + "Transfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n"},
        Case{"AnEndlessChunkExtension", 400,
             post + "Transfer-Encoding: chunked\r\n\r\n5;" + std::string(100'000, 'x')},
        Case{"ATlsHandshake", 400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Accepted, WhatLooksOddButIsRight) {
    test::TestServer server([](Router& router) {
        router.add("GET", "/", hello);
        router.add("POST", "/", hello);
    });
    RawClient client(server.port());
    for (const std::string& bytes : {
             "\r\nGET / HTTP/1.1\r\nHost: t\r\n\r\n"s,
             "GET http://t/ HTTP/1.1\r\nHost: other\r\n\r\n"s,
             "GET / HTTP/1.1\r\nhOST:t\r\nX:\r\nY: \t a \t\r\n\r\n"s,
             "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"s,
             "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n"s,
             "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n"s,
         }) {
        client.send(bytes);
        EXPECT_EQ(client.response().status, 200) << bytes;
    }
    client.send("OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_EQ(client.response().status, 204);
}

}  // namespace
}  // namespace docent::net
