// list_pages: which pages there are.
#include "assistant/conversation.hpp"
#include "assistant/tools/output.hpp"
#include "llm/untrusted.hpp"
#include "search/read_tools.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t pages_a_call = 100;

}  // namespace

ToolResult list_pages_tool(const ToolContext& context, const boost::json::object& args) {
    const auto offset = number_arg(args, "offset", 0, 1'000'000);
    const auto found = search::list_pages(context.index, context.question.filter, text_arg(args, "path"),
                                          offset, pages_a_call);
    ToolResult out;
    boost::json::array shown;
    std::string lines;
    for (const auto n : found.pages) {
        const auto view = context.index.page(n);
        std::string line = page_url(view, context.question.base_path) + "  " + llm::attribute(view.title);
        if (!view.description.empty()) line += ": " + llm::attribute(view.description);
        if (!add_within(lines, line + "\n", tool_text_limit - 1000)) break;
        shown.push_back(shown_page(context, n));
    }
    if (shown.empty()) return say("There are no pages below this path.");
    out.text = llm::document("", "pages", lines);
    const auto next = offset + shown.size();
    if (next < found.all)
        out.text +=
            std::to_string(found.all) + " pages in all; go on with offset " + std::to_string(next) + ".\n";
    out.shown = std::move(shown);
    return out;
}

}  // namespace docent::assistant
