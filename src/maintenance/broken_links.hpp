#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "maintenance/command.hpp"
#include "maintenance/linked_site.hpp"

namespace docent::maintenance {

/// A link, wherever it stands: in a page, a snippet, a script or docs.json.
struct PlacedLink {
    const Source* source = nullptr;        // nothing: in docs.json
    const ConfigString* string = nullptr;  // nothing: in a page
    docs::LinkSpan span;
    std::string file;
    std::string target;  // as written
    Resolution where;

    bool in_navigation() const { return string && string->role == ConfigString::Role::page; }
};

/// Every link with where it leads, by file and line. Valid as long as the site.
std::vector<PlacedLink> placed_links(const LinkedSite& site);

/// Why a link is broken: "there is no page at /guides/a". Without a stop.
std::string why_broken(const LinkedSite& site, const PlacedLink& link);

/// The documentation of a tree. Blocks. not_found, naming the setting, when its folder is not there.
Result<LinkedSite> blocking_load_site(const Tree& tree);

/// "docs/a.mdx:12" as code: the file below the tree's root.
std::string place_of(const Tree& tree, std::string_view file, std::uint32_t line);

/// `target` as Markdown code, whatever is in it.
std::string as_code(std::string_view text);

}  // namespace docent::maintenance
