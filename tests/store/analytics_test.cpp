#include "base/ids.hpp"
#include "store/challenges.hpp"
#include "store/conversations.hpp"
#include "store/feedback.hpp"
#include "store/projects.hpp"
#include "store/searches.hpp"
#include "store/views.hpp"
#include "store_fixture.hpp"

namespace docent::store {
namespace {

constexpr Millis day = 86'400'000;

class AnalyticsTest : public test::StoreTest {
protected:
    AnalyticsTest()
        : projects(*db), threads(*db), conversations(*db), searches(*db), views(*db), feedback(*db) {
        project = add("docs");
        other = add("other");
    }
    std::string add(const std::string& slug) {
        Project p;
        p.slug = slug;
        p.source_kind = "folder";
        return run(projects.add(p))->id;
    }

    /// An ended turn in a thread of its own.
    Turn asked(const std::string& question, Millis created, const std::string& fp = "anonymous",
               const std::string& resolution = "answered") {
        Thread thread;
        thread.id = "t" + std::to_string(++count);
        thread.project_id = project;
        thread.fp = fp;
        thread.created = thread.updated = created;
        return said(thread, question, created, fp, resolution);
    }
    Turn said(std::optional<Thread> thread, const std::string& question, Millis created,
              const std::string& fp, const std::string& resolution) {
        Turn turn;
        turn.id = new_ulid(created);
        turn.thread_id = thread ? thread->id : "t" + std::to_string(count);
        turn.project_id = project;
        turn.fp = fp;
        turn.question = question;
        turn.sources = "[]";
        turn.state = "running";
        turn.caller = "web";
        turn.created = created;
        must(run(threads.begin_turn(thread, turn)));
        turn.answer = "answer to " + question;
        turn.state = "complete";
        turn.resolution = resolution;
        turn.gap = resolution == "unanswered" ? "present" : "";
        turn.finished = created + 1;
        must(run(threads.end_turn(turn)));
        return turn;
    }
    static void must(const Status& status) {
        if (!status) throw std::runtime_error(status.error().message + status.error().detail);
    }
    TurnQuery turns() const {
        TurnQuery query;
        query.project_id = project;
        return query;
    }
    Search searched(const std::string& query, const std::string& folded, Millis created) {
        Search s;
        s.id = new_ulid(created);
        s.project_id = project;
        s.query = query;
        s.folded = folded;
        s.results = 3;
        s.created = created;
        return s;
    }

    Projects projects;
    Threads threads;
    Conversations conversations;
    Searches searches;
    Views views;
    FeedbackItems feedback;
    std::string project, other;
    int count = 0;
};
ON_BOTH_ENGINES(AnalyticsTest);

TEST_P(AnalyticsTest, ConversationsAreListedByTimeResolutionAndReader) {
    asked("one", 10);
    asked("two", 20, "ann", "unanswered");
    asked("three", 30, "ann");
    auto query = turns();
    query.limit = 2;
    auto first = run(conversations.list(query));
    ASSERT_TRUE(first.ok()) << first.error().detail;
    ASSERT_EQ(first->size(), 2u);
    EXPECT_EQ((*first)[0].question, "three");
    EXPECT_EQ((*first)[1].gap, "present");
    EXPECT_EQ((*first)[1].response_type, "answer");
    query.after = first->back().id;
    auto second = run(conversations.list(query));
    ASSERT_EQ(second->size(), 1u);
    EXPECT_EQ((*second)[0].question, "one");
    query = turns();
    query.from = 20;
    query.to = 30;
    EXPECT_EQ(run(conversations.list(query))->size(), 1u);
    query = turns();
    query.resolution = "unanswered";
    EXPECT_EQ(run(conversations.list(query))->size(), 1u);
    query = turns();
    query.fp = "ann";
    EXPECT_EQ(run(conversations.list(query))->size(), 2u);
    query = turns();
    query.project_id = other;
    EXPECT_TRUE(run(conversations.list(query))->empty());
    EXPECT_EQ(run(conversations.find(project, first->back().id))->question, "two");
    EXPECT_EQ(run(conversations.find(other, first->back().id)).error().code, ErrorCode::not_found);
    EXPECT_EQ(run(conversations.callers(turns()))->web, 3);
}

TEST_P(AnalyticsTest, AReadersWordsAreRemovedAndNobodyElses) {
    const auto anns = asked("mine", 10, "ann");
    said({}, "a colleague went on", 11, "bob", "answered");
    asked("alone", 20, "ann");
    asked("others", 30, "bob");
    Feedback f;
    f.project_id = project;
    f.source = "contextual";
    f.comment = "about ann's answer, by nobody";
    f.turn_id = anns.id;
    f.fp = "anonymous";
    ASSERT_TRUE(run(feedback.add(f)).ok());
    auto removed = run(conversations.remove_reader(project, "ann"));
    ASSERT_TRUE(removed.ok()) << removed.error().detail;
    EXPECT_EQ(removed->turns, 2);
    EXPECT_EQ(removed->threads, 1);
    EXPECT_EQ(removed->feedback, 1);
    EXPECT_EQ(run(conversations.list(turns()))->size(), 2u);
    EXPECT_EQ(run(threads.find(project, "t1"))->fp, "anonymous");
    EXPECT_EQ(run(conversations.remove_reader(project, "anonymous")).error().code,
              ErrorCode::invalid_argument);
    EXPECT_EQ(run(conversations.remove_reader(other, "bob"))->turns, 0);
}

TEST_P(AnalyticsTest, WhatIsOldGoesInPieces) {
    asked("old", 10);
    said({}, "the same thread, new", 1'000, "anonymous", "answered");
    asked("old alone", 20);
    auto removed = run(conversations.remove_before(project, 500));
    ASSERT_TRUE(removed.ok()) << removed.error().detail;
    EXPECT_EQ(removed->turns, 2);
    EXPECT_EQ(removed->threads, 1);
    EXPECT_TRUE(run(threads.find(project, "t1")).ok());
    EXPECT_EQ(run(conversations.list(turns()))->size(), 1u);
}

TEST_P(AnalyticsTest, ARemovedThreadTakesItsFeedbackAlong) {
    const auto turn = asked("one", 10);
    Feedback f;
    f.project_id = project;
    f.source = "thumbs_only";
    f.thread_id = turn.thread_id;
    f.turn_id = turn.id;
    ASSERT_TRUE(run(feedback.add(f)).ok());
    ASSERT_TRUE(run(threads.remove(project, turn.thread_id)).ok());
    FeedbackQuery query;
    query.project_id = project;
    EXPECT_TRUE(run(feedback.list(query))->empty());
}

TEST_P(AnalyticsTest, SearchesAreMergedAndCounted) {
    const auto clicked = searched("Install", "install", 10);
    auto nothing = searched("zzz", "zzz", 40);
    nothing.results = 0;
    ASSERT_TRUE(run(searches.add({clicked, searched("install", "install", 20), nothing,
                                  searched("deploy", "deploy", 30), searched("deploy", "deploy", 31)}))
                    .ok());
    auto gone = searched("x", "x", 1);
    gone.project_id = "none";
    ASSERT_TRUE(run(searches.add({gone})).ok());
    ASSERT_TRUE(run(searches.set_clicked(project, clicked.id, "/quickstart")).ok());
    EXPECT_EQ(run(searches.set_clicked(other, clicked.id, "/x")).error().code, ErrorCode::not_found);

    SearchesQuery query;
    query.project_id = project;
    query.limit = 2;
    auto page = run(searches.list(query));
    ASSERT_TRUE(page.ok()) << page.error().detail;
    ASSERT_EQ(page->size(), 2u);
    EXPECT_EQ((*page)[0].folded, "deploy");
    EXPECT_EQ((*page)[1].query, "install");
    EXPECT_EQ((*page)[1].hits, 2);
    EXPECT_EQ((*page)[1].clicked, 1);
    EXPECT_EQ((*page)[1].top_clicked, "/quickstart");
    EXPECT_EQ((*page)[1].last, 20);
    query.after_hits = 2;
    query.after_folded = "install";
    page = run(searches.list(query));
    ASSERT_EQ(page->size(), 1u);
    EXPECT_EQ((*page)[0].folded, "zzz");
    EXPECT_EQ((*page)[0].empty, 1);
    EXPECT_EQ(*run(searches.count(query)), 5);
    query.from = 20;
    query.to = 31;
    EXPECT_EQ(*run(searches.count(query)), 2);
    EXPECT_EQ(*run(searches.remove_before(project, 20)), 1);
}

TEST_P(AnalyticsTest, ReadsAreAddedUpByDay) {
    const std::vector<PageReads> reads = {{project, 0, "/a", 2, 1},
                                          {project, 0, "/b", 5, 0},
                                          {project, day, "/a", 1, 0},
                                          {"none", 0, "/a", 1, 1}};
    ASSERT_TRUE(run(views.add(reads, {})).ok());
    ASSERT_TRUE(run(views.add({{project, 0, "/a", 1, 1}}, {})).ok());
    TrafficQuery query;
    query.project_id = project;
    auto report = run(views.views(query));
    ASSERT_TRUE(report.ok()) << report.error().detail;
    EXPECT_EQ(report->totals.total, 11);
    ASSERT_EQ(report->pages.size(), 2u);
    EXPECT_EQ(report->pages[0].path, "/a");
    EXPECT_EQ(report->pages[0].human, 4);
    EXPECT_EQ(report->pages[0].ai, 2);
    query.offset = 1;
    EXPECT_EQ(run(views.views(query))->pages.size(), 1u);
    query = TrafficQuery();
    query.project_id = project;
    query.from = 1000;  // a part of the first day
    query.to = day;
    EXPECT_EQ(run(views.views(query))->totals.total, 10);
    query.from = day;
    query.to = 0;
    EXPECT_EQ(run(views.views(query))->totals.total, 1);
    ASSERT_TRUE(run(views.remove_before(project, day)).ok());
    query.from = 0;
    EXPECT_EQ(run(views.views(query))->totals.total, 1);
}

TEST_P(AnalyticsTest, VisitorsCountOnceADayAndAreForgotten) {
    const std::vector<Visit> visits = {{project, 0, "", "v1", false},   {project, 0, "/a", "v1", false},
                                       {project, 0, "/a", "v1", true},  {project, 0, "", "v1", true},
                                       {project, 0, "", "v2", true},    {project, 0, "/b", "v2", true},
                                       {project, day, "", "w1", false}, {project, day, "/a", "w1", false}};
    ASSERT_TRUE(run(views.add({}, visits)).ok());
    ASSERT_TRUE(run(views.add({}, visits)).ok());
    TrafficQuery query;
    query.project_id = project;
    const auto check = [&] {
        auto report = run(views.visitors(query));
        ASSERT_TRUE(report.ok()) << report.error().detail;
        EXPECT_EQ(report->totals.human, 2);
        EXPECT_EQ(report->totals.ai, 2);
        EXPECT_EQ(report->totals.total, 3);
        ASSERT_EQ(report->pages.size(), 2u);
        EXPECT_EQ(report->pages[0].path, "/a");
        EXPECT_EQ(report->pages[0].total, 2);
        EXPECT_EQ(report->pages[1].human, 0);
    };
    check();
    ASSERT_TRUE(run(views.forget_visitors_before(day)).ok());
    check();
    ASSERT_TRUE(run(views.forget_visitors_before(2 * day)).ok());
    check();
    auto left = run(db->read([](Db& reader) -> Result<std::int64_t> {
        TRY(auto rows, reader.query("SELECT COUNT(*) FROM visits"));
        return integer(rows.at(0), 0);
    }));
    EXPECT_EQ(*left, 0);
}

TEST_P(AnalyticsTest, SaltsAndSecretsAreTheFirstOnes) {
    EXPECT_EQ(*run(views.salt(0, "a")), "a");
    EXPECT_EQ(*run(views.salt(0, "b")), "a");
    EXPECT_EQ(*run(views.salt(day, "b")), "b");
    ASSERT_TRUE(run(views.forget_visitors_before(day)).ok());
    EXPECT_EQ(*run(views.salt(0, "c")), "c");
    Challenges challenges(*db);
    EXPECT_EQ(*run(challenges.secret("challenge", "s")), "s");
    EXPECT_EQ(*run(challenges.secret("challenge", "other")), "s");
    EXPECT_TRUE(*run(challenges.use("x", 10)));
    EXPECT_FALSE(*run(challenges.use("x", 10)));
    ASSERT_TRUE(run(challenges.forget_before(11)).ok());
    EXPECT_TRUE(*run(challenges.use("x", 10)));
}

}  // namespace
}  // namespace docent::store
