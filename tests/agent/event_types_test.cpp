#include "agent/event_types.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "agent/tools/tool.hpp"

namespace docent::agent {
namespace {

namespace json = boost::json;
using Names = std::set<std::string>;

const std::filesystem::path pages_folder = DOCENT_SOURCE_DIR "/docs/sessions/events";

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++n;
    return n;
}

Names names_of(const json::object& object) {
    Names out;
    for (const auto& [name, value] : object) out.emplace(name);
    return out;
}

/// What a type's page says of it.
struct Page {
    std::string title;
    Names fields, sometimes;  // the first column of each table
    std::string example;
    int tables = 0, examples = 0;
};

Page read_page(const std::filesystem::path& file) {
    Page page;
    std::ifstream in(file);
    std::string section;
    bool in_example = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("title: \"")) page.title = line.substr(8, line.size() - 9);
        if (line.starts_with("```")) {
            in_example = section == "Example" && line == "```json";
            page.examples += in_example;
        } else if (in_example) {
            page.example += line + "\n";
        } else if (line.starts_with("## ")) {
            section = line.substr(3);
            page.tables += section == "Fields";
        } else if (line.starts_with("| `")) {
            const auto name = line.substr(3, line.find('`', 3) - 3);
            if (section == "Fields") {
                EXPECT_TRUE(page.fields.insert(name).second) << file << " " << name;
            } else if (section == "Fields that are not always there") {
                page.sometimes.insert(name);
            }
        }
    }
    return page;
}

const std::map<std::string, Page>& pages() {
    static const std::map<std::string, Page> all = [] {
        std::map<std::string, Page> out;
        for (const auto& file : std::filesystem::directory_iterator(pages_folder))
            out[file.path().stem().string()] = read_page(file.path());
        return out;
    }();
    return all;
}

TEST(EventTypesTest, ThereAre34AndEachHasAPageThatTheIndexAndTheNavigationName) {
    Names known, described;
    for (const auto type : event_types()) known.emplace(type);
    EXPECT_EQ(known.size(), 34u);
    const auto index = text_of(DOCENT_SOURCE_DIR "/docs/sessions/events.mdx");
    const auto navigation = text_of(DOCENT_SOURCE_DIR "/docs/docs.json");
    for (const auto& [type, page] : pages()) {
        described.insert(type);
        EXPECT_EQ(page.title, type);
        EXPECT_EQ(page.tables, 1) << type;
        EXPECT_EQ(page.examples, 1) << type;
        EXPECT_FALSE(page.fields.empty()) << type;
        EXPECT_EQ(times(index, "](/sessions/events/" + type + ") |"), 1u) << type;
        EXPECT_EQ(times(navigation, "\"sessions/events/" + type + "\""), 1u) << type;
    }
    EXPECT_EQ(described, known);
}

TEST(EventTypesTest, ThePageOfATypeListsThePayloadOfItsTool) {
    for (const auto& tool : tools()) {
        const auto page = pages().find(std::string(tool.event_type));
        ASSERT_NE(page, pages().end()) << tool.event_type;
        auto fields = names_of(tool.begin({}));
        fields.erase("type");
        EXPECT_EQ(fields, page->second.fields) << tool.name;
    }
}

TEST(EventTypesTest, TheExampleOfATypeIsAWholeEventWithTheFieldsOfItsTable) {
    const Names envelope = {"id",
                            "session_id",
                            "type",
                            "payload",
                            "status",
                            "client_id",
                            "session_goal_id",
                            "session_task_id",
                            "created_at",
                            "updated_at"};
    const Names statuses = {"completed", "queued", "processing", "canceled"};
    for (const auto& [type, page] : pages()) {
        boost::system::error_code failed;
        const auto event = json::parse(page.example, failed);
        ASSERT_FALSE(failed) << type << ": " << failed.message();
        ASSERT_TRUE(event.is_object()) << type;
        EXPECT_EQ(names_of(event.as_object()), envelope) << type;
        EXPECT_EQ(event.at("type").as_string(), type);
        EXPECT_TRUE(statuses.contains(std::string(event.at("status").as_string()))) << type;
        auto fields = names_of(event.at("payload").as_object());
        EXPECT_EQ(event.at("payload").at("type").as_string(), type);
        fields.erase("type");
        for (const char* common : {"repository", "duration_ms", "error"}) {
            if (!page.fields.contains(common)) fields.erase(common);
        }
        for (const auto& name : page.sometimes) {
            EXPECT_FALSE(page.fields.contains(name)) << type << " " << name;
            fields.erase(name);
        }
        EXPECT_EQ(fields, page.fields) << type;
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
