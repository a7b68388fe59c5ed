#include "api/project_settings.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

using namespace docent;
using namespace docent::api;
namespace json = boost::json;

namespace {

std::string refusal(std::string_view name, std::string_view text) {
    json::object settings;
    const auto set = set_project_setting(settings, name, text);
    return set ? "taken" : set.error().message;
}

}  // namespace

TEST(ProjectSettings, WhatIsSetIsReadBack) {
    json::object settings;
    for (const auto& [name, text] :
         std::vector<std::pair<const char*, const char*>>{{"base_path", "docs/"},
                                                          {"suggestions", "false"},
                                                          {"models", "fast, careful"},
                                                          {"cap_day_money", "2.50"},
                                                          {"cap_answer_tokens", "20000"}})
        ASSERT_TRUE(set_project_setting(settings, name, text)) << name;
    const auto read = parse_project_settings(json::serialize(settings));
    EXPECT_EQ(read.base_path, "/docs");
    EXPECT_FALSE(read.suggestions);
    EXPECT_EQ(read.models, (std::vector<std::string>{"fast", "careful"}));
    EXPECT_EQ(read.cap_day_money->millionths, 2'500'000);
    EXPECT_EQ(read.cap_answer_tokens, 20'000);
    EXPECT_FALSE(read.cap_month_money);
}

TEST(ProjectSettings, EmptyTextTakesASettingAway) {
    json::object settings;
    ASSERT_TRUE(set_project_setting(settings, "models", "fast"));
    ASSERT_TRUE(set_project_setting(settings, "models", ""));
    EXPECT_TRUE(settings.empty());
}

TEST(ProjectSettings, WrongTextIsRefusedWithWhatTheSettingTakes) {
    EXPECT_EQ(refusal("suggestions", "maybe"), "suggestions takes true or false");
    EXPECT_EQ(refusal("cap_day_money", "-1"), "cap_day_money takes an amount of money such as 0, 5 or 0.25");
    EXPECT_EQ(refusal("cap_day_tokens", "many"), "cap_day_tokens takes a whole number of 0 or more");
    EXPECT_EQ(refusal("finish_thread_id", "perhaps"), "finish_thread_id takes one of auto, always, never");
    EXPECT_EQ(refusal("base_path", "\xff"), "base_path takes text in UTF-8");
}

TEST(ProjectSettings, AnUnknownNameNamesTheNearestOne) {
    EXPECT_EQ(refusal("base_bath", "/docs"),
              "a project has no setting \"base_bath\"; did you mean \"base_path\"?");
    EXPECT_NE(refusal("zebra", "1").find("it has: base_path"), std::string::npos);
}

TEST(ProjectSettings, UnknownNamesAndWrongTypesInTheStoreAreIgnored) {
    const auto read = parse_project_settings(
        R"({"base_path": 5, "zebra": true, "models": "fast", "cap_day_money": "a lot", "cap_day_tokens": -1})");
    EXPECT_EQ(read.base_path, "");
    EXPECT_TRUE(read.models.empty());
    EXPECT_FALSE(read.cap_day_money);
    EXPECT_FALSE(read.cap_day_tokens);
    for (const char* broken : {"", "[]", "{", "null"})
        EXPECT_TRUE(parse_project_settings(broken).suggestions);
}

TEST(ProjectSettings, AProjectsCapGoesBeforeTheServersAndZeroIsNoCap) {
    store::Caps server;
    server.day_cost = 5'000'000;
    server.month_tokens = 7;
    json::object settings;
    ASSERT_TRUE(set_project_setting(settings, "cap_day_money", "0"));
    ASSERT_TRUE(set_project_setting(settings, "cap_answer_money", "0.01"));
    const auto caps = parse_project_settings(json::serialize(settings)).caps(server);
    EXPECT_EQ(caps.day_cost, 0);
    EXPECT_EQ(caps.answer_cost, 10'000);
    EXPECT_EQ(caps.month_tokens, 7);
}
