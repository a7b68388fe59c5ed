#include "store/keys.hpp"
#include "store/processes.hpp"
#include "store/projects.hpp"
#include "store/threads.hpp"
#include "store/usage.hpp"
#include "store_fixture.hpp"

namespace docent::store {
namespace {

Task<Status> script(Store& db, std::string sql) {
    co_return co_await db.write([&](Db& c) { return c.script(sql); });
}

Task<Result<std::int64_t>> count_processes(Store& db) {
    co_return co_await db.read([&](Db& c) -> Result<std::int64_t> {
        TRY(auto rows, c.query("SELECT COUNT(*) FROM processes"));
        return integer(rows.at(0), 0);
    });
}

class NounsTest : public test::StoreTest {
protected:
    NounsTest() : projects(*db), keys(*db), threads(*db), usage(*db), processes(*db) {}

    Project project(const std::string& slug, const std::string& hosts = "[]") {
        Project p;
        p.slug = slug;
        p.name = slug;
        p.source_kind = "folder";
        p.source = "/docs";
        p.hosts = hosts;
        auto added = run(projects.add(p));
        if (!added) throw std::runtime_error(added.error().detail);
        return *added;
    }
    Key key(const std::string& project_id, const std::string& hash, const std::string& hint) {
        Key k;
        k.project_id = project_id;
        k.kind = "assistant";
        k.hash = hash;
        k.hint = hint;
        auto added = run(keys.add(k));
        if (!added) throw std::runtime_error(added.error().detail);
        return *added;
    }
    static Thread thread(const Project& p, const std::string& id) {
        Thread t;
        t.id = id;
        t.project_id = p.id;
        t.key_hash = "k";
        t.created = t.updated = 1;
        return t;
    }
    static Turn turn(const Project& p, const std::string& thread_id, const std::string& id, Millis created) {
        Turn t;
        t.id = id;
        t.thread_id = thread_id;
        t.project_id = p.id;
        t.question = "q " + id;
        t.sources = "[]";
        t.state = "running";
        t.created = created;
        return t;
    }

    Projects projects;
    Keys keys;
    Threads threads;
    UsageCounters usage;
    Processes processes;
};
ON_BOTH_ENGINES(NounsTest);

TEST_P(NounsTest, AProjectIsFoundBySlugIdAndHost) {
    const auto made = project("docs", R"(["Docs.Example.com","help.example.com"])");
    EXPECT_TRUE(made.created > 0);
    for (const std::string& name : {std::string("docs"), made.id, std::string("docs.example.COM")}) {
        auto found = run(projects.find(name));
        ASSERT_TRUE(found.ok()) << name;
        EXPECT_EQ(found->id, made.id);
        EXPECT_EQ(found->hosts, made.hosts);
        EXPECT_EQ(found->settings, "{}");
    }
    auto none = run(projects.find("nothing"));
    ASSERT_FALSE(none.ok());
    EXPECT_EQ(none.error().code, ErrorCode::not_found);
}

TEST_P(NounsTest, ATakenSlugOrHostIsAConflictAndLeavesNothing) {
    project("docs", R"(["docs.example.com"])");
    Project again;
    again.slug = "docs";
    auto slug = run(projects.add(again));
    ASSERT_FALSE(slug.ok());
    EXPECT_EQ(slug.error().code, ErrorCode::conflict);
    EXPECT_NE(slug.error().message.find("docs"), std::string::npos);
    again.slug = "other";
    again.hosts = R"(["docs.example.com"])";
    auto host = run(projects.add(again));
    ASSERT_FALSE(host.ok());
    EXPECT_EQ(host.error().code, ErrorCode::conflict);
    auto list = run(projects.list());
    ASSERT_TRUE(list.ok());
    EXPECT_EQ(list->size(), 1u);
    again.hosts = "nonsense";
    auto broken = run(projects.add(again));
    ASSERT_FALSE(broken.ok());
    EXPECT_EQ(broken.error().code, ErrorCode::invalid_argument);
}

TEST_P(NounsTest, IndexAndSettingsAreKept) {
    const auto made = project("docs");
    ASSERT_TRUE(run(projects.set_index(made.id, "a.idx", 12, 345, "abc", 99)).ok());
    ASSERT_TRUE(run(projects.set_settings(made.id, R"({"a":"ü"})")).ok());
    auto found = run(projects.find("docs"));
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->index_file, "a.idx");
    EXPECT_EQ(found->pages, 12);
    EXPECT_EQ(found->chunks, 345);
    EXPECT_EQ(found->revision, "abc");
    EXPECT_EQ(found->indexed, 99);
    EXPECT_EQ(found->settings, R"({"a":"ü"})");
    EXPECT_EQ(run(projects.set_settings("none", "{}")).error().code, ErrorCode::not_found);
    EXPECT_EQ(run(projects.set_index("none", "", 0, 0, "", 0)).error().code, ErrorCode::not_found);
}

TEST_P(NounsTest, ARemovedProjectTakesEverythingWithIt) {
    const auto gone = project("gone"), stays = project("stays");
    const auto its_key = key(gone.id, "h1", "x"), other = key(stays.id, "h2", "y");
    ASSERT_TRUE(run(threads.begin_turn(thread(gone, "t1"), turn(gone, "t1", "u1", 1))).ok());
    ASSERT_TRUE(run(threads.begin_turn(thread(stays, "t2"), turn(stays, "t2", "u2", 1))).ok());
    ASSERT_TRUE(run(usage.add({{"key:" + its_key.id, 5, 1}, {"key:" + other.id, 5, 1}})).ok());
    ASSERT_TRUE(run(projects.remove(gone.id)).ok());
    EXPECT_EQ(run(projects.remove(gone.id)).error().code, ErrorCode::not_found);
    EXPECT_FALSE(run(projects.find("gone")).ok());
    EXPECT_FALSE(run(keys.find_by_hash("h1")).ok());
    EXPECT_FALSE(run(threads.find(gone.id, "t1")).ok());
    EXPECT_TRUE(run(threads.turns("t1", 10))->empty());
    EXPECT_TRUE(run(keys.find_by_hash("h2")).ok());
    EXPECT_EQ(run(threads.turns("t2", 10))->size(), 1u);
    auto counts = run(usage.since(0));
    ASSERT_EQ(counts->size(), 1u);
    EXPECT_EQ((*counts)[0].subject, "key:" + other.id);
}

TEST_P(NounsTest, AKeyIsFoundByItsHashAlsoWhenRevoked) {
    const auto p = project("docs");
    const auto made = key(p.id, "h1", "mint_dsc_…aaaa");
    EXPECT_EQ(made.user, "owner");
    ASSERT_TRUE(run(keys.revoke("mint_dsc_…aaaa", 7)).ok());
    ASSERT_TRUE(run(keys.revoke(made.id, 8)).ok());
    ASSERT_TRUE(run(keys.set_last_used(made.id, 9)).ok());
    auto found = run(keys.find_by_hash("h1"));
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->revoked, 7);
    EXPECT_EQ(found->last_used, 9);
    EXPECT_EQ(found->allow_ips, "[]");
    EXPECT_EQ(run(keys.find_by_hash("h9")).error().code, ErrorCode::not_found);
}

TEST_P(NounsTest, KeysOfAllProjectsAndOfOne) {
    const auto p = project("docs");
    key("", "h1", "a");
    key(p.id, "h2", "b");
    key(p.id, "h3", "b");
    EXPECT_EQ(run(keys.list(""))->size(), 3u);
    EXPECT_EQ(run(keys.list(p.id))->size(), 2u);
    EXPECT_EQ(run(keys.list(""))->at(0).project_id, "");
    EXPECT_EQ(run(keys.revoke("b", 1)).error().code, ErrorCode::conflict);
    EXPECT_EQ(run(keys.revoke("zz", 1)).error().code, ErrorCode::not_found);
    Key twice;
    twice.hash = "h2";
    EXPECT_EQ(run(keys.add(twice)).error().code, ErrorCode::conflict);
    Key stray;
    stray.hash = "h5";
    stray.project_id = "none";
    EXPECT_EQ(run(keys.add(stray)).error().code, ErrorCode::not_found);
}

TEST_P(NounsTest, TurnsComeBackOldestFirstAndOnlyTheNewest) {
    const auto p = project("docs");
    ASSERT_TRUE(run(threads.begin_turn(thread(p, "t"), turn(p, "t", "u1", 1))).ok());
    ASSERT_TRUE(run(threads.begin_turn(std::nullopt, turn(p, "t", "u2", 2))).ok());
    ASSERT_TRUE(run(threads.begin_turn(std::nullopt, turn(p, "t", "u3", 2))).ok());
    auto answered = turn(p, "t", "u2", 2);
    answered.answer = "because";
    answered.state = "complete";
    answered.resolution = "answered";
    answered.finished = 50;
    ASSERT_TRUE(run(threads.end_turn(answered)).ok());
    auto turns = run(threads.turns("t", 2));
    ASSERT_EQ(turns->size(), 2u);
    EXPECT_EQ((*turns)[0].id, "u2");
    EXPECT_EQ((*turns)[0].answer, "because");
    EXPECT_EQ((*turns)[0].question, "q u2");
    EXPECT_EQ((*turns)[1].id, "u3");
    EXPECT_EQ(run(threads.find(p.id, "t"))->updated, 50);
    answered.id = "none";
    EXPECT_EQ(run(threads.end_turn(answered)).error().code, ErrorCode::not_found);
}

TEST_P(NounsTest, AThreadBelongsToItsProject) {
    const auto p = project("docs"), other = project("other");
    ASSERT_TRUE(run(threads.begin_turn(thread(p, "t"), turn(p, "t", "u1", 1))).ok());
    EXPECT_EQ(run(threads.find(other.id, "t")).error().code, ErrorCode::not_found);
    EXPECT_EQ(run(threads.begin_turn(std::nullopt, turn(other, "t", "u2", 2))).error().code,
              ErrorCode::not_found);
    EXPECT_EQ(run(threads.begin_turn(std::nullopt, turn(p, "x", "u2", 2))).error().code,
              ErrorCode::not_found);
    EXPECT_EQ(run(threads.remove(other.id, "t")).error().code, ErrorCode::not_found);
    ASSERT_TRUE(run(threads.remove(p.id, "t")).ok());
    EXPECT_TRUE(run(threads.turns("t", 9))->empty());
}

TEST_P(NounsTest, RunningTurnsOfAProcessThatIsGoneAreInterrupted) {
    const auto p = project("docs");
    ASSERT_TRUE(run(processes.beat()).ok());
    ASSERT_TRUE(run(script(*db, "INSERT INTO processes (id, seen) VALUES ('other', 0)")).ok());
    ASSERT_TRUE(run(threads.begin_turn(thread(p, "t"), turn(p, "t", "u1", 1))).ok());
    auto done = turn(p, "t", "u2", 2);
    done.state = "complete";
    ASSERT_TRUE(run(threads.begin_turn(std::nullopt, done)).ok());
    ASSERT_TRUE(run(script(*db, "UPDATE turns SET owner = 'other'")).ok());
    ASSERT_TRUE(run(threads.begin_turn(std::nullopt, turn(p, "t", "u3", 3))).ok());

    EXPECT_EQ(*run(threads.interrupt_running(76)), 0) << "the other lives";
    ASSERT_TRUE(run(processes.beat()).ok());  // its lease has run out
    EXPECT_EQ(*run(threads.interrupt_running(77)), 1);
    EXPECT_EQ(*run(threads.interrupt_running(78)), 0);
    auto turns = run(threads.turns("t", 9));
    EXPECT_EQ(turns->at(0).state, "interrupted");
    EXPECT_EQ(turns->at(0).finished, 77);
    EXPECT_EQ(turns->at(1).state, "complete");
    EXPECT_EQ(turns->at(2).state, "running") << "this process's own";

    auto late = turn(p, "t", "u1", 1);
    late.state = "complete";
    late.answer = "after all";
    ASSERT_TRUE(run(threads.end_turn(late)).ok());
    EXPECT_EQ(run(threads.turns("t", 9))->at(0).answer, "after all");
}

TEST_P(NounsTest, AProcessThatBeatsKeepsItsTurnsOnASharedDatabase) {
    const auto p = project("docs");
    const std::string now =
        GetParam() == Engine::sqlite ? "unixepoch() * 1000" : "EXTRACT(EPOCH FROM clock_timestamp()) * 1000";
    ASSERT_TRUE(
        run(script(*db, "INSERT INTO processes (id, seen) VALUES ('other', " + now + " - 10000)")).ok());
    ASSERT_TRUE(run(threads.begin_turn(thread(p, "t"), turn(p, "t", "u1", 1))).ok());
    ASSERT_TRUE(run(script(*db, "UPDATE turns SET owner = 'other'")).ok());
    ASSERT_TRUE(run(processes.beat()).ok());
    // SQLite has one server: there, whoever else is named is gone.
    EXPECT_EQ(*run(threads.interrupt_running(7)), GetParam() == Engine::sqlite ? 1 : 0);
}

TEST_P(NounsTest, AProcessThatLeavesIsForgotten) {
    ASSERT_TRUE(run(processes.beat()).ok());
    ASSERT_TRUE(run(processes.leave()).ok());
    auto rows = run(count_processes(*db));
    EXPECT_EQ(*rows, 0);
}

TEST_P(NounsTest, UsageAddsUp) {
    ASSERT_TRUE(run(usage.add({{"org", 10, 2}, {"ip:::1", 10, 1}, {"org", 20, 1}})).ok());
    ASSERT_TRUE(run(usage.add({{"org", 10, 3}})).ok());
    auto counts = run(usage.since(10));
    ASSERT_EQ(counts->size(), 3u);
    EXPECT_EQ((*counts)[0].subject, "ip:::1");
    EXPECT_EQ((*counts)[1].count, 5);
    ASSERT_TRUE(run(usage.forget_before(20)).ok());
    EXPECT_EQ(run(usage.since(0))->size(), 1u);
}

}  // namespace
}  // namespace docent::store
