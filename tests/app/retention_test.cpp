#include "app/background.hpp"
#include "base/ids.hpp"
#include "store/sessions.hpp"
#include "store/store_fixture.hpp"
#include "store/threads.hpp"

namespace docent::app {
namespace {

constexpr Millis day = 86'400'000;
constexpr Millis now = 1'700'000'000'000;

class RetentionTest : public test::StoreTest {
protected:
    RetentionTest() : projects(*db), threads(*db), sessions(*db), jobs(*db), analytics(*db, clock) {}

    std::string project(const std::string& slug, const std::string& settings) {
        store::Project p;
        p.slug = slug;
        p.source_kind = "folder";
        p.settings = settings;
        return run(projects.add(p))->id;
    }
    /// A question, feedback, a search and a read of that time.
    void fill(const std::string& id, Millis time) {
        store::Thread thread;
        thread.id = new_ulid(time);
        thread.project_id = id;
        thread.created = thread.updated = time;
        store::Turn turn;
        turn.id = new_ulid(time);
        turn.thread_id = thread.id;
        turn.project_id = id;
        turn.sources = "[]";
        turn.state = "complete";
        turn.created = turn.finished = time;
        ASSERT_TRUE(run(threads.begin_turn(thread, turn)).ok());
        store::Feedback feedback;
        feedback.project_id = id;
        feedback.source = "thumbs_only";
        feedback.path = "/a";
        feedback.created = time;
        ASSERT_TRUE(run(analytics.feedback.add(feedback)).ok());
        store::Search search;
        search.id = new_ulid(time);
        search.project_id = id;
        search.query = search.folded = "x";
        search.created = time;
        ASSERT_TRUE(run(analytics.searches.add({search})).ok());
        ASSERT_TRUE(run(analytics.views.add({{id, time - time % day, "/a", 1, 0}},
                                            {{id, time - time % day, "", "v", false}}))
                        .ok());
    }
    /// Questions, feedback, searches, reads and visitors that are left.
    std::vector<std::int64_t> left(const std::string& id) {
        store::TurnQuery turns;
        turns.project_id = id;
        store::FeedbackQuery feedback;
        feedback.project_id = id;
        store::SearchesQuery searches;
        searches.project_id = id;
        store::TrafficQuery traffic;
        traffic.project_id = id;
        return {static_cast<std::int64_t>(run(analytics.conversations.list(turns))->size()),
                static_cast<std::int64_t>(run(analytics.feedback.list(feedback))->size()),
                *run(analytics.searches.count(searches)), run(analytics.views.views(traffic))->totals.total,
                run(analytics.views.visitors(traffic))->totals.total};
    }

    FakeClock clock{now};
    store::Projects projects;
    store::Threads threads;
    store::Sessions sessions;
    store::Jobs jobs;
    api::Analytics analytics;
};
ON_BOTH_ENGINES(RetentionTest);

TEST_P(RetentionTest, WhatIsOlderThanTheSettingGoesAndTheRestStays) {
    const auto short_lived = project("short", R"({"retention":"30d"})"), kept = project("kept", "{}");
    for (const auto& id : {short_lived, kept}) {
        fill(id, now - 31 * day - 1);
        fill(id, now - 29 * day);
        fill(id, now);
    }
    auto done = run(forget_old_once(analytics, projects, jobs, now));
    ASSERT_TRUE(done.ok()) << done.error().detail;
    EXPECT_EQ(left(short_lived), (std::vector<std::int64_t>{2, 2, 2, 2, 2}));
    EXPECT_EQ(left(kept), (std::vector<std::int64_t>{3, 3, 3, 3, 3}));
    // Again and later.
    ASSERT_TRUE(run(forget_old_once(analytics, projects, jobs, now + 60 * day)).ok());
    EXPECT_EQ(left(short_lived), (std::vector<std::int64_t>{0, 0, 0, 0, 0}));
    EXPECT_EQ(left(kept), (std::vector<std::int64_t>{3, 3, 3, 3, 3})) << "visitors are numbers now";
}

TEST_P(RetentionTest, ManyOldQuestionsGoInPieces) {
    const auto id = project("many", R"({"retention":"1d"})");
    auto filled = run(db->write([&](store::Db& writer) -> Status {
        TRY(auto thread, writer.query("INSERT INTO threads (id, project_id, key_hash, fp, created, updated) "
                                      "VALUES ('t', $1, '', '', 1, 1)",
                                      {id}));
        for (std::int64_t i = 0; i < 2'500; ++i) {
            TRY(auto turn,
                writer.query("INSERT INTO turns (id, thread_id, project_id, fp, question, answer, "
                             "sources, state, resolution, language, page, caller, created, finished) "
                             "VALUES ($1, 't', $2, '', '', '', '[]', 'complete', 'answered', '', '', "
                             "'api', $3, $3)",
                             {std::to_string(i), id, i}));
        }
        return {};
    }));
    ASSERT_TRUE(filled.ok()) << filled.error().detail;
    ASSERT_TRUE(run(forget_old_once(analytics, projects, jobs, now)).ok());
    EXPECT_EQ(left(id)[0], 0);
    EXPECT_FALSE(run(threads.find(id, "t")).ok());
}

TEST_P(RetentionTest, JobsThatEndedLongAgoAreArchived) {
    const auto usual = project("usual", "{}"), soon = project("soon", R"({"job_retention":"1d"})"),
               never = project("never", R"({"job_retention":"0"})");
    const auto job = [&](const std::string& of, Millis ended) {
        store::Session session;
        session.id = new_uuid(now);
        session.project_id = of;
        session.created = session.updated = now;
        EXPECT_TRUE(run(sessions.add(session)).ok());
        store::Job added;
        added.id = session.id;
        added.project_id = of;
        added.status = ended == 0 ? "active" : "completed";
        added.ended = ended;
        EXPECT_TRUE(run(jobs.add(added)).ok());
        return added.id;
    };
    const auto status = [&](const std::string& id) { return run(jobs.find("", id))->status; };
    const auto old = job(usual, now - 91 * day), recent = job(usual, now - 89 * day), works = job(usual, 0);
    const auto yesterday = job(soon, now - 2 * day), ancient = job(never, now - 900 * day);
    ASSERT_TRUE(run(forget_old_once(analytics, projects, jobs, now)).ok());
    EXPECT_EQ(status(old), "archived");
    EXPECT_EQ(run(jobs.find("", old))->archived, now);
    EXPECT_EQ(status(recent), "completed");
    EXPECT_EQ(status(works), "active");
    EXPECT_EQ(status(yesterday), "archived");
    EXPECT_EQ(status(ancient), "completed");
}

}  // namespace
}  // namespace docent::app
