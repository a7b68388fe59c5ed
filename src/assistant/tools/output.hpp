#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "assistant/tools/tool.hpp"

namespace docent::assistant {

// What the tools' results are made of.

/// An argument; "" when it is missing or no text.
std::string text_arg(const boost::json::object& args, std::string_view name);
/// A whole number of 0 or more, `otherwise` when it is missing, and never above `most`.
std::size_t number_arg(const boost::json::object& args, std::string_view name, std::size_t otherwise,
                       std::size_t most);
bool flag_arg(const boost::json::object& args, std::string_view name, bool otherwise);

/// {path, url, metadata: {title, description?}}: what clients read sources from.
boost::json::object shown_page(const ToolContext& context, std::uint32_t page, std::string_view anchor = "");

/// A result that only tells the model something.
ToolResult say(std::string sentence);

/// Appends `piece` if the text stays within the limit; false when it does not.
bool add_within(std::string& text, const std::string& piece, std::size_t limit = tool_text_limit);

}  // namespace docent::assistant
