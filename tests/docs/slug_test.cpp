#include "docs/slug.hpp"

#include <gtest/gtest.h>

namespace docent::docs {
namespace {

TEST(Slug, HeadingsBecomeAnchors) {
    const std::pair<const char*, const char*> table[] = {
        {"Hello world", "hello-world"},
        {"  Trim   me ", "trim-me"},
        {"useChat", "usechat"},
        {"Example: connect", "example-connect"},
        {"What is it?", "what-is-it"},
        {"A - B", "a-b"},
        {"v1.2.3", "v1-2-3"},
        {"snake_case", "snake_case"},
        {"Menús", "menús"},
        {"Übersicht der ÄNDERUNGEN", "übersicht-der-änderungen"},
        {"如何部署？", "如何部署？"},
        {"快速 开始", "快速-开始"},
        {"Ship it 🚀", "ship-it"},
        {"useChat() hook", "usechat-hook"},
        {"Config.json options", "config-json-options"},
        {"What's new", "what’s-new"},
        {"Rate limits (per minute)", "rate-limits-per-minute"},
        {"Read/write access", "read/write-access"},
        {"Fees & billing", "fees-&-billing"},
        {"", ""},
    };
    for (const auto& [heading, anchor] : table) EXPECT_EQ(slugify(heading), anchor);
}

TEST(Slug, RepeatedAnchorsGetNumbers) {
    Anchors anchors;
    EXPECT_EQ(anchors.add("a"), "a");
    EXPECT_EQ(anchors.add("a"), "a-2");
    EXPECT_EQ(anchors.add("a"), "a-3");
    EXPECT_EQ(anchors.add("a-2"), "a-2-2");
    EXPECT_EQ(anchors.add(""), "section");
}

TEST(Slug, OrderNumbersAreNoNames) {
    EXPECT_EQ(without_order_number("02-chatbot"), "chatbot");
    EXPECT_EQ(without_order_number("2024-01-05-news"), "2024-01-05-news");
    EXPECT_EQ(without_order_number("10"), "10");
    EXPECT_EQ(title_of_name("03-getting_started"), "Getting started");
}

}  // namespace
}  // namespace docent::docs
