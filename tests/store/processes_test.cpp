#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "base/task_group.hpp"
#include "store_fixture.hpp"

namespace docent::store {
namespace {

Task<> write_and_tell(Store& db, std::int64_t first, std::int64_t step, int out) {
    for (std::int64_t n = first;; n += step) {
        auto done = co_await db.write([&](Db& c) -> Status {
            TRY(auto rows, c.query("INSERT INTO numbers (n) VALUES ($1)", {n}));
            return {};
        });
        if (!done) _exit(3);
        if (::write(out, &n, sizeof n) != sizeof n) _exit(0);
    }
}

/// What a child process does: writes numbers from several coroutines, tells each once it is acknowledged.
[[noreturn]] void child(const std::string& url, int out, std::int64_t first, std::int64_t step, int writers) {
    boost::asio::io_context loop;
    Pools pools;
    auto db = Store::open(pools, url);
    if (!db) _exit(2);
    TaskGroup group(loop.get_executor());
    for (int i = 0; i < writers; ++i)
        group.spawn("writer", write_and_tell(**db, first + i * step, writers * step, out));
    loop.run();
    _exit(0);
}

Task<Result<Rows>> numbers(Store& db) {
    co_return co_await db.read([&](Db& c) { return c.query("SELECT n FROM numbers"); });
}
Task<Status> make_table(Store& db) {
    co_return co_await db.write(
        [&](Db& c) { return c.script("CREATE TABLE numbers (n BIGINT NOT NULL UNIQUE)"); });
}

class ProcessesTest : public test::StoreTest {};
ON_BOTH_ENGINES(ProcessesTest);

TEST_P(ProcessesTest, WhatWasAcknowledgedSurvivesKill9) {
    ASSERT_TRUE(run(make_table(*db)).ok());
    db.reset();
    std::set<std::int64_t> told;
    for (int round = 0; round < 2; ++round) {
        int ends[2];
        ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
        const pid_t pid = fork();
        if (pid == 0) {
            close(ends[0]);
            child(url, ends[1], round * 1'000'000, 1, 8);
        }
        close(ends[1]);
        std::int64_t n = 0;
        std::size_t seen = 0;
        while (::read(ends[0], &n, sizeof n) == sizeof n) {
            told.insert(n);
            if (++seen == 500) kill(pid, SIGKILL);  // in the middle; what it told before still comes
        }
        close(ends[0]);
        int status = 0;
        waitpid(pid, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << status;
        EXPECT_GE(seen, 500u);
    }
    open();
    auto rows = run(numbers(*db));
    ASSERT_TRUE(rows.ok());
    std::set<std::int64_t> kept;
    for (const auto& row : *rows) kept.insert(integer(row, 0));
    for (const auto n : told) EXPECT_TRUE(kept.contains(n)) << n;
}

TEST_P(ProcessesTest, TwoProcessesWriteToOneDatabase) {
    ASSERT_TRUE(run(make_table(*db)).ok());
    db.reset();
    std::vector<pid_t> children;
    std::vector<int> pipes;
    for (int c = 0; c < 2; ++c) {
        int ends[2];
        ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
        const pid_t pid = fork();
        if (pid == 0) {
            close(ends[0]);
            child(url, ends[1], c, 2, 4);
        }
        close(ends[1]);
        children.push_back(pid);
        pipes.push_back(ends[0]);
    }
    std::set<std::int64_t> told;
    for (std::size_t c = 0; c < 2; ++c) {
        std::int64_t n = 0;
        for (int i = 0; i < 200; ++i) {
            ASSERT_EQ(::read(pipes[c], &n, sizeof n), static_cast<ssize_t>(sizeof n)) << "process " << c;
            told.insert(n);
        }
    }
    for (std::size_t c = 0; c < 2; ++c) {
        kill(children[c], SIGKILL);
        waitpid(children[c], nullptr, 0);
        close(pipes[c]);
    }
    EXPECT_EQ(told.size(), 400u);
    open();
    auto rows = run(numbers(*db));
    ASSERT_TRUE(rows.ok());
    EXPECT_GE(rows->size(), 400u);
}

TEST_P(ProcessesTest, ProcessesThatStartAtOnceMigrateOnce) {
    const auto fresh = GetParam() == Engine::sqlite ? "sqlite:" + (folder.path() / "fresh.db").string()
                                                    : test::PostgresServer::instance().new_url();
    db.reset();
    std::vector<pid_t> children;
    for (int c = 0; c < 4; ++c) {
        const pid_t pid = fork();
        if (pid == 0) {
            Pools own_pools;
            auto opened = Store::open(own_pools, fresh);
            if (!opened)
                std::fprintf(stderr, "%s: %s\n", opened.error().message.c_str(),
                             opened.error().detail.c_str());
            _exit(opened ? 0 : 1);
        }
        children.push_back(pid);
    }
    for (const pid_t pid : children) {
        int status = 0;
        waitpid(pid, &status, 0);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    }
}

}  // namespace
}  // namespace docent::store
