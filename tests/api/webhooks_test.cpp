#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <functional>

#include "api/server_fixture.hpp"
#include "store/notices.hpp"
#include "support/net_test_server.hpp"
#include "webhooks/signature.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

class WebhookRoutesTest : public ::testing::Test {
protected:
    WebhookRoutesTest()
        : server({}, {}, "", {"*", "127.0.0.1:" + std::to_string(receiver.port())}),
          admin(server.add_key(KeyKind::admin, server.docs_id)) {
        receiver.on("POST", "/hook", 200, "text/plain", "thanks");
    }

    net::Reply call(const std::string& method, const std::string& path, const std::string& body = {}) {
        return server.call(method, "/v1/webhooks/docs" + path, body,
                           {{"Authorization", "Bearer " + admin}, {"Content-Type", "application/json"}});
    }
    static json::object ok(int status, const net::Reply& reply) {
        EXPECT_EQ(reply.status, status) << reply.body;
        boost::system::error_code broken;
        auto value = json::parse(reply.body, broken);
        return !broken && value.is_object() ? value.get_object() : json::object();
    }
    static std::string text(const json::object& object, const char* name) {
        return std::string(object.at(name).as_string());
    }
    json::object create(const std::string& more = "") {
        return ok(201, call("POST", "", R"({"url":")" + receiver.url("/hook") + "\"" + more + "}"));
    }

    test::Imposter receiver;
    test::ApiServer server;
    std::string admin;
};

TEST_F(WebhookRoutesTest, OneIsMadeShownChangedAndRemoved) {
    const auto made = create(R"(,"types":["job.failed"],"description":"The team's channel")");
    const auto id = text(made, "id");
    EXPECT_TRUE(text(made, "secret").starts_with("whsec_"));
    auto shown = ok(200, call("GET", "/" + id));
    EXPECT_FALSE(shown.contains("secret"));
    EXPECT_EQ(json::serialize(shown.at("types")), R"(["job.failed"])");
    EXPECT_EQ(shown.at("enabled"), true);
    EXPECT_TRUE(shown.at("disabledReason").is_null());
    EXPECT_EQ(ok(200, call("GET", "")).at("webhooks").as_array().size(), 1u);
    const auto changed = ok(200, call("PATCH", "/" + id, R"({"types":[],"enabled":false})"));
    EXPECT_EQ(json::serialize(changed.at("types")), "[]");
    EXPECT_EQ(changed.at("enabled"), false);
    EXPECT_EQ(text(changed, "description"), "The team's channel");
    const auto rotated = ok(200, call("POST", "/" + id + "/rotate"));
    EXPECT_NE(text(rotated, "secret"), text(made, "secret"));
    EXPECT_EQ(call("DELETE", "/" + id).status, 204);
    EXPECT_EQ(call("GET", "/" + id).status, 404);
}

TEST_F(WebhookRoutesTest, WhatIsWrongIsNamed) {
    const auto error = [&](const std::string& body) {
        return text(ok(400, call("POST", "", body)), "error");
    };
    EXPECT_NE(error("{}").find("url: is missing"), std::string::npos);
    EXPECT_NE(error("[]").find("body"), std::string::npos);
    EXPECT_NE(error("{").find("body"), std::string::npos);
    EXPECT_NE(error(R"({"url":"ftp://example.com"})").find("url:"), std::string::npos);
    EXPECT_NE(error(R"({"url":"http://10.0.0.1/"})").find("webhooks.allowed_hosts"), std::string::npos);
    EXPECT_NE(error(R"({"url":"https://example.com/","types":["job.started"]})").find("types:"),
              std::string::npos);
    EXPECT_NE(error(R"({"url":"https://example.com/","enabled":"yes"})").find("enabled:"), std::string::npos);
    EXPECT_TRUE(ok(400, call("POST", "", "{}")).contains("details"));
    const auto id = text(create(), "id");
    EXPECT_EQ(call("PATCH", "/" + id, R"({"url":"http://localhost/"})").status, 400);
    EXPECT_EQ(call("GET", "/nothing").status, 404);
    EXPECT_EQ(call("GET", "/" + id + "/deliveries?status=lost").status, 400);
    EXPECT_EQ(call("POST", "/" + id + "/deliveries/nothing/redeliver").status, 404);
    const auto others = server.add_key(KeyKind::admin, server.other_id);
    EXPECT_EQ(
        server.call("GET", "/v1/webhooks/other/" + id, "", {{"Authorization", "Bearer " + others}}).status,
        404);
}

TEST_F(WebhookRoutesTest, ATestArrivesStandsInTheLogAndIsSentAgain) {
    const auto made = create();
    const auto id = text(made, "id");
    const auto sent = ok(202, call("POST", "/" + id + "/test"));
    ASSERT_TRUE(test::run(server.loop, server.sender->send_due()));
    ASSERT_EQ(receiver.requests().size(), 1u);
    const auto request = receiver.requests()[0];
    EXPECT_EQ(request.header("webhook-id"), text(sent, "id"));
    EXPECT_EQ(request.header("webhook-signature"), *webhooks::sign({text(made, "secret")}, text(sent, "id"),
                                                                   server.clock.now() / 1'000, request.body));
    const auto log = ok(200, call("GET", "/" + id + "/deliveries"));
    const auto& one = log.at("deliveries").at(0).as_object();
    EXPECT_EQ(text(one, "type"), "webhook.test");
    EXPECT_EQ(text(one, "status"), "delivered");
    EXPECT_EQ(one.at("answerStatus"), 200);
    EXPECT_EQ(text(one, "answer"), "thanks");
    EXPECT_EQ(one.at("attempts"), 1);
    EXPECT_TRUE(one.at("nextAttemptAt").is_null());
    EXPECT_EQ(one.at("payload").at("data").at("webhookId"), made.at("id"));
    ok(202, call("POST", "/" + id + "/deliveries/" + text(sent, "id") + "/redeliver"));
    ASSERT_TRUE(test::run(server.loop, server.sender->send_due()));
    ASSERT_EQ(receiver.requests().size(), 2u);
    EXPECT_EQ(receiver.requests()[1].header("webhook-id"), text(sent, "id"));
    EXPECT_EQ(receiver.requests()[1].body, request.body);
    ok(200, call("PATCH", "/" + id, R"({"enabled":false})"));
    EXPECT_EQ(text(ok(409, call("POST", "/" + id + "/test")), "code"), "webhook_disabled");
}

TEST_F(WebhookRoutesTest, TheLogIsReadInParts) {
    const auto id = text(create(), "id");
    for (int i = 0; i < 5; ++i) ok(202, call("POST", "/" + id + "/test"));
    std::vector<std::string> seen;
    std::string cursor;
    do {
        const auto part = ok(200, call("GET", "/" + id + "/deliveries?limit=2&cursor=" + cursor));
        for (const auto& one : part.at("deliveries").as_array()) seen.emplace_back(one.at("id").as_string());
        cursor = part.at("hasMore") == true ? text(part, "nextCursor") : "";
    } while (!cursor.empty());
    EXPECT_EQ(seen.size(), 5u);
    EXPECT_TRUE(std::ranges::is_sorted(seen, std::greater<>()));
    EXPECT_EQ(
        ok(200, call("GET", "/" + id + "/deliveries?status=delivered")).at("deliveries").as_array().size(),
        0u);
}

}  // namespace
}  // namespace docent::api
