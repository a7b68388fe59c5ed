// grep_pages: lines that contain an exact string or match a regular expression.
#include <map>

#include "assistant/conversation.hpp"
#include "assistant/tools/output.hpp"
#include "llm/untrusted.hpp"
#include "search/read_tools.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t lines_a_call = 60;
constexpr std::size_t text_limit = 12 << 10;

}  // namespace

ToolResult grep_pages_tool(const ToolContext& context, const boost::json::object& args) {
    search::GrepQuery query;
    query.pattern = text_arg(args, "pattern");
    query.literal = !flag_arg(args, "regex", false);
    query.ignore_case = !flag_arg(args, "case_sensitive", false);
    query.path_prefix = text_arg(args, "path");
    query.limit = lines_a_call;
    query.filter = context.question.filter;
    const auto found = search::grep(context.index, query);
    if (!found) return say(found.error().message);
    if (found->matches.empty()) return say("No line matches.");

    // Page by page, with the numbers that read_page's first_line takes.
    ToolResult out;
    boost::json::array shown;
    std::string lines;
    std::size_t fitted = 0;
    for (const auto& match : found->matches) {
        const bool is_new = out.pages.empty() || out.pages.back() != match.page;
        const auto view = context.index.page(match.page);
        std::string piece;
        if (is_new)
            piece = page_url(view, context.question.base_path) + "  " + llm::attribute(view.title) + "\n";
        piece += "  " + std::to_string(match.line) + ": " + std::string(match.text) + "\n";
        if (!add_within(lines, piece, text_limit)) break;
        ++fitted;
        if (!is_new) continue;
        out.pages.push_back(match.page);
        auto one = shown_page(context, match.page);
        one["content"] = match.text;
        shown.push_back(std::move(one));
    }
    out.text = llm::document("", "lines that match", lines);
    if (found->more || fitted < found->matches.size())
        out.text += "There are more: narrow it with a path or a longer pattern.\n";
    out.shown = std::move(shown);
    return out;
}

}  // namespace docent::assistant
