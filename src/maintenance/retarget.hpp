#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "maintenance/linked_site.hpp"

namespace docent::maintenance {

/// What a link is to lead to.
struct Destination {
    std::string file;                   // below the documentation's folder
    std::optional<std::string> path;    // on the site; nothing: it is no page
    std::optional<std::string> anchor;  // nothing: the link's own stays
};

/// The target in its own notation with another destination: absolute or relative, with or without extension,
/// `index`, slash at the end, query, address of the site and percent-escapes, as before. `from`: the file
/// that holds it then.
std::string retarget(const LinkedSite& site, std::string_view target, std::string_view from,
                     const Destination& to);

/// The same page, another anchor.
std::string with_anchor(std::string_view target, std::string_view anchor);

}  // namespace docent::maintenance
