#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "base/base64.hpp"
#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/pools.hpp"
#include "base/process.hpp"
#include "base/task_group.hpp"
#include "base/text.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace docent {
namespace {

using namespace std::chrono_literals;

TEST(Clock, ShowsMilliseconds) {
    EXPECT_EQ(iso8601(1'700'000'000'123), "2023-11-14T22:13:20.123Z");
    EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(Base64, GoesThereAndBack) {
    for (const auto& [plain, coded] : {std::pair<const char*, const char*>{"", ""},
                                       {"f", "Zg=="},
                                       {"fo", "Zm8="},
                                       {"foo", "Zm9v"},
                                       {"\xFF\xFE\xFD", "//79"}}) {
        EXPECT_EQ(base64(plain), coded);
        std::string back;
        EXPECT_TRUE(base64_decode(coded, back));
        EXPECT_EQ(back, plain);
    }
    std::string out;
    for (const char* text : {"Z", "Zg", "Zg=", "Zm9v!", "Z g=", "===="})
        EXPECT_FALSE(base64_decode(text, out));
}

TEST(Ids, UlidsOfOneMillisecondAreStrictlyIncreasing) {
    std::string last = new_ulid(1'700'000'000'000);
    for (int i = 0; i < 1000; ++i) {
        const auto next = new_ulid(1'700'000'000'000);
        ASSERT_TRUE(is_ulid(next));
        ASSERT_GT(next, last);
        last = next;
    }
}

TEST(Crypto, KnownDigests) {
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hmac_sha256_hex("key", "The quick brown fox jumps over the lazy dog"),
              "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
    EXPECT_TRUE(equal_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_constant_time("abc", "abd"));
    EXPECT_EQ(random_token(40).size(), 40u);
    EXPECT_NE(random_token(40), random_token(40));
}

TEST(Text, KnowsIllFormedUtf8) {
    EXPECT_TRUE(is_utf8("grüße 文档 🎉"));
    EXPECT_FALSE(is_utf8("\xff"));
    EXPECT_FALSE(is_utf8("\xed\xa0\x80"));  // a surrogate
    EXPECT_FALSE(is_utf8("\xc0\x80"));      // overlong
    EXPECT_EQ(repair_utf8("a\xff"
                          "b"),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(cut_utf8("aü", 2), "a");
}

TEST(Text, IsCutAtAWordAndNeverInsideACharacter) {
    EXPECT_EQ(cut_at_word("one two three", 13), "one two three");
    EXPECT_EQ(cut_at_word("one two three", 12), "one two");
    EXPECT_EQ(cut_at_word("one two three", 12, 7), "one two thre");
    EXPECT_EQ(cut_at_word("one two three", 7), "one");
    EXPECT_EQ(cut_at_word("wordwithoutend", 4), "word");
    EXPECT_EQ(cut_at_word("\u00fc\u00fc\u00fc", 2), "\u00fc\u00fc");
    EXPECT_EQ(cut_at_word("\u00fc\u00fc\u00fc", 3), "\u00fc\u00fc\u00fc");
    EXPECT_EQ(cut_at_word("", 3), "");
}

TEST(Text, CountsAndNamesLines) {
    EXPECT_EQ(counted(1, "page"), "1 page");
    EXPECT_EQ(counted(0, "page"), "0 pages");
    EXPECT_EQ(counted(1, "entry", "entries"), "1 entry");
    EXPECT_EQ(counted(2, "entry", "entries"), "2 entries");
    EXPECT_EQ(line_of("a\nb\nc", 0), 1U);
    EXPECT_EQ(line_of("a\nb\nc", 2), 2U);
    EXPECT_EQ(line_of("a\nb\nc", 99), 3U);
    EXPECT_EQ(line_end_of("a\r\nb\n"), "\r\n");
    EXPECT_EQ(line_end_of("a\nb\r\n"), "\n");
    EXPECT_EQ(line_end_of("\n"), "\n");
    EXPECT_EQ(line_end_of("a"), "\n");
}

TEST(Text, PercentCodingGoesBothWays) {
    std::string out;
    ASSERT_TRUE(percent_decode(percent_encode("a b/ü?%"), out));
    EXPECT_EQ(out, "a b/ü?%");
    EXPECT_FALSE(percent_decode("%2", out));
    EXPECT_FALSE(percent_decode("%zz", out));
}

Task<> wait_for_ever() {
    Task<Status> never = with_deadline(1h, [](void) -> Task<Status> { co_return Status(); }());
    auto done = co_await std::move(never);
    (void)done;
}

TEST(TaskGroup, StopWaitsForTheLast) {
    boost::asio::io_context loop;
    TaskGroup group(loop.get_executor());
    group.spawn("one", wait_for_ever());
    test::run_to_end(loop, group.stop());
    EXPECT_EQ(group.size(), 0u);
}

Task<Result<std::thread::id>> where(Pools& pools) {
    co_return co_await on(pools.search,
                          [&]() -> Result<std::thread::id> { return std::this_thread::get_id(); });
}

TEST(Pools, BlockingWorkRunsElsewhere) {
    boost::asio::io_context loop;
    Pools pools;
    auto id = test::run(loop, where(pools));
    ASSERT_TRUE(id.ok());
    EXPECT_NE(*id, std::this_thread::get_id());
}

Task<> work_slowly(Pools& pools, std::promise<void>& begun, std::shared_future<void> go_on, bool& ended) {
    co_await on(pools.search, [&] {
        begun.set_value();
        go_on.wait();
        return ended = true;
    });
}

TEST(Pools, ACancelledCallerWaitsForTheEndOfItsWork) {
    boost::asio::io_context loop;
    Pools pools;
    TaskGroup group(loop.get_executor());
    std::promise<void> begun, may_end;
    bool ended = false;
    group.spawn("slow", work_slowly(pools, begun, may_end.get_future().share(), ended));
    loop.run_one();
    begun.get_future().wait();
    std::thread other([&] { may_end.set_value(); });
    test::run_to_end(loop, group.stop());
    other.join();
    EXPECT_TRUE(ended);
}

Task<> work_at_once(Pools& pools) {
    for (int i = 0; i < 3; ++i) co_await on(pools.search, [] { return true; });
}

TEST(Pools, WorkThatIsCancelledBeforeItStartsHarmsNobody) {
    for (int round = 0; round < 200; ++round) {
        boost::asio::io_context loop;
        Pools pools;
        TaskGroup group(loop.get_executor());
        for (int i = 0; i < 4; ++i) group.spawn("work", work_at_once(pools));
        for (int i = 0; i < round % 5; ++i) loop.run_one();
        test::run_to_end(loop, group.stop());
    }
}

TEST(Process, GivesOutputAndExitCode) {
    Command command;
    command.argv = {"sh", "-c", "cat; echo err >&2; exit 3"};
    command.input = "hello";
    auto done = blocking_run(command);
    ASSERT_TRUE(done.ok()) << done.error().message;
    EXPECT_EQ(done->out, "hello");
    EXPECT_EQ(done->err, "err\n");
    EXPECT_EQ(done->exit_code, 3);
}

TEST(Process, ALateOneIsKilled) {
    Command command;
    command.argv = {"sleep", "600"};
    command.limit = 50ms;
    auto done = blocking_run(command);
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().code, ErrorCode::timed_out);
}

TEST(Process, BackgroundChildrenDoNotHoldItUp) {
    Command command;
    command.argv = {"sh", "-c", "sleep 600 & echo started"};
    auto done = blocking_run(command);
    ASSERT_TRUE(done.ok());
    EXPECT_EQ(done->out, "started\n");
}

TEST(Process, TooMuchOutputIsRefused) {
    Command command;
    command.argv = {"sh", "-c", "yes"};
    command.max_output = 100'000;
    auto done = blocking_run(command);
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().code, ErrorCode::too_large);
}

TEST(Process, OutputIsCutWhereAskedFor) {
    Command command;
    command.argv = {"sh", "-c", "yes"};
    command.max_output = 100'001;
    command.cut_output = true;
    auto done = blocking_run(command);
    ASSERT_TRUE(done.ok());
    EXPECT_TRUE(done->cut);
    EXPECT_EQ(done->out.size(), 100'001u);
    command.argv = {"echo", "short"};
    done = blocking_run(command);
    ASSERT_TRUE(done.ok());
    EXPECT_FALSE(done->cut);
}

TEST(Process, AFileOverItsLimitEndsTheOneThatWritesIt) {
    Command command;
    test::TempDir folder;
    command.argv = {"dd", "if=/dev/zero", "of=" + (folder.path() / "x").string(), "bs=4096", "count=100"};
    command.max_file = 100'000;
    auto done = blocking_run(command);
    ASSERT_TRUE(done.ok());
    EXPECT_NE(done->exit_code, 0);
    EXPECT_EQ(std::filesystem::file_size(folder.path() / "x"), 100'000u);
}

TEST(Process, AMissingProgramIsNotFound) {
    Command command;
    command.argv = {"no-such-program-anywhere"};
    auto done = blocking_run(command);
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().code, ErrorCode::not_found);
}

TEST(Process, AChildHasNoFilesOfOursButItsOwn) {
    // As a library opens one that does not think of children.
    const int left_open = ::socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_GE(left_open, 0);
    Command command;
    command.argv = {"sh", "-c", "for f in /proc/$$/fd/*; do readlink $f; done; true"};
    const auto ran = blocking_run(command);
    ::close(left_open);
    ASSERT_TRUE(ran && ran->exit_code == 0);
    EXPECT_EQ(ran->out.find("socket:"), std::string::npos) << ran->out;
}

}  // namespace
}  // namespace docent
