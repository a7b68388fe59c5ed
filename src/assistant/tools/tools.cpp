#include <boost/json/parse.hpp>

#include "assistant/tools/tool.hpp"

namespace docent::assistant {

ToolResult search_tool(const ToolContext&, const boost::json::object&);
ToolResult read_page_tool(const ToolContext&, const boost::json::object&);
ToolResult list_pages_tool(const ToolContext&, const boost::json::object&);
ToolResult grep_pages_tool(const ToolContext&, const boost::json::object&);
ToolResult api_operation_tool(const ToolContext&, const boost::json::object&);
ToolResult read_skill_tool(const ToolContext&, const boost::json::object&);
ToolResult mark_not_found_tool(const ToolContext&, const boost::json::object&);
ToolResult clarifying_question_tool(const ToolContext&, const boost::json::object&);

const std::vector<Tool>& tools() {
    static const std::vector<Tool> table = {
        {"search",
         "Finds sections of the documentation by their words. Ask in the words, and the language, that the "
         "documentation would use; several different queries find more than one long one.",
         R"({"type":"object","properties":{"query":{"type":"string","minLength":1}},"required":["query"]})",
         search_tool, 12, "query"},
        {"read_page", "Reads a page, by the address that search and list_pages give.",
         R"({"type":"object","properties":{"path":{"type":"string","minLength":1},
             "first_line":{"type":"integer","minimum":1}},"required":["path"]})",
         read_page_tool, 12},
        {"list_pages", "Lists the pages of the documentation, or those below a path, with their titles.",
         R"({"type":"object","properties":{"path":{"type":"string"},"offset":{"type":"integer","minimum":0}}})",
         list_pages_tool, 6},
        {"grep_pages",
         "Finds the lines, over all pages, that contain an exact string, or match a regular expression "
         "(RE2): "
         "error messages, option names, code.",
         R"({"type":"object","properties":{"pattern":{"type":"string","minLength":1},"regex":{"type":"boolean"},
             "case_sensitive":{"type":"boolean"},"path":{"type":"string"}},"required":["pattern"]})",
         grep_pages_tool, 12},
        {"api_operation",
         "Gives an operation of the described API with its parameters, body and responses: by method and "
         "path, or "
         "by operationId.",
         R"({"type":"object","properties":{"method":{"type":"string"},"path":{"type":"string"},
             "operation_id":{"type":"string"}}})",
         api_operation_tool, 12},
        {"read_skill", "Reads one of the skills that the instructions list.",
         R"({"type":"object","properties":{"name":{"type":"string","minLength":1}},"required":["name"]})",
         read_skill_tool, 3},
        {"markNotFound",
         "Call this, after searching, when the documentation does not answer the question. Then say so to "
         "the "
         "reader.",
         R"({"type":"object","properties":{}})", mark_not_found_tool, 1},
        {"ask_clarifying_question",
         "Asks the reader to choose what is meant, when the answer depends on it and nothing tells: a "
         "question with "
         "two to six short options. It ends your turn. Prefer to answer.",
         R"({"type":"object","properties":{"question":{"type":"string","minLength":1},"options":{"type":"array",
             "minItems":2,"maxItems":6,"items":{"type":"string","minLength":1}}},"required":["question","options"]})",
         clarifying_question_tool, 1},
    };
    return table;
}

const Tool* find_tool(std::string_view name) {
    for (const auto& tool : tools()) {
        if (tool.name == name) return &tool;
    }
    return nullptr;
}

const boost::json::array& tool_list() {
    static const boost::json::array list = [] {
        boost::json::array out;
        for (const auto& tool : tools()) {
            boost::json::object one;
            one["name"] = tool.name;
            one["description"] = tool.description;
            one["parameters"] = boost::json::parse(tool.parameters);
            out.push_back(std::move(one));
        }
        return out;
    }();
    return list;
}

}  // namespace docent::assistant
