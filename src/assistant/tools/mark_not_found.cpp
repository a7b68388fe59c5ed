// markNotFound: the documentation does not answer the question. Clients know the tool by this name.
#include "assistant/tools/output.hpp"

namespace docent::assistant {

ToolResult mark_not_found_tool(const ToolContext&, const boost::json::object&) {
    ToolResult out = say("Noted. Now tell the reader plainly, in the language of the question.");
    boost::json::object acknowledged;
    acknowledged["acknowledged"] = true;
    out.shown = std::move(acknowledged);
    out.not_found = true;
    return out;
}

}  // namespace docent::assistant
