// search_documentation: sections of the project's published documentation that fit a query.
#include <algorithm>

#include "agent/services.hpp"
#include "agent/tools/output.hpp"
#include "base/text.hpp"
#include "llm/untrusted.hpp"
#include "sources/sources.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t most_sections = 20, longest_query = 1000, section_bytes = 3000,
                      room_for_sentences = 200;

std::string_view without_slash(std::string_view path) {
    if (path.starts_with('/')) path.remove_prefix(1);
    return path;
}

/// The line of its page that a section begins on.
std::int64_t line_of_section(std::string_view page, std::string_view section) {
    const auto at = page.find(section.substr(0, section.find('\n')));
    if (at == page.npos) return 1;
    return 1 + std::ranges::count(page.substr(0, at), '\n');
}

/// "Install > On Linux", or the first words of the section.
std::string name_of_section(const search::ChunkView& section) {
    std::string out;
    for (const auto heading : section.headings) (out += out.empty() ? "" : " > ") += heading;
    if (out.empty()) out = cut_utf8(trim(section.markdown), 200);
    return repair_utf8(out);
}

ToolOutcome shown_sections(const search::Index& index, const search::Found& found) {
    json::array files;
    std::string text;
    std::size_t shown = 0;
    for (const auto& hit : found.sections) {
        const auto page = index.page(hit.page);
        const auto section = index.chunk(hit.chunk);
        const auto piece = llm::document(std::string(without_slash(page.path)), page.title,
                                         cut_utf8(section.markdown, section_bytes));
        if (text.size() + piece.size() > result_text_limit - room_for_sentences) break;
        text += piece;
        ++shown;
        json::object match{{"line", line_of_section(page.markdown, section.markdown)},
                           {"column", 1},
                           {"text", name_of_section(section)},
                           {"before", json::array()},
                           {"after", json::array()}};
        const auto path = repair_utf8(without_slash(page.path));
        auto known = std::ranges::find_if(
            files, [&](const json::value& file) { return file.at("path").as_string() == path; });
        if (known == files.end()) {
            files.push_back(json::object{{"path", path}, {"match_count", 0}, {"matches", json::array()}});
            known = files.end() - 1;
        }
        auto& file = known->as_object();
        file["matches"].as_array().push_back(std::move(match));
        file["match_count"] = file["matches"].as_array().size();
    }
    ToolOutcome out;
    out.text = shown == 0 ? "Nothing was found: try other words, or another language of the documentation.\n"
                          : text + "Read a page with read_documentation.\n";
    const auto pages = files.size();
    out.payload = {{"files", std::move(files)},
                   {"total_files", pages},
                   {"total_matches", shown},
                   {"truncated", shown < found.sections.size()},
                   {"repository", nullptr}};
    return out;
}

}  // namespace

json::object search_documentation_begin(const json::object& args) {
    return {{"query", llm::text_arg(args, "query")},
            {"mode", "literal"},
            {"path", ""},
            {"include", json::array()},
            {"exclude", json::array()},
            {"case_sensitive", false},
            {"context_lines", 0},
            {"files", nullptr},
            {"total_files", nullptr},
            {"total_matches", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> search_documentation_tool(ToolContext& context, const json::object& args) {
    auto* sources = context.services.sources;
    const auto index = sources ? sources->index(context.session.project_id) : nullptr;
    if (!index) co_return tool_error("not_found", "the project's documentation is not indexed");
    search::Query query;
    query.text = std::string(cut_utf8(llm::text_arg(args, "query"), longest_query));
    query.limit = std::max<std::size_t>(1, llm::number_arg(args, "limit", 8, most_sections));
    query.filter.language = llm::text_arg(args, "language");
    if (trim(query.text).empty()) co_return tool_error("invalid_argument", "query is empty");
    co_await sources->add_meaning(context.session.project_id, query);
    co_return co_await on(context.services.pools.search, [&]() -> Result<ToolOutcome> {
        auto found = index->search(query);
        if (found.sections.size() > query.limit) found.sections.resize(query.limit);
        return shown_sections(*index, found);
    });
}

}  // namespace docent::agent
