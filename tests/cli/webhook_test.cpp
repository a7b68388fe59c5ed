#include "cli_fixture.hpp"

namespace docent::cli {
namespace {

using test::has;

class WebhookCommandTest : public test::CliTest {};

TEST_F(WebhookCommandTest, OneIsAddedTestedShownAndRemoved) {
    add_project();
    EXPECT_TRUE(has(run({"webhook", "list"}).err, "docent webhook add"));
    const auto made =
        run({"webhook", "add", "https://example.com/hook", "--type", "job.failed,job.completed"});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_TRUE(made.out.starts_with("whsec_")) << made.out;
    const auto list = run({"webhook", "list"});
    EXPECT_TRUE(has(list.out, "https://example.com/hook")) << list.out;
    EXPECT_TRUE(has(list.out, "job.failed job.completed")) << list.out;
    EXPECT_FALSE(has(list.out, "whsec_"));
    const auto from = made.err.find("Webhook ") + 8;
    const auto id = made.err.substr(from, 36);
    EXPECT_EQ(run({"webhook", "test", id}).code, 0);
    const auto log = run({"webhook", "deliveries", id.substr(24)});
    EXPECT_TRUE(has(log.out, "webhook.test")) << log.out << log.err;
    EXPECT_TRUE(has(log.out, "pending")) << log.out;
    const auto delivery = log.out.substr(log.out.find('\n') + 1, 36);
    EXPECT_EQ(run({"webhook", "redeliver", id, delivery}).code, 0);
    EXPECT_NE(run({"webhook", "rotate", id}).out, made.out);
    EXPECT_EQ(run({"webhook", "disable", id}).code, 0);
    EXPECT_TRUE(has(run({"webhook", "show", id}).out, "disabled"));
    EXPECT_EQ(run({"webhook", "test", id}).code, 1);
    EXPECT_EQ(run({"webhook", "enable", id}).code, 0);
    EXPECT_EQ(run({"webhook", "remove", id}).code, 0);
    EXPECT_EQ(run({"webhook", "show", id}).code, 3);
}

TEST_F(WebhookCommandTest, WhatIsWrongIsNamed) {
    add_project();
    const auto type = run({"webhook", "add", "https://example.com/", "--type", "job.started"});
    EXPECT_EQ(type.code, 2) << type.err;
    EXPECT_TRUE(has(type.err, "job.started")) << type.err;
    const auto inside = run({"webhook", "add", "http://127.0.0.1/"});
    EXPECT_EQ(inside.code, 2) << inside.err;
    EXPECT_TRUE(has(inside.err, "webhooks.allowed_hosts")) << inside.err;
    EXPECT_EQ(run({"webhook", "add", "not an address"}).code, 2);
    EXPECT_EQ(run({"webhook", "deliveries", "0000"}).code, 3);
}

}  // namespace
}  // namespace docent::cli
