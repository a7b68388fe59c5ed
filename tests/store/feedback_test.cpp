#include "store/feedback.hpp"

#include "store/projects.hpp"
#include "store_fixture.hpp"

namespace docent::store {
namespace {

class FeedbackTest : public test::StoreTest {
protected:
    FeedbackTest() : projects(*db), feedback(*db) {
        Project p;
        p.slug = "docs";
        p.source_kind = "folder";
        project = run(projects.add(p))->id;
    }

    Feedback thumb(const std::string& path, bool helpful, Millis created) {
        Feedback f;
        f.project_id = project;
        f.source = "thumbs_only";
        f.path = path;
        f.helpful = helpful;
        f.fp = "anonymous";
        f.created = created;
        return f;
    }
    Feedback added(Feedback f) {
        auto out = run(feedback.add(std::move(f)));
        if (!out) throw std::runtime_error(out.error().message + out.error().detail);
        return *out;
    }
    FeedbackQuery all() const {
        FeedbackQuery query;
        query.project_id = project;
        return query;
    }

    Projects projects;
    FeedbackItems feedback;
    std::string project;
};
ON_BOTH_ENGINES(FeedbackTest);

TEST_P(FeedbackTest, AllFieldsAreKept) {
    Feedback f = thumb("guides/install", false, 5);
    f.source = "code_snippet";
    f.comment = "Does not run: ü";
    f.contact = "a reader";
    f.code = "make install";
    f.filename = "Makefile";
    f.lang = "make";
    f.user_agent = "Mozilla/5.0";
    const auto made = added(f);
    EXPECT_EQ(made.status, "pending");
    EXPECT_EQ(made.id.size(), 26u);
    auto list = run(feedback.list(all()));
    ASSERT_TRUE(list.ok()) << list.error().detail;
    ASSERT_EQ(list->size(), 1u);
    const auto& kept = list->front();
    EXPECT_EQ(kept.id, made.id);
    EXPECT_EQ(kept.path, "guides/install");
    EXPECT_EQ(kept.helpful, false);
    EXPECT_EQ(kept.comment, "Does not run: ü");
    EXPECT_EQ(kept.contact, "a reader");
    EXPECT_EQ(kept.code, "make install");
    EXPECT_EQ(kept.filename, "Makefile");
    EXPECT_EQ(kept.lang, "make");
    EXPECT_EQ(kept.user_agent, "Mozilla/5.0");
    EXPECT_EQ(kept.created, 5);
}

TEST_P(FeedbackTest, AThumbAndItsCommentAreOne) {
    Feedback first = thumb("", true, 10);
    first.thread_id = "t";
    first.turn_id = "u";
    const auto made = added(first);
    Feedback second = first;
    second.source = "contextual";
    second.helpful.reset();
    second.comment = "Wrong flag";
    second.created = second.updated = 20;
    const auto merged = added(second);
    EXPECT_EQ(merged.id, made.id);
    EXPECT_EQ(merged.helpful, true);
    EXPECT_EQ(merged.comment, "Wrong flag");
    EXPECT_EQ(merged.source, "contextual");
    EXPECT_EQ(merged.created, 10);
    EXPECT_EQ(merged.updated, 20);
    Feedback third = first;
    third.helpful = false;
    EXPECT_EQ(added(third).comment, "Wrong flag");
    Feedback someone = first;
    someone.fp = "someone";
    EXPECT_NE(added(someone).id, made.id);
    EXPECT_EQ(run(feedback.list(all()))->size(), 2u);
    // Of pages everybody's word counts apart.
    added(thumb("a", true, 1));
    added(thumb("a", true, 1));
    EXPECT_EQ(run(feedback.list(all()))->size(), 4u);
}

TEST_P(FeedbackTest, AListIsReadInPagesAlsoWhenTheLastOneSeenWasRemoved) {
    std::vector<std::string> ids;
    for (int i = 0; i < 7; ++i) ids.push_back(added(thumb("p", true, 100 + i / 2)).id);
    auto query = all();
    query.limit = 3;
    std::vector<std::string> seen;
    for (;;) {
        auto page = run(feedback.list(query));
        ASSERT_TRUE(page.ok()) << page.error().detail;
        for (const auto& item : *page) seen.push_back(item.id);
        if (page->size() < 3) break;
        query.after = page->back().id;
    }
    EXPECT_EQ(seen, std::vector<std::string>(ids.rbegin(), ids.rend()));
    query.after = "01HZZZZZZZZZZZZZZZZZZZZZZZ";  // of 2024: all of these are older
    EXPECT_EQ(run(feedback.list(query))->size(), 3u);
    query.after = "00000000000000000000000000";
    EXPECT_TRUE(run(feedback.list(query))->empty());
}

TEST_P(FeedbackTest, ListsByTimeSourceAndStatus) {
    added(thumb("a", true, 10));
    const auto resolved = added(thumb("b", false, 20));
    Feedback agent = thumb("c", false, 30);
    agent.source = "agent";
    added(agent);
    ASSERT_TRUE(run(feedback.set_status(project, resolved.id, "resolved", 99)).ok());
    EXPECT_EQ(run(feedback.set_status("other", resolved.id, "pending", 99)).error().code,
              ErrorCode::not_found);
    auto query = all();
    query.from = 20;
    query.to = 30;
    auto list = run(feedback.list(query));
    ASSERT_EQ(list->size(), 1u);
    EXPECT_EQ(list->front().status, "resolved");
    EXPECT_EQ(list->front().updated, 99);
    query = all();
    query.sources = {"agent", "contextual"};
    EXPECT_EQ(run(feedback.list(query))->size(), 1u);
    query.sources = {"agent", "thumbs_only"};
    query.statuses = {"pending"};
    EXPECT_EQ(run(feedback.list(query))->size(), 2u);
}

TEST_P(FeedbackTest, PagesAreCounted) {
    added(thumb("a", true, 1));
    added(thumb("a", false, 2));
    added(thumb("a", false, 3));
    Feedback code = thumb("b", true, 4);
    code.helpful.reset();
    code.source = "code_snippet";
    added(code);
    added(thumb("", true, 5));
    auto pages = run(feedback.by_page(all()));
    ASSERT_TRUE(pages.ok()) << pages.error().detail;
    ASSERT_EQ(pages->size(), 2u);
    EXPECT_EQ((*pages)[0].path, "a");
    EXPECT_EQ((*pages)[0].thumbs_up, 1);
    EXPECT_EQ((*pages)[0].thumbs_down, 2);
    EXPECT_EQ((*pages)[0].total, 3);
    EXPECT_EQ((*pages)[1].code, 1);
}

TEST_P(FeedbackTest, UnknownProjectsHaveNoneAndOldOnesGo) {
    Feedback f = thumb("a", true, 1);
    f.project_id = "none";
    EXPECT_EQ(run(feedback.add(f)).error().code, ErrorCode::not_found);
    added(thumb("a", true, 1));
    added(thumb("a", true, 2));
    EXPECT_EQ(*run(feedback.remove_before(project, 2)), 1);
    EXPECT_EQ(run(feedback.list(all()))->size(), 1u);
    ASSERT_TRUE(run(projects.remove(project)).ok());
    EXPECT_TRUE(run(feedback.list(all()))->empty());
}

}  // namespace
}  // namespace docent::store
