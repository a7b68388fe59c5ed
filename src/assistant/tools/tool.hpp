#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assistant/answer.hpp"
#include "search/index.hpp"

namespace docent::assistant {

/// What a tool may look at. The question's filter and page size bind it; a page that they keep from the
/// reader is not there.
struct ToolContext {
    const search::Index& index;
    const Question& question;
    std::vector<float> vector = {};  // of the argument that Tool::meaning_of names; may be none
};

/// A question back to the reader.
struct Clarification {
    std::string question;
    std::vector<std::string> options;
};

struct ToolResult {
    /// For the model: what others wrote is delimited (untrusted.hpp). At most `tool_text_limit` bytes.
    std::string text;
    /// For the reader's stream: an array of {path, url, metadata, content}, or an object.
    boost::json::value shown = boost::json::array();
    std::vector<std::uint32_t> pages;  // whose text the model has been given: it may cite them
    bool not_found = false;            // the documentation does not answer the question
    std::optional<Clarification> asks;
};
constexpr std::size_t tool_text_limit = 24 << 10;

/// One ability of a model that answers: reads the index, changes nothing. Pure CPU work of milliseconds: it
/// runs on the search pool. `args` fit `parameters`; run() checks all the same, because not every provider
/// does.
struct Tool {
    std::string_view name, description;
    std::string_view parameters;  // JSON Schema
    ToolResult (*run)(const ToolContext& context, const boost::json::object& args);
    std::size_t most_calls = 8;        // in one answer
    std::string_view meaning_of = {};  // an argument whose vector run() wants, where there are embeddings
};

/// All of them: the table is in tools.cpp.
const std::vector<Tool>& tools();
const Tool* find_tool(std::string_view name);
/// As a request to a model lists them: [{name, description, parameters}].
const boost::json::array& tool_list();

}  // namespace docent::assistant
