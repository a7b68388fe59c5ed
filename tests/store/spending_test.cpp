#include "store/spending.hpp"

#include "store/projects.hpp"
#include "store_fixture.hpp"

namespace docent::store {
namespace {

constexpr Millis hour = 3'600'000, day = 24 * hour;
constexpr Millis march_first = 1'772'323'200'000;  // 2026-03-01T00:00:00Z

class SpendingTest : public test::StoreTest {
protected:
    SpendingTest() : projects(*db), spending(*db) {
        Project p;
        p.slug = p.name = "p";
        p.source_kind = "folder";
        p.source = "/docs";
        auto added = run(projects.add(p));
        if (!added) throw std::runtime_error(added.error().detail);
        id = added->id;
    }
    void book(Millis at, std::int64_t cost, std::int64_t tokens, const std::string& model = "fast") {
        Booking b;
        b.project_id = id;
        b.model = model;
        b.input_tokens = tokens - 1;
        b.output_tokens = 1;
        b.cost = cost;
        ASSERT_TRUE(run(spending.book(b, at)));
    }

    Projects projects;
    Spending spending;
    std::string id;
};

TEST_P(SpendingTest, WhatWasBookedIsSummedByDayAndMonthOfUtc) {
    book(march_first - 1, 100, 100);
    book(march_first, 10, 20);
    book(march_first + day, 1, 2);
    book(march_first + day + hour, 1, 2, "careful");
    const auto now = run(spending.so_far(id, march_first + day + 2 * hour));
    ASSERT_TRUE(now);
    EXPECT_EQ(now->day.cost, 2);
    EXPECT_EQ(now->day.tokens, 4);
    EXPECT_EQ(now->month.cost, 12);
    EXPECT_EQ(now->month.tokens, 24);
    const auto before = run(spending.so_far(id, march_first - 1));
    ASSERT_TRUE(before);
    EXPECT_EQ(before->day.cost, 100);
}

TEST_P(SpendingTest, ADayOfAModelIsOneRow) {
    book(march_first, 10, 20);
    book(march_first + hour, 5, 7);
    book(march_first, 3, 4, "careful");
    const auto days = run(spending.days(id, march_first));
    ASSERT_TRUE(days);
    ASSERT_EQ(days->size(), 2u);
    EXPECT_EQ(days->at(0).model, "careful");
    EXPECT_EQ(days->at(1).model, "fast");
    EXPECT_EQ(days->at(1).calls, 2);
    EXPECT_EQ(days->at(1).cost, 15);
    EXPECT_EQ(days->at(1).input_tokens, 25);
}

TEST_P(SpendingTest, AProjectThatIsGoneTakesItsSpendingAlong) {
    book(march_first, 10, 20);
    ASSERT_TRUE(run(projects.remove(id)));
    Booking late;
    late.project_id = id;
    late.model = "fast";
    const auto refused = run(spending.book(late, march_first));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    EXPECT_EQ(run(spending.so_far(id, march_first))->month.tokens, 0);
}

ON_BOTH_ENGINES(SpendingTest);

TEST(Caps, TheLongestTimeSpeaksFirstAndZeroIsNoCap) {
    Caps caps;
    Spent answer;
    answer.cost = 50;
    answer.tokens = 500;
    SpentSoFar project;
    project.day.add(answer);
    project.month.add(answer);
    EXPECT_FALSE(caps.any());
    EXPECT_EQ(reached_cap(caps, answer, project), "");
    caps.answer_cost = 51;
    EXPECT_EQ(reached_cap(caps, answer, project), "");
    caps.answer_cost = 50;
    EXPECT_EQ(reached_cap(caps, answer, project), "answer");
    caps.day_tokens = 500;
    EXPECT_EQ(reached_cap(caps, answer, project), "day");
    caps.month_cost = 1;
    EXPECT_EQ(reached_cap(caps, answer, project), "month");
}

}  // namespace
}  // namespace docent::store
