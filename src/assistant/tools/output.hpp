#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "assistant/tools/tool.hpp"
#include "llm/tool_args.hpp"

namespace docent::assistant {

// What the tools' results are made of.

using llm::flag_arg;
using llm::number_arg;
using llm::text_arg;

/// {path, url, metadata: {title, description?}}: what clients read sources from.
boost::json::object shown_page(const ToolContext& context, std::uint32_t page, std::string_view anchor = "");

/// A result that only tells the model something.
ToolResult say(std::string sentence);

/// Appends `piece` if the text stays within the limit; false when it does not.
bool add_within(std::string& text, const std::string& piece, std::size_t limit = tool_text_limit);

}  // namespace docent::assistant
