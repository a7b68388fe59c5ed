#include <gtest/gtest.h>

#include "net/http.hpp"
#include "net/target.hpp"

namespace docent::net {
namespace {

Task<Result<Response>> nothing(Request&) { co_return Response(); }

Router routes(std::initializer_list<std::pair<const char*, const char*>> list) {
    Router router;
    for (const auto& [method, pattern] : list) router.add(method, pattern, nothing);
    return router;
}

Request request(std::string method, std::string path) {
    Request r;
    r.method = std::move(method);
    r.path = std::move(path);
    return r;
}

TEST(Router, FillsTheParametersOfItsPattern) {
    const auto router = routes({{"GET", "/v1/{domain}/page/{id}"}});
    auto r = request("GET", "/v1/acme/page/7");
    ASSERT_NE(router.find(r).handler, nullptr);
    EXPECT_EQ(r.param("domain"), "acme");
    EXPECT_EQ(r.param("id"), "7");
}

TEST(Router, ARestTakesSlashes) {
    const auto router = routes({{"GET", "/docs/{path...}"}});
    auto r = request("GET", "/docs/a/b/c");
    ASSERT_NE(router.find(r).handler, nullptr);
    EXPECT_EQ(r.param("path"), "a/b/c");
    r = request("GET", "/docs/");
    ASSERT_NE(router.find(r).handler, nullptr);
    EXPECT_EQ(r.param("path"), "");
    r = request("GET", "/docs");
    EXPECT_EQ(router.find(r).handler, nullptr);
}

TEST(Router, ALiteralWinsWhateverTheOrder) {
    const auto router =
        routes({{"GET", "/{rest...}"}, {"GET", "/a/{x}"}, {"GET", "/a/b"}, {"GET", "/{x}/b"}});
    auto r = request("GET", "/a/b");
    ASSERT_NE(router.find(r).handler, nullptr);
    EXPECT_TRUE(r.params.empty());
    r = request("GET", "/a/c");
    ASSERT_NE(router.find(r).handler, nullptr);
    EXPECT_EQ(r.param("x"), "c");
    r = request("GET", "/z/z/z");
    ASSERT_NE(router.find(r).handler, nullptr);
    EXPECT_EQ(r.param("rest"), "z/z/z");
}

TEST(Router, AnEmptySegmentIsNoParameter) {
    const auto router = routes({{"GET", "/v1/{domain}/page"}});
    auto r = request("GET", "/v1//page");
    EXPECT_EQ(router.find(r).handler, nullptr);
}

TEST(Router, HeadFallsBackToGet) {
    const auto router = routes({{"GET", "/a"}});
    auto r = request("HEAD", "/a");
    EXPECT_NE(router.find(r).handler, nullptr);
}

TEST(Router, TellsTheMethodsOfAKnownPath) {
    const auto router = routes({{"GET", "/a"}, {"POST", "/a"}});
    auto r = request("DELETE", "/a");
    const auto found = router.find(r);
    EXPECT_EQ(found.handler, nullptr);
    EXPECT_EQ(found.allow, "GET, HEAD, OPTIONS, POST");
    r = request("DELETE", "/b");
    EXPECT_EQ(router.find(r).allow, "");
}

TEST(Router, ListsRoutesInOrder) {
    const auto router = routes({{"GET", "/b"}, {"POST", "/a"}});
    EXPECT_EQ(router.list(), (std::vector<std::string>{"GET /b", "POST /a"}));
}

TEST(Router, ARestInTheMiddleIsABug) {
    Router router;
    EXPECT_THROW(router.add("GET", "/{all...}/x", nothing), std::invalid_argument);
}

TEST(Target, IsDecodedOnce) {
    Request r;
    ASSERT_TRUE(read_target("/a%20b/%2525?q=x+y%2B&q=2&empty&%C3%BC=%e6%96%87", r).ok());
    EXPECT_EQ(r.path, "/a b/%25");
    EXPECT_EQ(r.query["q"], "2");
    EXPECT_EQ(r.query["empty"], "");
    EXPECT_EQ(r.query["ü"], "文");
    EXPECT_EQ(r.target, "/a%20b/%2525?q=x+y%2B&q=2&empty&%C3%BC=%e6%96%87");
}

TEST(Target, TheAbsoluteFormGivesTheHost) {
    Request r;
    ASSERT_TRUE(read_target("http://docs.example:8080/a?b=c", r).ok());
    EXPECT_EQ(r.path, "/a");
    EXPECT_EQ(r.query["b"], "c");
    EXPECT_EQ(r.headers["host"], "docs.example:8080");
    ASSERT_TRUE(read_target("HTTP://docs.example", r).ok());
    EXPECT_EQ(r.path, "/");
}

TEST(Target, RefusesWhatIsNotOne) {
    for (const char* bad :
         {"",      "a",       "a/b",      "http://",        "http:///x", "ftp://x/",  "/%",   "/%4",  "/%zz",
          "/%ff",  "/%00",    "/%0d%0aX", "/a/../b",        "/..",       "/%2e%2e/x", "/./a", "/a#b", "/a b",
          "/?q=%", "/?q=%ff", "/?q=%00",  "example.com:443"}) {
        Request r;
        EXPECT_FALSE(read_target(bad, r).ok()) << bad;
    }
}

}  // namespace
}  // namespace docent::net
