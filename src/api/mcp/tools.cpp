#include "api/mcp/tools.hpp"

#include <algorithm>
#include <set>

#include "api/page_text.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace docent::api::mcp {
namespace {

namespace json = boost::json;

std::vector<std::string> tags_of(const search::Index& index, std::string_view search::PageView::*tag) {
    std::set<std::string> out;
    for (const auto n : readable_pages(index)) {
        const auto page = index.page(n);
        if (!(page.*tag).empty()) out.emplace(page.*tag);
    }
    return {out.begin(), out.end()};
}

json::object text_block(std::string text) { return {{"type", "text"}, {"text", std::move(text)}}; }

}  // namespace

RpcError refused(const Limits::Verdict& verdict, const std::string& whom) {
    return RpcError(rpc_code::server_error, hourly_error(verdict, whom).message,
                    json::object{{retry_after, verdict.reset_seconds}});
}

std::string site_title(const store::Project& project, const search::Index* index) {
    if (index && !trim(index->site_name()).empty()) return std::string(trim(index->site_name()));
    return project.name.empty() ? project.slug : project.name;
}

std::string site_word(const store::Project& project, const search::Index* index) {
    const auto word = [](std::string_view name) {
        std::string out;
        for (const char c : lower_ascii(name)) {
            const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (plain)
                out += c;
            else if (!out.empty() && out.back() != '_')
                out += '_';
            if (out.size() == 24) break;
        }
        while (out.ends_with('_')) out.pop_back();
        return out;
    };
    auto out = word(site_title(project, index));
    if (out.empty()) out = word(project.slug);
    return out.empty() ? "docs" : out;
}

const std::vector<Tool>& tools() {
    static const std::vector<Tool> all = {search_tool, filesystem_tool, feedback_tool};
    return all;
}

std::string name_of(const Tool& tool, const Call& call) {
    return std::string(tool.stem) + (tool.stem.ends_with('_') ? call.site : "");
}

const Tool* find_tool(std::string_view name, const Call& call) {
    for (const auto& tool : tools())
        if (name_of(tool, call) == name) return &tool;
    return nullptr;
}

Task<RpcResult> run_tool(const Tool& tool, const json::object& arguments, Call& call) {
    auto blocks = co_await tool.run(arguments, call);
    if (blocks) co_return RpcResult(json::object{{"content", *std::move(blocks)}, {"isError", false}});
    const auto& error = blocks.error();
    if (error.reason == "invalid_body" && !call.spoken.argument_errors_are_results())
        co_return RpcResult(
            RpcError(rpc_code::invalid_params,
                     "Invalid arguments for tool " + name_of(tool, call) + ": " + error.message));
    if (!error.detail.empty()) log::error("MCP tool " + name_of(tool, call) + ": " + error.detail);
    json::array content;
    content.push_back(text_block(std::string(tool.failure) + error.message));
    co_return RpcResult(json::object{{"content", std::move(content)}, {"isError", true}});
}

std::vector<std::string> languages_of(const search::Index& index) {
    return tags_of(index, &search::PageView::language);
}

std::vector<std::string> versions_of(const search::Index& index) {
    return tags_of(index, &search::PageView::version);
}

}  // namespace docent::api::mcp
