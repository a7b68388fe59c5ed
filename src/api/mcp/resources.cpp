#include "api/mcp/resources.hpp"

#include <boost/json/array.hpp>
#include <charconv>

#include "api/page_text.hpp"
#include "api/parse.hpp"
#include "api/projects.hpp"
#include "base/text.hpp"
#include "search/read_tools.hpp"

namespace docent::api::mcp {
namespace {

namespace json = boost::json;

constexpr std::size_t page_size = 100;
constexpr std::size_t most_completions = 100;  // as the protocol bounds it

std::string scheme_of_pages(const Call& call) { return "docs://" + call.project.slug + "/"; }
std::string scheme_of_skills(const Call& call) { return "skill://" + call.project.slug + "/"; }
std::string template_of(const Call& call) { return scheme_of_pages(call) + "{+path}"; }

constexpr std::string_view skill_folder = ".mintlify/skills/";

/// The site's own skill files; those of the assistant are its instructions and nobody else's.
std::vector<std::string_view> skill_files(const search::Index& index) {
    std::vector<std::string_view> out;
    for (const auto name : index.file_names())
        if (name == "skill.md" || name.starts_with(skill_folder)) out.push_back(name);
    return out;
}

std::string skill_uri(std::string_view file, const Call& call) {
    if (file.starts_with(skill_folder)) file.remove_prefix(skill_folder.size());
    return scheme_of_skills(call) + percent_encode(file, "/");
}

json::object page_entry(const search::PageView& page, const Call& call) {
    json::object out;
    out["uri"] = scheme_of_pages(call) + percent_encode(page.path, "/@:!$&'()*+,;=");
    out["name"] = page.path;
    out["title"] = page.title.empty() ? page.path : page.title;
    if (!page.description.empty()) out["description"] = page.description;
    out["mimeType"] = "text/markdown";
    return out;
}

std::optional<std::string> text_of(const std::string& uri, const Call& call, std::string& page_path) {
    const auto& index = *call.index;
    for (const auto file : skill_files(index))
        if (skill_uri(file, call) == uri) return std::string(index.file(file));
    std::string_view path = uri;
    if (const auto scheme = scheme_of_pages(call); path.starts_with(scheme)) {
        path.remove_prefix(scheme.size());
    } else if (!call.links.empty() && path.starts_with(call.links + "/")) {
        path.remove_prefix(call.links.size() + 1);
    } else {
        return std::nullopt;
    }
    const auto page = find_readable(index, path);
    if (!page) return std::nullopt;
    page_path = index.page(*page).path;
    return page_text(index.page(*page));
}

RpcError bad_params(std::string what) {
    return RpcError(rpc_code::invalid_params, "Invalid params: " + std::move(what));
}

const std::string* text_param(const json::object& params, std::string_view name, std::string& keep) {
    const auto* value = params.if_contains(name);
    if (!value || !value->is_string()) return nullptr;
    keep = value->get_string();
    return &keep;
}

}  // namespace

RpcResult list_resources(const json::object& params, const Call& call) {
    std::size_t from = 0;
    std::string keep;
    if (const auto* given = params.if_contains("cursor"); given && !given->is_null()) {
        const auto* cursor = text_param(params, "cursor", keep);
        const auto* end = keep.data() + keep.size();
        if (!cursor || std::from_chars(keep.data(), end, from).ptr != end || keep.empty() || keep.size() > 9)
            return bad_params("cursor is not one of this server");
    }
    const auto& index = *call.index;
    const auto pages = search::list_pages(index, {}, "", from, page_size);
    const auto skills = skill_files(index);
    json::array out;
    for (const auto n : pages.pages) out.push_back(page_entry(index.page(n), call));
    for (std::size_t i = from + out.size();
         i >= pages.all && i < pages.all + skills.size() && out.size() < page_size; ++i) {
        const auto file = skills[i - pages.all];
        json::object entry;
        entry["uri"] = skill_uri(file, call);
        entry["name"] = file == "skill.md" ? file : file.substr(skill_folder.size());
        entry["description"] =
            "A skill: what an agent should know to use " + site_title(call.project, &index) + ".";
        entry["mimeType"] = "text/markdown";
        out.push_back(std::move(entry));
    }
    const auto next = from + out.size();
    const bool more = !out.empty() && next < pages.all + skills.size();
    json::object result{{"resources", std::move(out)}};
    if (more) result["nextCursor"] = std::to_string(next);
    return result;
}

RpcResult list_resource_templates(const Call& call) {
    json::array all;
    all.push_back(json::object{{"uriTemplate", template_of(call)},
                               {"name", "page"},
                               {"title", "Page"},
                               {"description", "A page of the documentation by its path, as Markdown."},
                               {"mimeType", "text/markdown"}});
    return json::object{{"resourceTemplates", std::move(all)}};
}

RpcResult read_resource(const json::object& params, const Call& call, std::string& page) {
    std::string uri;
    if (!text_param(params, "uri", uri)) return bad_params("uri: expected a string");
    auto text = uri.size() > 4'000 ? std::nullopt : text_of(uri, call, page);
    if (!text)
        return RpcError(call.spoken.modern() ? rpc_code::invalid_params : rpc_code::resource_not_found,
                        "Resource not found", json::object{{"uri", cut_utf8(uri, 1'000)}});
    json::array contents;
    contents.push_back(
        json::object{{"uri", uri}, {"mimeType", "text/markdown"}, {"text", repair_utf8(*text)}});
    return json::object{{"contents", std::move(contents)}};
}

RpcResult complete_path(const json::object& params, const Call& call) {
    const auto* ref = params.if_contains("ref");
    const auto* argument = params.if_contains("argument");
    if (!ref || !ref->is_object() || !argument || !argument->is_object())
        return bad_params("ref and argument: expected objects");
    std::string type, uri, name, typed;
    if (!text_param(ref->get_object(), "type", type) || !text_param(argument->get_object(), "name", name) ||
        !text_param(argument->get_object(), "value", typed))
        return bad_params("ref.type, argument.name and argument.value: expected strings");
    if (type != "ref/resource" || !text_param(ref->get_object(), "uri", uri) || uri != template_of(call))
        return bad_params("ref: there is one template to complete, " + template_of(call));
    if (name != "path") return bad_params("argument.name: the template has one variable, path");
    const auto found = search::list_pages(*call.index, {}, typed, 0, most_completions);
    json::array values;
    for (const auto n : found.pages) values.emplace_back(call.index->page(n).path);
    const bool more = found.all > values.size();
    return json::object{
        {"completion", json::object{{"values", std::move(values)}, {"total", found.all}, {"hasMore", more}}}};
}

}  // namespace docent::api::mcp
