#include "docs/visibility.hpp"

namespace docent::docs {

Visibility visibility_of(const FrontMatter& page, std::optional<NavState> place, bool index_all) {
    // The page's own word comes first.
    if (page.hidden.value_or(false) || page.noindex.value_or(false)) return {false, false};
    const bool in_hidden_group = place == NavState::hidden;
    const bool unhidden = in_hidden_group && page.hidden.has_value();  // hidden: false
    const bool reachable = index_all || unhidden || (place && !in_hidden_group);
    if (!reachable) return {false, false};
    if (page.searchable.has_value()) return {*page.searchable, true};
    return {place != NavState::unsearchable, true};
}

}  // namespace docent::docs
