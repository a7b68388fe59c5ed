#include "docs/visibility.hpp"

#include <gtest/gtest.h>

namespace docent::docs {
namespace {

struct Row {
    const char* what;
    std::optional<bool> hidden, noindex, searchable;
    std::optional<NavState> place;
    bool index_all;
    bool search, llms;
};

TEST(Visibility, FollowsTheTable) {
    const auto none = std::nullopt;
    const Row table[] = {
        {"an ordinary page", none, none, none, NavState::shown, false, true, true},
        {"hidden: true", true, none, none, NavState::shown, false, false, false},
        {"not in the navigation", none, none, none, none, false, false, false},
        {"hidden: false does not put it in the navigation", false, none, none, none, false, false, false},
        {"noindex: true", none, true, none, NavState::shown, false, false, false},
        {"searchable: false", none, none, false, NavState::shown, false, false, true},
        {"hidden group with searchable: true", none, none, none, NavState::hidden_searchable, false, true,
         true},
        {"hidden group", none, none, none, NavState::hidden, false, false, false},
        {"seo.indexing all, not in the navigation", none, none, none, none, true, true, true},
        {"seo.indexing all, hidden group", none, none, none, NavState::hidden, true, true, true},
        {"seo.indexing all, the page's own hidden wins", true, none, none, none, true, false, false},
        {"hidden: false in a hidden group", false, none, none, NavState::hidden, false, true, true},
        {"searchable: false of a shown group", none, none, none, NavState::unsearchable, false, false, true},
    };
    for (const auto& row : table) {
        FrontMatter page;
        page.hidden = row.hidden;
        page.noindex = row.noindex;
        page.searchable = row.searchable;
        const auto got = visibility_of(page, row.place, row.index_all);
        EXPECT_EQ(got.searchable, row.search) << row.what;
        EXPECT_EQ(got.listed, row.llms) << row.what;
    }
}

}  // namespace
}  // namespace docent::docs
