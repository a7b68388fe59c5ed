#include "browser/devtools.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include "base/json_fields.hpp"
#include "base/task_group.hpp"
#include "support/run.hpp"

namespace docent::browser {
namespace {

/// A remote control whose other end is played by the test.
class DevToolsTest : public testing::Test {
protected:
    DevToolsTest() {
        int ends[2] = {-1, -1};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
        peer = File(ends[1]);
        File ours(ends[0]);
        devtools.emplace(loop.get_executor(), std::move(ours));
        devtools->on_event = [&](const std::string& method, const boost::json::object&) {
            events.push_back(method);
        };
        tasks.spawn("remote control", devtools->run());
    }
    ~DevToolsTest() override {
        devtools->close();
        test::run_to_end(loop, tasks.stop());
    }
    void says(std::string_view text) {
        EXPECT_EQ(::write(peer.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    Result<boost::json::object> call(const char* method) {
        const boost::json::object nothing;
        return test::run(loop, devtools->call(method, nothing));
    }

    boost::asio::io_context loop{1};
    File peer;
    std::optional<DevTools> devtools;
    std::vector<std::string> events;
    TaskGroup tasks{loop.get_executor()};
};

TEST(DevToolsMessagesTest, EndAtAZeroByteWhereverTheBytesAreCut) {
    DevToolsMessages messages;
    std::vector<std::string> out;
    for (const char* piece : {"{\"a\"", ":1}"}) EXPECT_TRUE(messages.add(piece, out));
    EXPECT_TRUE(out.empty());
    EXPECT_EQ(messages.waiting(), 7u);
    EXPECT_TRUE(messages.add(std::string_view("\0\0{}\0{", 6), out));
    EXPECT_EQ(out, (std::vector<std::string>{"{\"a\":1}", "", "{}"}));
    EXPECT_EQ(messages.waiting(), 1u);
}

TEST_F(DevToolsTest, ACallGetsItsOwnAnswerAndEventsGoBy) {
    using namespace std::string_view_literals;
    says(
        "{\"method\":\"Page.loadEventFired\",\"params\":{}}\0{\"id\":7,\"result\":{}}\0"
        "{\"id\":1,\"result\":{\"product\":\"x\"}}\0"sv);
    const auto answer = call("Browser.getVersion");
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(text_of(*answer, "product"), "x");
    EXPECT_EQ(events, std::vector<std::string>{"Page.loadEventFired"});
    std::string asked(200, '\0');
    asked.resize(static_cast<std::size_t>(::read(peer.get(), asked.data(), asked.size())));
    EXPECT_EQ(asked, "{\"id\":1,\"method\":\"Browser.getVersion\",\"params\":{}}\0"sv);
    says("{\"id\":2,\"error\":{\"message\":\"no\"}}\0"sv);
    EXPECT_EQ(call("Page.navigate").error().code, ErrorCode::upstream_failed);
}

TEST_F(DevToolsTest, NonsenseEndsIt) {
    using namespace std::string_view_literals;
    for (const auto text : {"[1]\0"sv}) says(text);
    EXPECT_EQ(call("Browser.getVersion").error().code, ErrorCode::unavailable);
    EXPECT_TRUE(devtools->closed());
    EXPECT_EQ(call("Browser.getVersion").error().code, ErrorCode::unavailable);
}

TEST_F(DevToolsTest, ABrowserThatIsGoneAnswersNobody) {
    peer.close();
    EXPECT_EQ(call("Browser.getVersion").error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace docent::browser
