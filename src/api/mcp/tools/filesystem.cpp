#include "api/mcp/shell/run.hpp"
#include "api/mcp/tools.hpp"
#include "api/parse.hpp"

namespace docent::api::mcp {
namespace {

namespace json = boost::json;

constexpr std::size_t max_command = 4'000;  // bytes, as shell::max_script

json::object describe_filesystem(const Call& call) {
    const auto title = site_title(call.project, call.index.get());
    return {
        {"title", "Read the documentation of " + title},
        {"description", "Runs a read-only, shell-style command over the documentation of " + title +
                            ": every page is a Markdown file at its path, such as /guides/install.md. "
                            "Programs: ls, tree, find, cat, "
                            "head, tail, sed -n 'A,Bp', grep, rg, wc, sort, uniq, echo, cd, pwd; joined by "
                            "|, ;, && and ||. Examples: "
                            "tree -L 2 /   rg -n -C2 \"api key\" /   cat /index.md   find / -name "
                            "\"*auth*\". The answer begins with "
                            "\"exit: N\" and has at most about 30,000 bytes. Nothing is kept between calls."},
        {"inputSchema",
         json::object{
             {"type", "object"},
             {"properties",
              json::object{{"command", json::object{{"type", "string"},
                                                    {"minLength", 1},
                                                    {"maxLength", max_command},
                                                    {"description", "The command, as for a shell."}}}}},
             {"required", json::array{"command"}}}},
        {"annotations", json::object{{"title", "Read the documentation of " + title},
                                     {"readOnlyHint", true},
                                     {"destructiveHint", false},
                                     {"idempotentHint", true},
                                     {"openWorldHint", false}}}};
}

Task<Result<json::array>> run_filesystem(const json::object& arguments, Call& call) {
    Complaints complaints;
    Fields fields(arguments, "", complaints);
    const auto command = fields.text("command", max_command).value_or("");
    if (!fields.has("command")) fields.complain("command", "is missing; send a command such as ls /");
    if (!complaints.empty()) co_return complaints.error();
    auto outcome =
        co_await on(call.services.pools.search, [&] { return shell::run_script(*call.index, command); });
    if (!outcome) co_return std::move(outcome).error();
    for (const auto page : outcome->read)
        call.services.analytics.traffic.page_read(call.project.id, call.index->page(page).path, call.request,
                                                  Traffic::Reader::machine);
    json::array blocks;
    blocks.push_back(json::object{{"type", "text"}, {"text", shell::outcome_text(*outcome)}});
    co_return blocks;
}

}  // namespace

const Tool filesystem_tool = {"query_docs_filesystem_", "Docs filesystem query failed: ", describe_filesystem,
                              run_filesystem};

}  // namespace docent::api::mcp
