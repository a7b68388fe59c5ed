// read_documentation: a page of the project's published documentation, or a part of it.
#include <algorithm>

#include "agent/services.hpp"
#include "agent/tools/output.hpp"
#include "base/text.hpp"
#include "llm/untrusted.hpp"
#include "search/read_tools.hpp"
#include "sources/sources.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t page_bytes = 20 << 10, last_page_line = 1'000'000;

Result<ToolOutcome> read_page_of(const search::Index& index, const std::string& path, std::size_t first) {
    const auto read =
        search::read_page(index, path, search::Filter(), static_cast<std::uint32_t>(first), page_bytes);
    if (!read)
        return tool_error("not_found",
                          "there is no page with this path: search_documentation tells which there are");
    const auto page = index.page(read->page);
    // One line alone may be longer than all that fits.
    const auto markdown = repair_utf8(cut_utf8(read->markdown, page_bytes));
    const auto next = read->first_line + read->line_count;
    const bool more = read->line_count > 0 && next <= read->all_lines;
    const auto name = page.path.substr(page.path.starts_with('/') ? 1 : 0);
    ToolOutcome out;
    out.payload = {{"path", repair_utf8(name)},
                   {"start_line", read->first_line},
                   {"end_line", read->line_count == 0 ? read->first_line : next - 1},
                   {"total_lines", read->all_lines},
                   {"content", markdown},
                   {"truncated", more},
                   {"repository", nullptr}};
    out.text = llm::document(std::string(name), page.title, markdown);
    if (more)
        out.text += "The page has " + counted(read->all_lines, "line") + ": go on with start_line " +
                    std::to_string(next) + ".\n";
    return out;
}

}  // namespace

json::object read_documentation_begin(const json::object& args) {
    return {{"path", asked_path(args, "path")},
            {"start_line", asked(args, "start_line")},
            {"end_line", nullptr},
            {"total_lines", nullptr},
            {"content", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> read_documentation_tool(ToolContext& context, const json::object& args) {
    auto* sources = context.services.sources;
    const auto index = sources ? sources->index(context.session.project_id) : nullptr;
    if (!index) co_return tool_error("not_found", "the project's documentation is not indexed");
    const auto path = llm::text_arg(args, "path");
    const auto first = std::max<std::size_t>(1, llm::number_arg(args, "start_line", 1, last_page_line));
    co_return co_await on(context.services.pools.search,
                          [&]() -> Result<ToolOutcome> { return read_page_of(*index, path, first); });
}

}  // namespace docent::agent
