#include "api/mcp/tools.hpp"
#include "api/parse.hpp"
#include "api/projects.hpp"
#include "api/protection.hpp"
#include "base/text.hpp"

namespace docent::api::mcp {
namespace {

namespace json = boost::json;

constexpr std::size_t hits = 10;
constexpr std::size_t max_query = 10'000;   // bytes
constexpr std::size_t max_content = 4'000;  // bytes of a section

json::object describe_search(const Call& call) {
    json::object properties;
    properties["query"] =
        json::object{{"type", "string"},
                     {"minLength", 1},
                     {"description", "What to look for: a question, words, a name from the code."}};
    const auto tag = [&](const char* name, const std::vector<std::string>& values, std::string_view what) {
        if (values.empty()) return;
        properties[name] =
            json::object{{"type", "string"},
                         {"description", std::string(what) + " Pages without one are found, too."},
                         {"enum", json::array(values.begin(), values.end())}};
    };
    if (call.index) {
        tag("version", versions_of(*call.index), "Only pages of this version.");
        tag("language", languages_of(*call.index), "Only pages in this language.");
    }
    const auto title = site_title(call.project, call.index.get());
    return {{"title", "Search " + title},
            {"description",
             "Searches the documentation of " + title +
                 " and returns the sections that fit best, as Markdown, each with its page's title, "
                 "link and path. Read a whole page with the file-system tool: cat /PAGE.md"},
            {"inputSchema", json::object{{"type", "object"},
                                         {"properties", std::move(properties)},
                                         {"required", json::array{"query"}}}},
            {"annotations", json::object{{"title", "Search " + title},
                                         {"readOnlyHint", true},
                                         {"destructiveHint", false},
                                         {"idempotentHint", true},
                                         {"openWorldHint", false}}}};
}

Result<search::Query> read(const json::object& arguments) {
    Complaints complaints;
    Fields fields(arguments, "", complaints);
    search::Query out;
    out.limit = hits;
    out.text = fields.text("query", max_query).value_or("");
    if (!fields.has("query"))
        fields.complain("query", "is missing; send what to look for");
    else if (complaints.empty() && trim(out.text).empty())
        fields.complain("query", "is empty; send what to look for");
    out.filter.version = fields.text("version", 200).value_or("");
    out.filter.language = fields.text("language", 200).value_or("");
    if (!complaints.empty()) return complaints.error();
    return out;
}

/// The lines that clients of such sites read.
std::string block_of(const search::Index& index, const search::Hit& hit, const std::string& base) {
    const auto page = index.page(hit.page);
    const auto chunk = index.chunk(hit.chunk);
    std::string out = "Title: " + std::string(page.title.empty() ? page.path : page.title);
    if (!chunk.headings.empty()) (out += " > ") += chunk.headings.back();
    for (auto& c : out)
        if (c == '\n' || c == '\r') c = ' ';
    out += "\nLink: " + page_url(page, chunk.anchor, base);
    out += "\nPage: " + std::string(page.path);
    out += "\nContent: " + std::string(cut_utf8(chunk.markdown, max_content));
    return repair_utf8(out);
}

Task<Result<json::array>> run_search(const json::object& arguments, Call& call) {
    auto query = read(arguments);
    if (!query) co_return std::move(query).error();
    const auto settings = settings_of(call.project);
    if (settings.mask_personal_data == "always") query->text = masked_for(settings, std::move(query->text));
    co_await call.services.sources.add_meaning(call.project.id, *query);
    const auto& index = *call.index;
    auto blocks = co_await on(call.services.pools.search, [&] {
        json::array out;
        for (const auto& hit : index.search(*query).sections)
            out.push_back(json::object{{"type", "text"}, {"text", block_of(index, hit, call.links)}});
        return out;
    });
    call.services.analytics.traffic.searched(call.project.id, masked_for(settings, query->text),
                                             blocks.size());
    if (blocks.empty())
        blocks.push_back(json::object{{"type", "text"}, {"text", "No results. Try other or fewer words."}});
    co_return blocks;
}

}  // namespace

const Tool search_tool = {"search_", "Search failed: ", describe_search, run_search};

}  // namespace docent::api::mcp
