// search: sections of the documentation that fit a query.
#include "assistant/passages.hpp"
#include "assistant/tools/output.hpp"
#include "base/text.hpp"

namespace docent::assistant {

ToolResult search_tool(const ToolContext& context, const boost::json::object& args) {
    const std::string query = text_arg(args, "query");
    if (trim(query).empty()) return say("query is empty: give the words to look for.");
    search::Query wanted;
    wanted.text = std::string(cut_utf8(query, 1000));
    wanted.limit = context.question.retrieval_page_size;
    wanted.filter = context.question.filter;
    wanted.vector = context.vector;
    auto found = context.index.search(wanted);
    if (found.sections.size() > wanted.limit) found.sections.resize(wanted.limit);

    ToolResult out;
    out.shown = search_output(context.index, found.sections, context.question.base_path);
    for (const auto& passage : passages_of(context.index, found.sections, context.question.base_path)) {
        if (!add_within(out.text, passage_text(passage))) break;
        out.pages.push_back(passage.page);
    }
    if (out.text.empty())
        out.text =
            "Nothing was found. Try other words, another language of the documentation, or grep_pages.";
    return out;
}

}  // namespace docent::assistant
