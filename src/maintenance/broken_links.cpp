#include "maintenance/broken_links.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "maintenance/page_files.hpp"

namespace docent::maintenance {

namespace {

using Role = ConfigString::Role;

/// Where a string of docs.json leads.
Resolution resolve_config(const LinkedSite& site, const ConfigString& string) {
    Resolution out;
    switch (string.role) {
        case Role::source:
            return out;
        case Role::page: {
            const auto path = decoded(string.value);
            // Pages that the server makes of an API description have no file.
            auto found = site.resolve(string.file, std::nullopt, path[0] == '/' ? path : "/" + path, false);
            if (!found.hops.empty()) {
                found = {};
                found.state = Resolution::State::no_page;
            }
            if (found.broken() || found.state == Resolution::State::file) {
                found.state = Resolution::State::no_page;
                found.path = path.substr(path[0] == '/');
            }
            return found;
        }
        case Role::file:
            return site.resolve(string.file, std::nullopt, string.value, true);
        case Role::destination:
            if (string.value.find_first_of("*:") != std::string::npos) return out;
            return site.resolve(string.file, std::nullopt,
                                string.value.starts_with('/') ? string.value : "/" + string.value, false);
        case Role::link:
            return site.resolve(string.file, std::nullopt, string.value, false);
    }
    return out;
}

}  // namespace

std::vector<PlacedLink> placed_links(const LinkedSite& site) {
    std::vector<PlacedLink> out;
    for (const auto& source : site.sources)
        for (const auto& link : source.links) {
            PlacedLink placed;
            placed.source = &source;
            placed.span = link;
            placed.file = source.file;
            placed.target = std::string(link.target(source.text));
            placed.where = site.resolve(source, link);
            out.push_back(std::move(placed));
        }
    for (const auto& string : site.config) {
        PlacedLink placed;
        placed.string = &string;
        placed.span.form =
            string.role == Role::file ? docs::LinkSpan::Form::source : docs::LinkSpan::Form::attribute;
        placed.span.begin = string.begin;
        placed.span.end = string.end;
        placed.span.line = string.line;
        placed.file = string.file;
        placed.target = string.value;
        placed.where = resolve_config(site, string);
        out.push_back(std::move(placed));
    }
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return a.file != b.file ? a.file < b.file : a.span.begin < b.span.begin;
    });
    return out;
}

Result<LinkedSite> blocking_load_site(const Tree& tree) {
    auto site = LinkedSite::blocking_load(docs_folder(tree), tree.workspace.tree);
    if (!site && site.error().code == ErrorCode::not_found)
        return not_found(tree.docs.empty() ? "there is no documentation here"
                                           : "there is no documentation in the folder \"" + tree.docs +
                                                 "\": change the setting that names it");
    return site;
}

std::string place_of(const Tree& tree, std::string_view file, std::uint32_t line) {
    auto out = in_tree(tree, file);
    if (line > 0) out += ":" + std::to_string(line);
    return as_code(out);
}

std::string as_code(std::string_view text) {
    std::string ticks = "`";
    while (text.find(ticks) != std::string_view::npos) ticks += '`';
    const bool padded = text.starts_with('`') || text.ends_with('`');
    std::string out = ticks + (padded ? " " : "") + std::string(text) + (padded ? " " : "") + ticks;
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return out;
}

std::string why_broken(const LinkedSite& site, const PlacedLink& link) {
    const auto& where = link.where;
    const std::string through = where.hops.empty() ? "" : " (after the redirect " + where.hops.back() + ")";
    switch (where.state) {
        case Resolution::State::no_page:
            if (link.in_navigation()) return "the navigation names a page that has no file";
            return "there is no page at " + as_code("/" + where.path) + through;
        case Resolution::State::no_anchor:
            return "the page " + as_code("/" + site.site.pages[*where.page].path) +
                   " has no heading with the anchor " + as_code("#" + where.anchor) + through;
        case Resolution::State::no_file:
            return "there is no file at " + as_code(where.path);
        case Resolution::State::loop:
            return "its redirects lead in a circle";
        default:
            return "";
    }
}

}  // namespace docent::maintenance
