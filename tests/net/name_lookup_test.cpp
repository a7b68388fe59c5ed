// Names that no name server answers for: the lookup of one host blocks until the test lets it go.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "base/task_group.hpp"
#include "net/http_client.hpp"
#include "support/net_test_server.hpp"
#include "support/run.hpp"

namespace {

using namespace std::chrono_literals;

constexpr const char* held_host = "held.invalid";

struct Lookups {
    std::mutex mutex;
    std::condition_variable news;
    int waiting = 0;
    bool open = false, gave_up = false;

    int wait() {
        std::unique_lock lock(mutex);
        ++waiting;
        if (!news.wait_for(lock, 10s, [&] { return open; })) gave_up = true;
        --waiting;
        news.notify_all();
        return EAI_AGAIN;
    }
    bool held() {
        const std::lock_guard lock(mutex);
        return waiting > 0;
    }
};

Lookups& lookups() {
    static Lookups all;
    return all;
}

}  // namespace

/// Stands before the C library's for the whole program; all but one name is passed on.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** out) {
    if (name && std::strcmp(name, held_host) == 0) return lookups().wait();
    static const auto next = reinterpret_cast<decltype(&getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return next(name, service, hints, out);
}

namespace docent::net {
namespace {

class NameLookupTest : public ::testing::Test {
protected:
    NameLookupTest() {
        ::setenv("no_proxy", "*", 1);
        lookups().open = lookups().gave_up = false;
        imposter.on("GET", "/", 200, "text/plain", "here");
        stuck.url = std::string("http://") + held_host + "/";
    }
    ~NameLookupTest() override {
        std::unique_lock lock(lookups().mutex);
        lookups().open = true;
        lookups().news.notify_all();
        lookups().news.wait(lock, [] { return lookups().waiting == 0; });
        ::setenv("no_proxy", "127.0.0.1", 1);
    }
    int fetch_from_another() {
        Call call;
        call.url = imposter.url("/");
        auto got = test::run(loop, client.fetch(std::move(call)));
        return got ? got->status : 0;
    }

    test::Imposter imposter;
    boost::asio::io_context loop;
    HttpClient client{loop.get_executor()};
    Call stuck;
};

Task<> note_code(HttpClient& client, Call call, std::optional<ErrorCode>& code) {
    auto got = co_await client.fetch(std::move(call));
    if (!got) code = got.error().code;
}

TEST_F(NameLookupTest, OtherCallsGoOnAndACancelledOneDoesNotWaitForIt) {
    std::optional<ErrorCode> code;
    TaskGroup group(loop.get_executor());
    group.spawn("call", note_code(client, stuck, code));
    while (!lookups().held()) loop.run_one_for(10ms);
    EXPECT_EQ(fetch_from_another(), 200);
    test::run_to_end(loop, group.stop());
    EXPECT_EQ(code, ErrorCode::cancelled);
    EXPECT_EQ(fetch_from_another(), 200);
    EXPECT_TRUE(lookups().held());
    EXPECT_FALSE(lookups().gave_up);
}

TEST_F(NameLookupTest, TheTimeToConnectIsItsLimit) {
    stuck.connect_limit = 50ms;
    const auto got = test::run(loop, client.fetch(stuck));
    EXPECT_EQ(got.error().code, ErrorCode::timed_out);
    EXPECT_EQ(fetch_from_another(), 200);
    EXPECT_TRUE(lookups().held());
    EXPECT_FALSE(lookups().gave_up);
}

}  // namespace
}  // namespace docent::net
