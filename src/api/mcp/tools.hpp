#pragma once
#include <boost/json/array.hpp>

#include "api/mcp/call.hpp"

namespace docent::api::mcp {

/// One tool: a file in tools/. Its names follow the published ones of documentation sites.
struct Tool {
    std::string_view stem;     // with "_" at its end the site's word follows: "search_" -> "search_acme"
    std::string_view failure;  // what the text of a failure begins with; clients look for it
    /// Everything of its entry in tools/list but the name.
    boost::json::object (*describe)(const Call& call);
    /// The blocks of its answer. invalid_argument with reason "invalid_body": the arguments are wrong.
    Task<Result<boost::json::array>> (*run)(const boost::json::object& arguments, Call& call);
};

/// Every tool there is, in the order of tools/list.
const std::vector<Tool>& tools();

std::string name_of(const Tool& tool, const Call& call);

/// The tool of this name; null when there is none.
const Tool* find_tool(std::string_view name, const Call& call);

/// Calls a tool: its answer, its failure as an answer ("isError"), or the protocol's error for arguments
/// that are wrong.
Task<RpcResult> run_tool(const Tool& tool, const boost::json::object& arguments, Call& call);

extern const Tool search_tool, filesystem_tool, feedback_tool;

/// The languages, or versions, that pages of an index are tagged with, each once.
std::vector<std::string> languages_of(const search::Index& index);
std::vector<std::string> versions_of(const search::Index& index);

}  // namespace docent::api::mcp
