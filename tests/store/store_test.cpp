#include "store/store.hpp"

#include "store/migrate.hpp"
#include "store_fixture.hpp"

namespace docent::store {
namespace {

Task<Result<std::int64_t>> insert(Store& db, std::string text_value, bool fail) {
    co_return co_await db.write([&](Db& c) -> Result<std::int64_t> {
        TRY(auto rows, c.query("INSERT INTO notes (body) VALUES ($1) RETURNING length(body)", {text_value}));
        if (fail) return invalid("told to fail");
        return integer(rows.at(0), 0);
    });
}

Task<Result<std::int64_t>> count(Store& db) {
    co_return co_await db.read([&](Db& c) -> Result<std::int64_t> {
        TRY(auto rows, c.query("SELECT COUNT(*) FROM notes"));
        return integer(rows.at(0), 0);
    });
}

Task<Result<Rows>> read_rows(Store& db, std::string sql, std::vector<Value> args) {
    co_return co_await db.read([&](Db& c) { return c.query(sql, args); });
}

Task<Status> script(Store& db, std::string sql) {
    co_return co_await db.write([&](Db& c) { return c.script(sql); });
}

Task<> insert_into(Store& db, std::string body, bool fail, std::vector<ErrorCode>& failures) {
    auto done = co_await insert(db, std::move(body), fail);
    if (!done) failures.push_back(done.error().code);
}

class StoreTest : public test::StoreTest {
protected:
    StoreTest() {
        auto made = run(script(*db, "CREATE TABLE notes (body TEXT NOT NULL)"));
        if (!made) throw std::runtime_error(made.error().detail);
    }
};
ON_BOTH_ENGINES(StoreTest);

TEST_P(StoreTest, ValuesOfEveryKindComeBackAsTheyWere) {
    const auto big = std::int64_t{9'007'199'254'740'993};
    const std::string odd = "'; DROP TABLE notes; -- $1 \\ \" 文档 🎉 \x01\n";
    auto rows = run(
        read_rows(*db, "SELECT CAST($1 AS BIGINT), $2, CAST($3 AS DOUBLE PRECISION), CAST($4 AS TEXT), $2",
                  {big, odd, 0.1, nullptr}));
    ASSERT_TRUE(rows.ok()) << rows.error().detail;
    const Row& row = (*rows)[0];
    EXPECT_EQ(integer(row, 0), big);
    EXPECT_EQ(text(row, 1), odd);
    EXPECT_EQ(std::get<double>(row[2]), 0.1);
    EXPECT_TRUE(is_null(row, 3));
    EXPECT_EQ(text(row, 4), odd);
    auto sum = run(read_rows(
        *db, "SELECT SUM(n), COUNT(*) FROM (SELECT CAST(2 AS BIGINT) AS n UNION ALL SELECT 3) t", {}));
    ASSERT_TRUE(sum.ok()) << sum.error().detail;
    EXPECT_EQ(integer((*sum)[0], 0), 5);
}

TEST_P(StoreTest, NulAndBrokenUtf8AreRefusedNotCut) {
    for (const std::string& bad : {std::string("a\0b", 3), std::string("a\xff")}) {
        auto done = run(insert(*db, bad, false));
        ASSERT_FALSE(done.ok());
        EXPECT_EQ(done.error().code, ErrorCode::invalid_argument);
    }
    EXPECT_EQ(*run(count(*db)), 0);
}

TEST_P(StoreTest, AFailedWriteLeavesNothing) {
    auto done = run(insert(*db, "x", true));
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(*run(count(*db)), 0);
    ASSERT_TRUE(run(insert(*db, "y", false)).ok());
    EXPECT_EQ(*run(count(*db)), 1);
}

Task<Status> throwing(Store& db) {
    co_return co_await db.write([&](Db& c) -> Status {
        TRY(auto rows, c.query("INSERT INTO notes (body) VALUES ('x')"));
        throw std::logic_error("a bug");
    });
}

TEST_P(StoreTest, WhatAJobThrowsComesBackAndLeavesNothing) {
    EXPECT_THROW((void)run(throwing(*db)), std::logic_error);
    EXPECT_EQ(*run(count(*db)), 0);
    EXPECT_TRUE(run(insert(*db, "y", false)).ok());
}

TEST_P(StoreTest, WrittenTogetherJobsDoNotShareTheirFailures) {
    TaskGroup group(loop.get_executor());
    std::vector<ErrorCode> failures;
    for (int i = 0; i < 300; ++i) {
        group.spawn("insert", insert_into(*db, std::to_string(i), i % 3 == 0, failures));
    }
    test::run_all(loop, group);
    EXPECT_EQ(failures.size(), 100u);
    EXPECT_EQ(*run(count(*db)), 200);
    auto wrong = run(read_rows(*db, "SELECT COUNT(*) FROM notes WHERE CAST(body AS BIGINT) % 3 = 0", {}));
    EXPECT_EQ(integer((*wrong)[0], 0), 0);
}

TEST_P(StoreTest, ReadingDoesNotWrite) {
    if (GetParam() == Engine::postgres) {
        // There the account's rights decide; a read has no transaction of its own.
        EXPECT_TRUE(run(count(*db)).ok());
        return;
    }
    auto done = run(read_rows(*db, "INSERT INTO notes (body) VALUES ('x')", {}));
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().code, ErrorCode::unavailable);
}

TEST_P(StoreTest, ErrorsShowNoSqlToPeople) {
    auto done = run(read_rows(*db, "SELECT nonsense FROM nowhere", {}));
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().code, ErrorCode::internal);
    EXPECT_EQ(done.error().message, "internal error");
    EXPECT_NE(done.error().detail.find("nowhere"), std::string::npos);
    ASSERT_TRUE(run(script(*db, "CREATE UNIQUE INDEX one ON notes (body)")).ok());
    ASSERT_TRUE(run(insert(*db, "x", false)).ok());
    auto twice = run(insert(*db, "x", false));
    ASSERT_FALSE(twice.ok());
    EXPECT_EQ(twice.error().code, ErrorCode::conflict);
    EXPECT_EQ(twice.error().message.find("notes"), std::string::npos);
}

TEST_P(StoreTest, OpeningAgainKeepsEverything) {
    ASSERT_TRUE(run(insert(*db, "x", false)).ok());
    open();
    EXPECT_EQ(*run(count(*db)), 1);
}

TEST_P(StoreTest, ANewerSchemaIsRefused) {
    ASSERT_TRUE(
        run(script(*db, "INSERT INTO schema_migrations (version, name, applied) VALUES (9999, 'x', 0)"))
            .ok());
    db.reset();
    auto opened = Store::open(pools, url);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, ErrorCode::conflict);
    EXPECT_NE(opened.error().message.find("9999"), std::string::npos);
}

TEST_P(StoreTest, ABrokenMigrationLeavesTheOldSchema) {
    auto own = GetParam() == Engine::sqlite ? open_sqlite(url.substr(7), Access::write) : open_postgres(url);
    ASSERT_TRUE(own.ok());
    const std::vector<Embedded> files{
        {"8001_good.sql", "CREATE TABLE good (a TEXT);"},
        {"8002_bad.sql", "CREATE TABLE half (a TEXT); CREATE TABLE notes (a TEXT);"}};
    auto done = migrate(**own, files);
    ASSERT_FALSE(done.ok());
    EXPECT_TRUE(run(read_rows(*db, "SELECT * FROM good", {})).ok());
    EXPECT_FALSE(run(read_rows(*db, "SELECT * FROM half", {})).ok());
    auto at = run(read_rows(*db, "SELECT MAX(version) FROM schema_migrations", {}));
    EXPECT_EQ(integer((*at)[0], 0), 8001);
}

TEST_P(StoreTest, AMigrationThatWasMergedLateIsStillApplied) {
    auto own = GetParam() == Engine::sqlite ? open_sqlite(url.substr(7), Access::write) : open_postgres(url);
    ASSERT_TRUE(own.ok());
    const Embedded early{"8001_early.sql", "CREATE TABLE early (a TEXT);"};
    const Embedded late{"8003_late.sql", "CREATE TABLE late (a TEXT);"};
    const Embedded between{"8002_between.sql", "CREATE TABLE between_them (a TEXT);"};
    ASSERT_TRUE(migrate(**own, {early, late}).ok());
    ASSERT_TRUE(migrate(**own, {early, between, late}).ok());
    EXPECT_TRUE(run(read_rows(*db, "SELECT * FROM between_them", {})).ok());
    EXPECT_TRUE(migrate(**own, {early, between, late}).ok());
}

TEST(StoreUrl, AWrongOneIsAnErrorThatSaysHow) {
    Pools pools;
    for (const std::string url : {"", "mysql://x", "sqlite:", "sqlite::memory:"}) {
        auto opened = Store::open(pools, url);
        ASSERT_FALSE(opened.ok()) << url;
        EXPECT_EQ(opened.error().code, ErrorCode::invalid_argument);
    }
    for (const std::string url :
         {"sqlite:/no/such/folder/x.db", "postgres://127.0.0.1:1/x?connect_timeout=2"}) {
        auto opened = Store::open(pools, url);
        ASSERT_FALSE(opened.ok()) << url;
        EXPECT_EQ(opened.error().code, ErrorCode::unavailable);
        EXPECT_EQ(opened.error().message.find("/no/such"), std::string::npos);
    }
}

TEST(StoreSqlite, ItsFilesAreForTheirOwnerAlone) {
    boost::asio::io_context loop;
    Pools pools;
    test::TempDir folder;
    const auto file = folder.path() / "docent.db";
    auto opened = Store::open(pools, "sqlite:" + file.string());
    ASSERT_TRUE(opened.ok());
    ASSERT_TRUE(test::run(loop, script(**opened, "CREATE TABLE notes (body TEXT)")).ok());
    for (const auto* ending : {"", "-wal", "-shm"})
        EXPECT_EQ(std::filesystem::status(file.string() + ending).permissions(),
                  std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
            << ending;
}

TEST(StoreUrl, AFileThatIsNoDatabaseIsRefused) {
    Pools pools;
    test::TempDir folder;
    folder.write("x.db", std::string(5000, 'x'));
    auto opened = Store::open(pools, "sqlite:" + (folder.path() / "x.db").string());
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, ErrorCode::unavailable);
    EXPECT_EQ(folder.read("x.db"), std::string(5000, 'x'));
}

TEST_P(StoreTest, ChangesFromOutsideAreSeenOwnOnesAreNot) {
    if (GetParam() == Engine::postgres) {
        EXPECT_EQ(*run(db->outside_changes()), 0);
        return;
    }
    const auto before = *run(db->outside_changes());
    ASSERT_TRUE(run(insert(*db, "own", false)).ok());
    EXPECT_EQ(*run(db->outside_changes()), before);
    auto other = Store::open(pools, url);
    ASSERT_TRUE(other.ok());
    ASSERT_TRUE(run(insert(**other, "other's", false)).ok());
    EXPECT_GT(*run(db->outside_changes()), before);
}

TEST(StorePostgres, CutConnectionsAreMadeAnew) {
    boost::asio::io_context loop;
    Pools pools;
    auto& server = test::PostgresServer::instance();
    auto db = Store::open(pools, server.new_url());
    ASSERT_TRUE(db.ok());
    ASSERT_TRUE(test::run(loop, script(**db, "CREATE TABLE notes (body TEXT)")).ok());
    server.cut_connections();
    EXPECT_TRUE(test::run(loop, count(**db)).ok());
    server.cut_connections();
    EXPECT_TRUE(test::run(loop, insert(**db, "x", false)).ok());
    EXPECT_EQ(*test::run(loop, count(**db)), 1);
}

Task<Status> increment(Store& db) {
    co_return co_await db.write([&](Db& c) -> Status {
        TRY_VOID(c.script("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"));
        TRY(auto rows, c.query("SELECT n FROM counter"));
        TRY(auto done, c.query("UPDATE counter SET n = $1", {integer(rows.at(0), 0) + 1}));
        return {};
    });
}
Task<> keep_incrementing(Store& db, int times, int& done) {
    for (int i = 0; i < times; ++i) {
        auto ok = co_await increment(db);
        done += ok.ok();
    }
}

TEST(StorePostgres, SerializationFailuresAreTriedAgain) {
    boost::asio::io_context loop;
    Pools pools;
    auto db = Store::open(pools, test::PostgresServer::instance().new_url());
    ASSERT_TRUE(db.ok());
    ASSERT_TRUE(
        test::run(loop, script(**db, "CREATE TABLE counter (n BIGINT); INSERT INTO counter VALUES (0)"))
            .ok());
    TaskGroup group(loop.get_executor());
    int done = 0;
    for (int i = 0; i < 2; ++i) group.spawn("increment", keep_incrementing(**db, 20, done));
    test::run_all(loop, group);
    auto rows = test::run(loop, read_rows(**db, "SELECT n FROM counter", {}));
    EXPECT_EQ(integer((*rows)[0], 0), done);
    EXPECT_EQ(done, 40);
}

Task<Status> pass_over(Store& db) {
    co_return co_await db.write([&](Db& c) -> Status {
        TRY(auto rows, c.query("INSERT INTO notes (body) VALUES ('x')"));
        auto wrong = c.query("SELECT nonsense");
        (void)wrong;
        return {};
    });
}

TEST(StorePostgres, ATransactionThatPostgresGaveUpIsNotCalledStored) {
    boost::asio::io_context loop;
    Pools pools;
    auto db = Store::open(pools, test::PostgresServer::instance().new_url());
    ASSERT_TRUE(db.ok());
    ASSERT_TRUE(test::run(loop, script(**db, "CREATE TABLE notes (body TEXT)")).ok());
    EXPECT_FALSE(test::run(loop, pass_over(**db)).ok());
    EXPECT_EQ(*test::run(loop, count(**db)), 0);
}

Task<Status> limit_pages(Store& db) {
    co_return co_await db.write([&](Db& c) -> Status {
        TRY(auto now, c.query("PRAGMA page_count"));
        TRY(auto done, c.query("PRAGMA max_page_count = " + std::to_string(integer(now.at(0), 0) + 20)));
        return {};
    });
}

TEST(StoreSqlite, AFullDiskIsSaidAndNothingIsDamaged) {
    boost::asio::io_context loop;
    Pools pools;
    test::TempDir folder;
    const auto url = "sqlite:" + (folder.path() / "docent.db").string();
    auto db = Store::open(pools, url);
    ASSERT_TRUE(db.ok());
    ASSERT_TRUE(test::run(loop, script(**db, "CREATE TABLE notes (body TEXT)")).ok());
    ASSERT_TRUE(test::run(loop, limit_pages(**db)).ok());
    TaskGroup group(loop.get_executor());
    std::vector<ErrorCode> failures;
    for (int i = 0; i < 60; ++i) {
        // Every tenth is too large for what is left: the small ones beside it must not suffer.
        group.spawn("insert", insert_into(**db, std::string(i % 10 ? 10 : 200'000, 'x'), false, failures));
    }
    test::run_all(loop, group);
    EXPECT_EQ(failures, std::vector<ErrorCode>(6, ErrorCode::unavailable));
    EXPECT_EQ(*test::run(loop, count(**db)), 54);
    auto sound = test::run(loop, read_rows(**db, "PRAGMA integrity_check", {}));
    EXPECT_EQ(text((*sound)[0], 0), "ok");
    auto failed = test::run(loop, insert(**db, std::string(200'000, 'x'), false));
    EXPECT_EQ(failed.error().message, "the disk is full: nothing can be stored");
    db->reset();
    auto again = Store::open(pools, url);  // with room again
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(test::run(loop, insert(**again, std::string(200'000, 'x'), false)).ok());
    EXPECT_EQ(*test::run(loop, count(**again)), 55);
}

TEST_P(StoreTest, ALateReaderOfTheQueueIsToldToComeBack) {
    // The writer is held up inside a job while more wait than the queue may hold.
    if (GetParam() == Engine::postgres) return;  // there the db pool's threads are the queue
    TaskGroup group(loop.get_executor());
    std::vector<ErrorCode> failures;
    for (int i = 0; i < 12'500; ++i) group.spawn("insert", insert_into(*db, "x", false, failures));
    test::run_all(loop, group);
    EXPECT_EQ(*run(count(*db)) + static_cast<std::int64_t>(failures.size()), 12'500);
    for (const auto code : failures) EXPECT_EQ(code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace docent::store
