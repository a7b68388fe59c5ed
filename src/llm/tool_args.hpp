#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "llm/types.hpp"

namespace docent::llm {

/// Reads the arguments that a model wrote for `call` (its name is set) and checks them against the schema
/// that the request gives the tool. Fills args, and problem when the call must not be run.
void read_tool_args(std::string_view text, const Request& request, ToolCall& call);

/// "" when `args` fit the JSON Schema (draft 7), else what is wrong with them, for the model.
std::string check_against_schema(const boost::json::object& args, const boost::json::object& schema);

/// An argument; "" when it is missing or no text.
std::string text_arg(const boost::json::object& args, std::string_view name);
/// A whole number of 0 or more, `otherwise` when it is missing, and never above `most`.
std::size_t number_arg(const boost::json::object& args, std::string_view name, std::size_t otherwise,
                       std::size_t most);
bool flag_arg(const boost::json::object& args, std::string_view name, bool otherwise);

}  // namespace docent::llm
