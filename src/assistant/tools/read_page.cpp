// read_page: a page's text, or a part of it.
#include "assistant/conversation.hpp"
#include "assistant/tools/output.hpp"
#include "base/text.hpp"
#include "llm/untrusted.hpp"
#include "search/read_tools.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t page_bytes = 20 << 10;
constexpr std::size_t shown_of_page = 600;

}  // namespace

ToolResult read_page_tool(const ToolContext& context, const boost::json::object& args) {
    const std::string path = text_arg(args, "path");
    const auto first = number_arg(args, "first_line", 1, 1'000'000);
    const auto read = search::read_page(context.index, path, context.question.filter,
                                        static_cast<std::uint32_t>(first), page_bytes);
    if (!read) return say("There is no page with this path. list_pages and search tell which there are.");
    const auto view = context.index.page(read->page);
    // One line alone may be longer than everything that fits.
    const auto markdown = cut_utf8(read->markdown, page_bytes);
    ToolResult out;
    out.text = llm::document(page_url(view, context.question.base_path), view.title, markdown);
    const auto next = read->first_line + read->line_count;
    if (read->line_count > 0 && next <= read->all_lines) {
        out.text += "Lines " + std::to_string(read->first_line) + " to " + std::to_string(next - 1) + " of " +
                    std::to_string(read->all_lines) + "; go on with first_line " + std::to_string(next) +
                    ".\n";
    }
    auto one = shown_page(context, read->page);
    one["content"] = cut_utf8(markdown, shown_of_page);
    boost::json::array shown;
    shown.push_back(std::move(one));
    out.shown = std::move(shown);
    out.pages.push_back(read->page);
    return out;
}

}  // namespace docent::assistant
