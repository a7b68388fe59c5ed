#include "search/read_tools.hpp"

#include <gtest/gtest.h>

#include "search/sites.hpp"

namespace docent::search {
namespace {

using test_sites::Built;
using test_sites::site_of;

docs::Site site() {
    auto out = site_of({{"guides/a", "A", "One line.\nA second LINE.\nthird"},
                        {"guides/b", "B", "a line"},
                        {"c", "C", "line"}});
    out.pages[1].groups = {"staff"};
    return out;
}

TEST(Grep, FindsLinesInPageOrderAndStopsAtTheLimit) {
    const Built built(site());
    GrepQuery query;
    query.pattern = "l.ne";
    const auto found = grep(*built.index, query);
    ASSERT_TRUE(found.ok());
    ASSERT_EQ(found->matches.size(), 3u);
    EXPECT_EQ(found->matches[1].line, 2u);
    EXPECT_EQ(found->matches[1].text, "A second LINE.");
    EXPECT_EQ(found->matches[2].page, 2u);
    query.limit = 2;
    EXPECT_TRUE(grep(*built.index, query)->more);
    query.ignore_case = false;
    query.path_prefix = "/guides/";
    EXPECT_EQ(grep(*built.index, query)->matches.size(), 1u);
    query.literal = true;
    EXPECT_TRUE(grep(*built.index, query)->matches.empty());
}

TEST(Grep, RefusesWhatIsNoRegularExpression) {
    const Built built(site());
    GrepQuery query;
    for (const std::string& pattern : {std::string(), std::string("("), std::string(2000, 'a')}) {
        query.pattern = pattern;
        const auto found = grep(*built.index, query);
        ASSERT_FALSE(found.ok());
        EXPECT_EQ(found.error().code, ErrorCode::invalid_argument);
    }
}

TEST(ListPages, PagesThroughWhatTheReaderMaySee) {
    const Built built(site());
    EXPECT_EQ(list_pages(*built.index, {}).pages, (std::vector<std::uint32_t>{0, 2}));
    Filter staff;
    staff.groups = {"staff"};
    const auto second = list_pages(*built.index, staff, "guides", 1, 1);
    EXPECT_EQ(second.all, 2u);
    EXPECT_EQ(second.pages, std::vector<std::uint32_t>{1});
}

TEST(ReadPage, GivesWholeLinesUpToTheLimit) {
    const Built built(site());
    const auto all = read_page(*built.index, "/guides/a.md", {});
    ASSERT_TRUE(all.ok());
    EXPECT_EQ(all->markdown, "One line.\nA second LINE.\nthird\n");
    EXPECT_EQ(all->all_lines, 3u);
    const auto part = read_page(*built.index, "guides/a", {}, 2, 1);
    EXPECT_EQ(part->markdown, "A second LINE.\n");
    EXPECT_EQ(part->line_count, 1u);
    EXPECT_EQ(read_page(*built.index, "guides/a", {}, 9)->markdown, "");
}

TEST(ReadPage, APageOfAGroupIsNotThereForOthers) {
    const Built built(site());
    EXPECT_EQ(read_page(*built.index, "guides/b", {}).error().code, ErrorCode::not_found);
    Filter staff;
    staff.groups = {"staff"};
    EXPECT_TRUE(read_page(*built.index, "guides/b", staff).ok());
}

}  // namespace
}  // namespace docent::search
