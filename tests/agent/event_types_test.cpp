#include "agent/event_types.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include "agent/tools/tool.hpp"

namespace docent::agent {
namespace {

/// The fields that the page of events lists for each type.
std::map<std::string, std::set<std::string>> described() {
    std::map<std::string, std::set<std::string>> out;
    std::ifstream page(DOCENT_SOURCE_DIR "/docs/sessions/events.mdx");
    std::set<std::string>* fields = nullptr;
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with("## ")) fields = &out[line.substr(3)];
        if (fields && line.starts_with("| `")) fields->insert(line.substr(3, line.find('`', 3) - 3));
    }
    return out;
}

TEST(EventTypesTest, ThereAre34AndThePageOfEventsDescribesEach) {
    std::set<std::string> known, named;
    for (const auto type : event_types()) known.emplace(type);
    EXPECT_EQ(known.size(), 34u);
    for (const auto& [type, fields] : described()) {
        named.insert(type);
        EXPECT_FALSE(fields.empty()) << type;
    }
    EXPECT_EQ(named, known);
}

TEST(EventTypesTest, ThePageOfEventsListsThePayloadOfEveryTool) {
    const auto page = described();
    for (const auto& tool : tools()) {
        if (tool.event_type.empty()) continue;
        std::set<std::string> fields;
        for (const auto& [name, value] : tool.begin({})) fields.emplace(name);
        fields.erase("type");
        const auto found = page.find(std::string(tool.event_type));
        ASSERT_NE(found, page.end()) << tool.event_type;
        EXPECT_EQ(fields, found->second) << tool.name;
    }
}

TEST(EventTypesTest, WhatIsSaidIsConversation) {
    EXPECT_TRUE(is_conversation("user_message"));
    EXPECT_TRUE(is_conversation("user_ask_user_response"));
    EXPECT_FALSE(is_conversation("agent_file_read"));
    EXPECT_FALSE(is_event_type("agent_dance"));
}

}  // namespace
}  // namespace docent::agent
