#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "base/text.hpp"
#include "cli/installation.hpp"
#include "cli/retrieval_options.hpp"
#include "cli/terminal.hpp"
#include "search/vectors.hpp"
#include "sources/embedding.hpp"

namespace docent::cli {
namespace {

namespace json = boost::json;

struct SearchOptions : RetrievalOptions {
    std::size_t limit = 5;
    double threshold = 0;
};

std::string address(const search::PageView& page, std::string_view anchor) {
    std::string out = page.url.empty() ? "/" + std::string(page.path) : std::string(page.url);
    if (!anchor.empty()) out += "#" + std::string(anchor);
    return out;
}

int find(const Globals& globals, const SearchOptions& o) {
    if (trim(o.text).empty()) return fail(invalid("the search text is empty"));
    if (o.limit < 1 || o.limit > 100) return fail(invalid("--limit takes 1 to 100"));
    auto opened = Installation::open(globals);
    if (!opened) return fail(opened.error());
    auto project = (*opened)->project(o.project);
    if (!project) return fail(project.error());
    auto index = (*opened)->index(*project);
    if (!index) return fail(index.error());
    search::Query query;
    query.text = repair_utf8(o.text);
    query.filter = o.filter;
    query.limit = o.limit;
    query.score_threshold = o.threshold;
    const auto& vectors = (*index)->vectors();
    if (vectors && vectors->size() > 0) {
        query.vector = sources::blocking_embed_question(query.text, (*opened)->config.sources.embeddings);
        if (query.vector.size() != vectors->dimensions())
            say("The embeddings endpoint does not help: searched by words alone.");
    }
    const search::Found found = (*index)->search(query);
    if (!found.corrected.empty()) say("Searched for: " + printable(found.corrected));
    json::array out;
    for (const auto& hit : found.sections) {
        const auto page = (*index)->page(hit.page);
        const auto chunk = (*index)->chunk(hit.chunk);
        std::string heading;
        for (const auto& part : chunk.headings) heading += (heading.empty() ? "" : " > ") + std::string(part);
        if (o.as_json) {
            out.push_back(json::object{{"score", hit.score},
                                       {"page", page.path},
                                       {"file", page.file},
                                       {"url", address(page, chunk.anchor)},
                                       {"title", page.title},
                                       {"heading", heading},
                                       {"content", chunk.markdown}});
            continue;
        }
        std::string text(cut_utf8(chunk.markdown, 240));
        for (char& c : text)
            if (c == '\n') c = ' ';
        print(printable(fmt::format("{:.2f}  {}{}\n      {}\n      {}\n", hit.score, page.title,
                                    heading.empty() ? "" : " > " + heading, address(page, chunk.anchor),
                                    text)));
    }
    if (o.as_json) print(json::serialize(out));
    if (!found.sections.empty()) return Exit::done;
    if (!o.as_json) say("Nothing found.");
    return Exit::no_answer;
}

}  // namespace

void add_search(CLI::App& app, Globals& globals) {
    auto options = std::make_shared<SearchOptions>();
    auto* command = app.add_subcommand("search", "Search the documentation");
    add_retrieval_options(*command, *options, "text", "What to look for", "As a JSON array");
    command->add_option("--limit", options->limit, "Sections to show")->capture_default_str();
    command->add_option("--threshold", options->threshold, "Least score, 0 to 1")
        ->check(CLI::Range(0.0, 1.0));
    command->footer(
        "Exit code 4 when nothing is found.\n\nExamples:\n  docent search \"custom domain\"\n"
        "  docent search --json --limit 1 -- \"-h option\"");
    command->callback(
        [&globals, options] { globals.action = [&globals, options] { return find(globals, *options); }; });
}

}  // namespace docent::cli
