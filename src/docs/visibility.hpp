#pragma once
#include <optional>

#include "docs/front_matter.hpp"
#include "docs/navigation.hpp"

namespace docent::docs {

struct Visibility {
    bool searchable = true;  // search and assistant
    bool listed = true;      // llms.txt
};

/// Mintlify's rules (hidden pages, search): `place` is where the page stands in the navigation, nothing when
/// it stands nowhere; `index_all` is `seo.indexing: "all"`.
Visibility visibility_of(const FrontMatter& page, std::optional<NavState> place, bool index_all);

}  // namespace docent::docs
