#include <gtest/gtest.h>

#include <set>

#include "agent/event_types.hpp"
#include "agent/tools/tool.hpp"

namespace docent::agent {
namespace {

TEST(ToolsTable, EveryToolHasANameADescriptionAndAnEventTypeThatClientsKnow) {
    std::set<std::string_view> names;
    for (const auto& tool : tools()) {
        EXPECT_TRUE(names.insert(tool.name).second) << tool.name;
        EXPECT_FALSE(tool.description.empty()) << tool.name;
        EXPECT_TRUE(is_event_type(tool.event_type)) << tool.event_type;
        EXPECT_NE(tool.begin, nullptr);
        EXPECT_NE(tool.run, nullptr);
        EXPECT_EQ(find_tool(tool.name), &tool);
    }
    EXPECT_EQ(find_tool("no_such_tool"), nullptr);
}

TEST(ToolsTable, ModelsGetASchemaThatIsAnObject) {
    ASSERT_EQ(tool_list().size(), tools().size());
    for (const auto& one : tool_list())
        EXPECT_EQ(one.as_object().at("parameters").as_object().at("type").as_string(), "object");
}

}  // namespace
}  // namespace docent::agent
