#include "agent/automations.hpp"

#include "agent/cron.hpp"
#include "base/ids.hpp"
#include "store/projects.hpp"
#include "store/session_fixture.hpp"

namespace docent::agent {
namespace {

constexpr Millis hour = 3'600'000;

/// Two servers on one database, and what they made.
class AutomationsTest : public test::SessionStoreTest {
protected:
    AutomationsTest() : jobs(*db), stored(*db), one(make()), other(make()) {}
    ~AutomationsTest() override {
        test::run_to_end(loop, one->stop());
        test::run_to_end(loop, other->stop());
    }

    std::unique_ptr<Automations> make() {
        Automations::StartJob start = [this](store::Automation automation, std::string key) {
            return make_job(std::move(automation), std::move(key));
        };
        return std::make_unique<Automations>(loop.get_executor(), clock, *db, std::move(start));
    }
    Task<Result<store::Job>> make_job(store::Automation automation, std::string key) {
        if (failure) co_return *failure;
        auto known = co_await jobs.find_by_key(automation.project_id, key);
        if (known) co_return known;
        store::Session session;
        session.id = new_uuid(clock.now());
        session.project_id = automation.project_id;
        session.user_id = automation.user_id;
        session.created = session.updated = clock.now();
        auto made = co_await sessions.add(std::move(session));
        if (!made) co_return std::move(made).error();
        store::Job job;
        job.id = made->id;
        job.project_id = automation.project_id;
        job.prompt = automation.prompt;
        job.idempotency_key = key;
        job.created = job.updated = clock.now();
        auto added = co_await jobs.add(std::move(job));
        co_return added;
    }
    store::Automation add(const std::string& schedule) {
        store::Automation wanted;
        wanted.id = new_uuid(clock.now());
        wanted.project_id = project;
        wanted.user_id = "owner";
        wanted.name = "Links";
        wanted.schedule = schedule;
        wanted.prompt = "/fix-links";
        wanted.created = clock.now();
        wanted.next_run = must(Schedule::parse(schedule)).next_after(clock.now());
        return must(run(stored.add(wanted)));
    }
    store::Automation now_of(const store::Automation& automation) {
        return must(run(stored.find(project, automation.id)));
    }
    std::vector<store::Job> made() {
        store::JobQuery query;
        query.project_id = project;
        query.limit = 100;
        return must(run(jobs.list(query)));
    }
    void end(const std::string& job) {
        store::JobPatch patch;
        patch.status = "completed";
        must(run(jobs.change(job, "active", "", patch, clock.now())));
    }
    static Task<> look(Automations& automations) {
        auto done = co_await automations.run_due();
        EXPECT_TRUE(done);
    }
    void go_to(Millis time) { clock.advance(std::chrono::milliseconds(time - clock.now())); }

    FakeClock clock;
    store::Jobs jobs;
    store::Automations stored;
    std::optional<Error> failure;
    std::unique_ptr<Automations> one, other;
};

TEST_P(AutomationsTest, ATimeThatIsDueMakesOneJobWhoeverLooks) {
    const auto automation = add("0 * * * *");
    ASSERT_TRUE(run(one->run_due()));
    EXPECT_TRUE(made().empty()) << "not yet";
    go_to(automation.next_run);
    TaskGroup group(loop.get_executor());
    for (int i = 0; i < 5; ++i) {
        group.spawn("one", look(*one));
        group.spawn("other", look(*other));
    }
    test::run_all(loop, group);
    ASSERT_EQ(made().size(), 1u);
    const auto after = now_of(automation);
    EXPECT_EQ(after.last_job, made()[0].id);
    EXPECT_EQ(after.last_run, clock.now());
    EXPECT_EQ(after.next_run, automation.next_run + hour);
    EXPECT_EQ(after.note, "");
}

TEST_P(AutomationsTest, TimesThatWereMissedAreMadeUpForOnce) {
    const auto automation = add("0 * * * *");
    go_to(automation.next_run + 5 * hour + 1);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(run(one->run_due()));
    EXPECT_EQ(made().size(), 1u);
    EXPECT_EQ(now_of(automation).next_run, automation.next_run + 6 * hour);
}

TEST_P(AutomationsTest, ATimeIsLeftOutWhileTheLastJobIsAtWork) {
    const auto automation = add("0 * * * *");
    go_to(automation.next_run);
    ASSERT_TRUE(run(one->run_due()));
    go_to(now_of(automation).next_run);
    ASSERT_TRUE(run(other->run_due()));
    EXPECT_EQ(made().size(), 1u);
    EXPECT_NE(now_of(automation).note.find("still active"), std::string::npos);
    EXPECT_EQ(now_of(automation).next_run, automation.next_run + 2 * hour);
    end(made()[0].id);
    go_to(now_of(automation).next_run);
    ASSERT_TRUE(run(other->run_due()));
    EXPECT_EQ(made().size(), 2u);
    EXPECT_EQ(now_of(automation).note, "");
}

TEST_P(AutomationsTest, ACrashBetweenTheJobAndItsNoteMakesNoSecondJob) {
    const auto automation = add("0 * * * *");
    go_to(automation.next_run);
    ASSERT_TRUE(
        must(run(stored.claim(automation.id, automation.next_run, clock.now(), clock.now() + 60'000))));
    must(
        run(make_job(automation, "automation:" + automation.id + ":" + std::to_string(automation.next_run))));
    ASSERT_TRUE(run(other->run_due()));
    EXPECT_EQ(now_of(automation).next_run, automation.next_run) << "the claim still holds";
    clock.advance(std::chrono::minutes(1));
    ASSERT_TRUE(run(other->run_due()));
    EXPECT_EQ(made().size(), 1u);
    EXPECT_EQ(now_of(automation).last_job, made()[0].id);
    EXPECT_EQ(now_of(automation).next_run, automation.next_run + hour);
}

TEST_P(AutomationsTest, TroubleThatPassesIsTriedAgainAndTheRestWaitsForTheNextTime) {
    const auto automation = add("0 * * * *");
    go_to(automation.next_run);
    failure = Error(ErrorCode::unavailable, "the repository is not reachable");
    ASSERT_TRUE(run(one->run_due()));
    EXPECT_EQ(now_of(automation).note, "the repository is not reachable");
    EXPECT_EQ(now_of(automation).next_run, automation.next_run);
    failure.reset();
    ASSERT_TRUE(run(one->run_due()));
    EXPECT_TRUE(made().empty()) << "not at once";
    clock.advance(std::chrono::minutes(1));
    ASSERT_TRUE(run(one->run_due()));
    EXPECT_EQ(made().size(), 1u);
    end(made()[0].id);
    failure = invalid("there is no such command");
    go_to(now_of(automation).next_run);
    ASSERT_TRUE(run(one->run_due()));
    EXPECT_EQ(made().size(), 1u);
    EXPECT_EQ(now_of(automation).note, "there is no such command");
    EXPECT_EQ(now_of(automation).next_run, automation.next_run + 2 * hour);
}

TEST_P(AutomationsTest, OneThatIsPausedDoesNotRunByItselfButMayBeRun) {
    auto automation = add("0 * * * *");
    automation.enabled = false;
    automation.next_run = 0;
    automation = must(run(stored.change(automation)));
    clock.advance(std::chrono::hours(24));
    ASSERT_TRUE(run(one->run_due()));
    EXPECT_TRUE(made().empty());
    const auto job = must(run(one->run_now(automation)));
    EXPECT_EQ(now_of(automation).last_job, job.id);
    EXPECT_EQ(now_of(automation).next_run, 0);
    EXPECT_NE(must(run(one->run_now(automation))).id, job.id);
}

TEST_P(AutomationsTest, TheyGoWithTheirProjectAndAreSeenOnlyThere) {
    const auto automation = add("daily");
    EXPECT_EQ(run(stored.find("other", automation.id)).error().code, ErrorCode::not_found);
    EXPECT_EQ(run(stored.remove("other", automation.id)).error().code, ErrorCode::not_found);
    EXPECT_EQ(must(run(stored.list(project))).size(), 1u);
    ASSERT_TRUE(run(projects.remove(project)));
    EXPECT_EQ(run(stored.find("", automation.id)).error().code, ErrorCode::not_found);
}

ON_BOTH_ENGINES(AutomationsTest);

}  // namespace
}  // namespace docent::agent
