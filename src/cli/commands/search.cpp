#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "base/text.hpp"
#include "cli/installation.hpp"
#include "cli/terminal.hpp"

namespace docent::cli {
namespace {

namespace json = boost::json;

struct Options {
    std::string text, project;
    search::Query query;
    bool as_json = false;
};

std::string address(const search::PageView& page, std::string_view anchor) {
    std::string out = page.url.empty() ? "/" + std::string(page.path) : std::string(page.url);
    if (!anchor.empty()) out += "#" + std::string(anchor);
    return out;
}

int find(const Globals& globals, const Options& o) {
    if (trim(o.text).empty()) return fail(invalid("the search text is empty"));
    if (o.query.limit < 1 || o.query.limit > 100) return fail(invalid("--limit takes 1 to 100"));
    auto opened = Installation::open(globals);
    if (!opened) return fail(opened.error());
    auto project = (*opened)->project(o.project);
    if (!project) return fail(project.error());
    auto index = (*opened)->index(*project);
    if (!index) return fail(index.error());
    search::Query query = o.query;
    query.text = repair_utf8(o.text);
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
    auto options = std::make_shared<Options>();
    options->query.limit = 5;
    auto* command = app.add_subcommand("search", "Search the documentation");
    command->add_option("text", options->text, "What to look for")->required();
    command->add_option("--project", options->project, "Which project (default: the only one, or default)");
    command->add_option("--limit", options->query.limit, "Sections to show")->capture_default_str();
    command->add_option("--threshold", options->query.score_threshold, "Least score, 0 to 1")
        ->check(CLI::Range(0.0, 1.0));
    command->add_option("--language", options->query.filter.language,
                        "Pages in this language, and untagged ones");
    command->add_option("--docs-version", options->query.filter.version,
                        "Pages of this version, and untagged ones");
    command->add_option("--tag", options->query.filter.tag, "Pages with this tag, and untagged ones");
    command->add_flag("--json", options->as_json, "As a JSON array");
    command->footer(
        "Exit code 4 when nothing is found.\n\nExamples:\n  docent search \"custom domain\"\n"
        "  docent search --json --limit 1 -- \"-h option\"");
    command->callback(
        [&globals, options] { globals.action = [&globals, options] { return find(globals, *options); }; });
}

}  // namespace docent::cli
