#include "sandbox/sandbox.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>
#include <thread>

#include "base/all.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/task_group.hpp"
#include "base/text.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace docent::sandbox {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Why no command can run here; "" where one can. Looked at once.
const std::string& trouble() {
    static const std::string why = [] {
        boost::asio::io_context loop{1};
        Sandbox sandbox;
        const auto probe = test::run(loop, sandbox.probe());
        return probe.works ? "" : probe.describe();
    }();
    return why;
}

class SandboxTest : public testing::Test {
protected:
    void SetUp() override {
        if (!trouble().empty()) GTEST_SKIP() << "no sandbox here: " << trouble();
        tree.write("kept.txt", "text\n");
    }
    Job job(const std::string& line) {
        Job j;
        j.tree = tree.path();
        j.argv = shell(line);
        return j;
    }
    Outcome run(Job j, Sink<Output>* out = nullptr) {
        auto outcome = test::run(loop, sandbox.run(std::move(j), out));
        EXPECT_TRUE(outcome.ok()) << (outcome.ok() ? ""
                                                   : outcome.error().message + ": " + outcome.error().detail);
        return outcome ? *outcome : Outcome();
    }
    Outcome run(const std::string& line) { return run(job(line)); }
    ErrorCode refused(Job j) {
        auto outcome = test::run(loop, sandbox.run(std::move(j)));
        EXPECT_FALSE(outcome.ok());
        return outcome ? ErrorCode::internal : outcome.error().code;
    }

    test::TempDir tree;
    boost::asio::io_context loop{1};
    Sandbox sandbox;
};

/// Names the processes of one test: an argument that no other process has.
std::string new_mark() { return "mark" + lower_ascii(new_ulid(system_clock().now())); }

/// How many processes of the machine, in any namespace, have `mark` in their command line.
int living(const std::string& mark) {
    int count = 0;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        std::ifstream file(entry.path() / "cmdline");
        const std::string line((std::istreambuf_iterator<char>(file)), {});
        if (entry.path().filename() != std::to_string(getpid()) && line.find(mark) != line.npos) ++count;
    }
    return count;
}

/// Waits for the last of them, up to ten seconds: the kernel ends them one after the other.
bool all_gone(const std::string& mark) {
    for (int i = 0; i < 1000; ++i) {
        if (living(mark) == 0) return true;
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

TEST_F(SandboxTest, ACommandChangesItsTree) {
    const auto outcome =
        run("cat kept.txt && echo new > made.txt && mkdir -p a/b && mv made.txt a/b/ && rm kept.txt; exit 3");
    EXPECT_EQ(outcome.ended, Ended::exited);
    EXPECT_EQ(outcome.exit_code, 3);
    EXPECT_EQ(outcome.out, "text\n");
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(tree.read("a/b/made.txt"), "new\n");
    EXPECT_FALSE(fs::exists(tree.path() / "kept.txt"));
    // The server can go on with what the command has made, and take it away.
    struct stat info {};
    ASSERT_EQ(stat((tree.path() / "a/b/made.txt").c_str(), &info), 0);
    EXPECT_EQ(info.st_uid, geteuid());
}

TEST_F(SandboxTest, ArgumentsAreNoShellAndInputAndEnvironmentArrive) {
    Job j = job("");
    j.argv = {"sh", "-c", "cat; printf %s \"$GREETING\"; echo \" $0 $1\"; pwd", "-x", "; id"};
    j.input = "from outside\n";
    j.environment["GREETING"] = "hello";
    fs::create_directory(tree.path() / "below");
    j.directory = "below";
    EXPECT_EQ(run(std::move(j)).out, "from outside\nhello -x ; id\n/workspace/below\n");
}

TEST_F(SandboxTest, ASignalIsToldFromAnExitCode) {
    EXPECT_EQ(run("exit 137").exit_code, 137);
    const auto outcome = run("kill -TERM $$");
    EXPECT_EQ(outcome.ended, Ended::signalled);
    EXPECT_EQ(outcome.signal, SIGTERM);
}

TEST_F(SandboxTest, NothingOfTheServerIsSeen) {
    setenv("DOCENT_TEST_SECRET", "swordfish", 1);
    test::TempDir data;
    data.write("docent.db", "swordfish");
    const auto outcome =
        run("env; cat /etc/shadow /root/.bashrc " + data.path().string() +
            "/docent.db /proc/1/environ; ls /root /home /var /opt /run " + data.path().string() +
            "; id -u; grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status");
    EXPECT_EQ(outcome.out.find("swordfish"), std::string::npos) << outcome.out;
    EXPECT_EQ(outcome.out.find("shadow"), std::string::npos);
    EXPECT_NE(outcome.out.find("\n1000\n"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("CapEff:\t0000000000000000"), std::string::npos);
    EXPECT_NE(outcome.out.find("CapBnd:\t0000000000000000"), std::string::npos);
    EXPECT_NE(outcome.out.find("NoNewPrivs:\t1"), std::string::npos);
    unsetenv("DOCENT_TEST_SECRET");
}

TEST_F(SandboxTest, ALibraryNamedInTheEnvironmentIsLoadedInsideOnly) {
    Job j = job("echo ran");
    j.environment["LD_PRELOAD"] = "/workspace/absent.so";
    const auto outcome = run(std::move(j));
    EXPECT_EQ(outcome.out, "ran\n");
    // The loader of the command complains, that of bubblewrap and of the first process do not.
    EXPECT_EQ(outcome.err.find("absent.so"), outcome.err.rfind("absent.so"));
}

TEST_F(SandboxTest, OnlyTheTreeAndTmpCanBeWritten) {
    for (const char* place :
         {"/x", "/usr/x", "/etc/x", "/dev/x", "/usr/bin/sh", "/.docent-init", "/workspace/../x"}) {
        const auto outcome = run("echo x > " + std::string(place));
        EXPECT_NE(outcome.exit_code, 0) << place;
    }
    EXPECT_EQ(run("echo x > /tmp/x && echo x > /dev/shm/x && cat /tmp/x > /dev/null").exit_code, 0);
    EXPECT_NE(run("cat /tmp/x").exit_code, 0) << "/tmp is each command's own";
}

TEST_F(SandboxTest, LinksLeadNowhereElse) {
    test::TempDir outside;
    outside.write("secret.txt", "swordfish");
    fs::create_symlink(outside.path() / "secret.txt", tree.path() / "file");
    fs::create_directory_symlink(outside.path(), tree.path() / "folder");
    fs::create_directory_symlink("/", tree.path() / "root");
    const auto outcome =
        run("cat file folder/secret.txt root/etc/shadow; echo x > folder/new; echo x > file; ln /usr/bin/env "
            "hard");
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.exit_code, 0);
    EXPECT_EQ(outside.read("secret.txt"), "swordfish");
    EXPECT_FALSE(fs::exists(outside.path() / "new"));

    Job j = job("pwd");
    j.directory = "folder";
    EXPECT_EQ(refused(std::move(j)), ErrorCode::invalid_argument);
    j = job("pwd");
    j.directory = "../..";
    EXPECT_EQ(refused(std::move(j)), ErrorCode::invalid_argument);
}

TEST_F(SandboxTest, TheGitFolderIsReadOnlyUnlessItMayChange) {
    tree.write(".git/config", "[core]\n");
    EXPECT_NE(run("echo x >> .git/config").exit_code, 0);
    EXPECT_NE(run("mv .git other || rm -rf .git").exit_code, 0);
    EXPECT_EQ(tree.read(".git/config"), "[core]\n");
    Job j = job("echo x >> .git/config");
    j.git_read_only = false;
    EXPECT_EQ(run(std::move(j)).exit_code, 0);
    EXPECT_EQ(tree.read(".git/config"), "[core]\nx\n");

    // One command cannot lay a link for the next.
    fs::remove_all(tree.path() / ".git");
    fs::create_directory_symlink("/root", tree.path() / ".git");
    EXPECT_EQ(refused(job("ls .git/")), ErrorCode::invalid_argument);
}

TEST_F(SandboxTest, AGitDirectoryFromElsewhereStandsInTheTreeReadOnly) {
    test::TempDir other;
    other.write("git/config", "[core]\n");
    const auto with_git = [&](const std::string& line) {
        Job j = job(line);
        j.git_dir = other.path() / "git";
        return j;
    };
    EXPECT_EQ(run(with_git("cat .git/config")).out, "[core]\n");
    for (const char* line : {"echo x >> .git/config", "mv .git other", "rm -rf .git", "echo x > .git/new"})
        EXPECT_NE(run(with_git(line)).exit_code, 0) << line;
    EXPECT_EQ(other.read("git/config"), "[core]\n");
    fs::remove(tree.path() / ".git");
    fs::create_directory_symlink(other.path(), tree.path() / ".git");
    EXPECT_EQ(refused(with_git("ls")), ErrorCode::invalid_argument);
}

TEST_F(SandboxTest, AChannelIsInputAndOutput) {
    int ends[2] = {-1, -1};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    File ours(ends[0]);
    ASSERT_EQ(::write(ours.get(), "hello", 5), 5);
    shutdown(ours.get(), SHUT_WR);
    Job j = job("cat; echo beside >&2");
    j.channel = std::make_shared<File>(ends[1]);
    const auto outcome = run(std::move(j));
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, "beside\n");
    char answer[20] = "";
    EXPECT_EQ(::read(ours.get(), answer, sizeof answer), 5);
    EXPECT_STREQ(answer, "hello");
    EXPECT_EQ(::read(ours.get(), answer, sizeof answer), 0) << "nobody else holds it";
}

TEST_F(SandboxTest, ReadableFoldersAreReadableAndWhatIsHiddenInThemIsNot) {
    test::TempDir other;
    other.write("shared/file", "shared\n");
    other.write("private/file", "swordfish\n");
    fs::permissions(other.path(), fs::perms::owner_all);
    Config config;
    config.hidden = {other.path() / "private"};
    Sandbox own(config);
    Job j =
        job("cat " + other.path().string() + "/*/file; echo x > " + other.path().string() + "/shared/file");
    j.readable = {other.path()};
    auto outcome = test::run(loop, own.run(std::move(j)));
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome->out, "shared\n");
    EXPECT_NE(outcome->exit_code, 0);
    EXPECT_EQ(other.read("shared/file"), "shared\n");
}

TEST_F(SandboxTest, ThereIsNoNetworkButItsOwnLoopback) {
    const auto outcome =
        run("perl -MSocket -e '"
            "socket(my $s, PF_INET, SOCK_STREAM, 0) or die; "
            "print connect($s, sockaddr_in(53, inet_aton(\"1.1.1.1\"))) ? \"out\" : \"none\", \"\\n\"; "
            "socket(my $l, PF_INET, SOCK_STREAM, 0); bind($l, sockaddr_in(8080, INADDR_LOOPBACK)) or die; "
            "listen($l, 1); "
            "socket(my $c, PF_INET, SOCK_STREAM, 0); print connect($c, sockaddr_in(8080, INADDR_LOOPBACK)) ? "
            "\"own\" : \"none\", \"\\n\"; "
            "print socket(my $v, 40, SOCK_STREAM, 0) ? \"vsock\" : \"none\", \"\\n\";'");
    EXPECT_EQ(outcome.out, "none\nown\nnone\n") << outcome.err;
}

TEST_F(SandboxTest, SystemCallsThatReachForTheMachineFail) {
    // ptrace(TRACEME), keyctl, mount, unshare(NEWUSER), clone(NEWUSER), io_uring_setup, bpf, setns, clone3.
    const auto outcome =
        run("perl -e '"
            "sub try { my ($name, @call) = @_; my $r = syscall($call[0], @call[1..$#call]); "
            "print \"$name \", ($r < 0 ? ($!{EPERM} ? \"EPERM\" : $!{ENOSYS} ? \"ENOSYS\" : \"other $!\") : "
            "\"allowed\"), \"\\n\"; } "
            "try(\"ptrace\", 101, 0, 0, 0, 0); try(\"keyctl\", 250, 0, 0, 0, 0, 0); "
            "try(\"mount\", 165, 0, 0, 0, 0, 0); try(\"unshare\", 272, 0x10000000); "
            "try(\"clone\", 56, 0x10000000 | 17, 0, 0, 0, 0); try(\"io_uring\", 425, 1, 0); "
            "try(\"bpf\", 321, 0, 0, 0); try(\"setns\", 308, 0, 0); try(\"clone3\", 435, 0, 0);'");
#ifdef __x86_64__
    EXPECT_EQ(
        outcome.out,
        "ptrace EPERM\nkeyctl EPERM\nmount EPERM\nunshare EPERM\nclone EPERM\nio_uring ENOSYS\nbpf EPERM\n"
        "setns EPERM\nclone3 ENOSYS\n")
        << outcome.err;
#endif
}

TEST_F(SandboxTest, ALongCommandIsStoppedWithAllThatItStarted) {
    const auto mark = new_mark();
    Job j = job("(setsid sh -c 'trap \"\" TERM HUP; sleep 1000; : " + mark +
                "' &) ; echo begun; sleep 1000; : " + mark);
    j.limits.wall = 1500ms;
    const auto outcome = run(std::move(j));
    EXPECT_EQ(outcome.ended, Ended::time_limit);
    EXPECT_TRUE(all_gone(mark));
}

TEST_F(SandboxTest, WhatACommandLeavesInTheBackgroundEndsWithIt) {
    const auto mark = new_mark();
    const auto outcome = run("setsid sh -c 'sleep 1000; : " + mark + "' & echo over");
    EXPECT_EQ(outcome.ended, Ended::exited);
    EXPECT_EQ(outcome.out, "over\n");
    EXPECT_TRUE(all_gone(mark));
}

TEST_F(SandboxTest, AForkBombIsBounded) {
    Job j = job("bomb() { bomb | bomb & }; bomb; sleep 1; echo alive");
    j.limits.processes = 40;
    j.limits.wall = 5s;
    const auto outcome = run(std::move(j));
    EXPECT_NE(outcome.err.find("fork"), std::string::npos) << outcome.err;
}

TEST_F(SandboxTest, AMemoryBombIsStopped) {
    Job j = job("head -c 4G /dev/zero | tail");
    j.limits.memory = 64 << 20;
    const auto outcome = run(std::move(j));
    EXPECT_EQ(outcome.ended, Ended::memory_limit);
    EXPECT_GT(outcome.peak_memory, 64u << 20);
}

TEST_F(SandboxTest, CpuDiskAndFileSizeAreBounded) {
    Job j = job("while :; do :; done");
    j.limits.cpu = 200ms;
    EXPECT_EQ(run(std::move(j)).ended, Ended::cpu_limit);
    j = job("head -c 2M /dev/zero > big; wc -c < big");
    j.limits.file_bytes = 1 << 20;
    EXPECT_EQ(run(std::move(j)).out, "1048576\n");
    j = job("for i in 1 2 3 4 5 6 7 8; do head -c 8M /dev/zero > part$i; done; sleep 1000");
    j.limits.disk_bytes = 16 << 20;
    EXPECT_EQ(run(std::move(j)).ended, Ended::disk_limit);
    j = job("head -c 8M /dev/zero > /tmp/big; wc -c < /tmp/big");
    j.limits.tmp_bytes = 1 << 20;
    EXPECT_EQ(run(std::move(j)).out, "1048576\n");
    j = job("ulimit -n");
    j.limits.open_files = 77;
    EXPECT_EQ(run(std::move(j)).out, "77\n");
}

TEST_F(SandboxTest, AFloodOfOutputKeepsHeadAndTailAndIsEnded) {
    Job j = job("echo first; yes");
    j.limits.output_bytes = 1 << 20;
    j.limits.kept_bytes = 1000;
    auto outcome = run(std::move(j));
    EXPECT_EQ(outcome.ended, Ended::output_limit);
    EXPECT_TRUE(outcome.out_truncated);
    EXPECT_LT(outcome.out.size(), 1100u);
    EXPECT_TRUE(outcome.out.starts_with("first\ny\n"));
    EXPECT_TRUE(outcome.out.ends_with("y\n"));

    j = job("head -c 100000 /dev/zero | tr '\\0' a; echo; echo last; echo -n '\xff\xc3' >&2");
    j.limits.kept_bytes = 1000;
    outcome = run(std::move(j));
    EXPECT_EQ(outcome.ended, Ended::exited);
    EXPECT_EQ(outcome.out_bytes, 100006u);
    EXPECT_NE(outcome.out.find("bytes left out"), std::string::npos);
    EXPECT_TRUE(outcome.out.ends_with("a\nlast\n"));
    EXPECT_EQ(outcome.err, "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_FALSE(outcome.err_truncated);
}

struct Collected final : Sink<Output> {
    Task<Status> put(Output item) override {
        (item.from == Output::From::out ? out : err) += item.bytes;
        if (out.find("enough") != out.npos) co_return Error(ErrorCode::cancelled, "enough");
        co_return Status();
    }
    std::string out, err;
};

TEST_F(SandboxTest, OutputComesWhileTheCommandRuns) {
    Collected seen;
    EXPECT_EQ(run(job("echo one; echo two >&2"), &seen).exit_code, 0);
    EXPECT_EQ(seen.out, "one\n");
    EXPECT_EQ(seen.err, "two\n");
    // It is seen before the end: the command waits for ever after it, and who reads it ends it.
    const auto mark = new_mark();
    auto outcome = test::run(loop, sandbox.run(job("echo enough; sleep 1000; : " + mark), &seen));
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, ErrorCode::cancelled);
    EXPECT_TRUE(all_gone(mark));
}

struct Begun final : Sink<Output> {
    explicit Begun(boost::asio::steady_timer& t) : timer(t) {}
    Task<Status> put(Output) override {
        timer.cancel();
        co_return Status();
    }
    boost::asio::steady_timer& timer;
};

Task<> run_into(Sandbox& sandbox, Job job, Sink<Output>* out, std::optional<Result<Outcome>>& outcome) {
    Task<Result<Outcome>> running = sandbox.run(std::move(job), out);
    outcome.emplace(co_await std::move(running));
}

TEST_F(SandboxTest, ACancelledCommandHasEndedWhenItsTaskHas) {
    const auto mark = new_mark();
    std::optional<Result<Outcome>> outcome;
    TaskGroup group(loop.get_executor());
    boost::asio::steady_timer begun(loop.get_executor(), 20s);
    Begun sink(begun);
    group.spawn("command", run_into(sandbox, job("echo begun; setsid sleep 1000 & sleep 1000; : " + mark),
                                    &sink, outcome));
    bool told = false;
    begun.async_wait([&](const boost::system::error_code&) { told = true; });
    while (!told) loop.run_one();
    EXPECT_GT(living(mark), 0);
    test::run_to_end(loop, group.stop());
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->error().code, ErrorCode::cancelled);
    EXPECT_EQ(living(mark), 0);
}

TEST_F(SandboxTest, WhoWaitsInLineCanLeaveIt) {
    Config config;
    config.parallel = 1;
    Sandbox own(config);
    const auto mark = new_mark();
    std::optional<Result<Outcome>> first, second;
    TaskGroup group(loop.get_executor());
    boost::asio::steady_timer begun(loop.get_executor(), 20s);
    Begun sink(begun);
    group.spawn("first", run_into(own, job("echo begun; sleep 1000; : " + mark), &sink, first));
    const auto waiting = group.spawn("second", run_into(own, job("echo never"), nullptr, second));
    bool told = false;
    begun.async_wait([&](const boost::system::error_code&) { told = true; });
    while (!told) loop.run_one();
    group.cancel(waiting);
    while (!second) loop.run_one();
    EXPECT_EQ(second->error().code, ErrorCode::cancelled);
    EXPECT_FALSE(first);
    test::run_to_end(loop, group.stop());
    EXPECT_EQ(own.running(), 0u);
}

TEST_F(SandboxTest, NoneOutlivesAServerThatIsKilled) {
    const auto mark = new_mark();
    const pid_t server = fork();
    if (server == 0) {
        boost::asio::io_context own{1};
        Sandbox its;
        auto ignored = test::run(own, its.run(job("setsid sh -c 'sleep 1000; : " + mark + "' & sleep 1000")));
        _exit(ignored.ok() ? 0 : 1);
    }
    // Until the command in the background is there; its parents have the mark as well.
    bool begun = false;
    for (int i = 0; i < 2000 && !begun; ++i) {
        begun = living(mark) >= 3;
        std::this_thread::sleep_for(10ms);
    }
    EXPECT_TRUE(begun);
    kill(server, SIGKILL);
    waitpid(server, nullptr, 0);
    EXPECT_TRUE(all_gone(mark));
}

TEST_F(SandboxTest, ManyAtOnceAreBoundedAndAllEnd) {
    Config config;
    config.parallel = 4;
    Sandbox own(config);
    std::vector<std::optional<Result<Outcome>>> outcomes(50);
    std::vector<Task<>> tasks;
    for (int i = 0; i < 50; ++i)
        tasks.push_back(
            run_into(own, job("echo " + std::to_string(i)), nullptr, outcomes[static_cast<std::size_t>(i)]));
    test::run_to_end(loop, all(std::move(tasks)));
    for (int i = 0; i < 50; ++i) {
        const auto& outcome = outcomes[static_cast<std::size_t>(i)];
        ASSERT_TRUE(outcome && outcome->ok()) << i;
        EXPECT_EQ((**outcome).out, std::to_string(i) + "\n");
    }
    EXPECT_EQ(own.running(), 0u);
}

TEST_F(SandboxTest, WhatCannotBeginIsRefused) {
    Job j = job("");
    j.argv = {"no-such-program"};
    EXPECT_EQ(refused(std::move(j)), ErrorCode::not_found);
    j = job("");
    j.argv = {};
    EXPECT_EQ(refused(std::move(j)), ErrorCode::invalid_argument);
    j = job("true");
    j.tree = tree.path() / "absent";
    EXPECT_EQ(refused(std::move(j)), ErrorCode::invalid_argument);
    j = job("true");
    j.argv = {"echo", std::string("a\0b", 3)};
    EXPECT_EQ(refused(std::move(j)), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace docent::sandbox
