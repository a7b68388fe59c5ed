#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "docs/openapi_schema.hpp"

namespace docent::docs {

/// Pieces of Markdown that references of APIs are made of.

constexpr std::size_t longest_example = 8 << 10;  // bytes: an example is there to be read

/// A fenced block; the fence is longer than any run of backticks inside.
std::string code_block(std::string_view text, std::string_view language);

/// A value as a code block, JSON over several lines; "" when it is empty or too long.
std::string example_block(const boost::json::value& value, std::string_view language);

/// What a body holds: its fields, or its type alone when it has none.
void write_schema(const boost::json::value& schema, const RefResolver& refs, SchemaWriter& schemas,
                  std::string& out);

}  // namespace docent::docs
