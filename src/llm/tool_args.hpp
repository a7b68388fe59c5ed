#pragma once
#include <string_view>

#include "llm/types.hpp"

namespace docent::llm {

/// Reads the arguments that a model wrote for `call` (its name is set) and checks them against the schema
/// that the request gives the tool. Fills args, and problem when the call must not be run.
void read_tool_args(std::string_view text, const Request& request, ToolCall& call);

/// "" when `args` fit the JSON Schema (draft 7), else what is wrong with them, for the model.
std::string check_against_schema(const boost::json::object& args, const boost::json::object& schema);

}  // namespace docent::llm
