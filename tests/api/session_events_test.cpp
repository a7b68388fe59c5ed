#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <thread>

#include "api/sessions_fixture.hpp"
#include "api/wire/session_stream.hpp"
#include "net/sse.hpp"
#include "support/net_raw_client.hpp"

namespace docent::api {
namespace {

TEST_F(SessionsTest, TheTimelineIsReadInPartsAndAwaited) {
    const auto id = session();
    EXPECT_EQ(call("GET", "sessions/" + id + "/events").body, "[]");
    const auto first = append(id, "system_message");
    append(id, "agent_message");
    const auto read = append(id, "agent_file_read");
    EXPECT_EQ(events(id).size(), 3u);
    EXPECT_EQ(events(id, "?after=" + first.id).size(), 2u);
    EXPECT_EQ(events(id, "?after=" + first.id + "&limit=1").size(), 1u);
    EXPECT_EQ(events(id, "?types=agent_file_read,agent_message").size(), 2u);
    EXPECT_EQ(events(id, "?updated_since=2999-01-01T00:00:00Z").size(), 0u);
    EXPECT_EQ(call("GET", "sessions/" + id + "/events").headers.at("x-last-change"), "3");
    const auto path = "sessions/" + id + "/events";
    EXPECT_EQ(error(call("GET", path + "?after=" + std::string(some_id))), "400 invalid_cursor");
    EXPECT_EQ(error(call("GET", path + "?after=x")), "400 invalid_cursor");
    EXPECT_EQ(error(call("GET", path + "?types=nothing")), "400 validation_failed");
    EXPECT_EQ(error(call("GET", path + "?wait=31")), "400 validation_failed");
    EXPECT_EQ(error(call("GET", path + "?updated_since=soon")), "400 validation_failed");
}

Task<> append_when_followed(test::ApiServer& server, std::string session) {
    while (server.agent->feeds().followers() == 0)
        co_await boost::asio::post(server.loop.get_executor(), boost::asio::use_awaitable);
    const auto event = written("agent_message");
    std::vector<store::Event> events;
    events.push_back(event);
    server.agent->feeds().delta(session, event.id, "no event yet");
    store::SessionPatch nothing;
    auto appended = co_await server.timeline->append(session, 0, events, nothing, 1);
    if (appended) server.agent->feeds().publish(appended->session, appended->events);
}

TEST_F(SessionsTest, AReaderThatWaitsGetsTheNextEvent) {
    const auto id = session();
    server.background.spawn("append", append_when_followed(server, id));
    EXPECT_EQ(events(id, "?wait=30").size(), 1u);
}

/// A reader of a stream, as the server reads: whatever is there, then again when woken.
class Reader {
public:
    Reader(test::ApiServer& server, const std::string& session, std::int64_t after) : server_(server) {
        body_ = session_stream(*server.coding, session, after);
        body_->start([this] { woken_ = true; });
    }
    /// Until nothing is left to read; more is awaited while `want` is not there.
    std::string read(const std::string& want = "") {
        for (;;) {
            woken_ = false;
            const auto next = body_->read(text_, 300);
            if (next == net::BodySource::Next::end) ended = true;
            if (next == net::BodySource::Next::end) return text_;
            if (next == net::BodySource::Next::more) continue;
            if (!want.empty() && text_.find(want) != text_.npos) return text_;
            server_.loop.restart();
            while (!woken_ && server_.loop.run_one() > 0) continue;
        }
    }
    std::vector<std::int64_t> ids() const {
        std::vector<std::int64_t> out;
        net::SseDecoder decoder;
        std::vector<net::SseEvent> events;
        decoder.feed(text_, events);
        for (const auto& event : events) {
            EXPECT_EQ(event.id.empty(), event.event != "session_event") << event.event;
            if (!event.id.empty()) out.push_back(std::stoll(event.id));
        }
        return out;
    }
    bool ended = false;

private:
    test::ApiServer& server_;
    std::unique_ptr<net::BodySource> body_;
    std::string text_;
    bool woken_ = false;
};

TEST_F(SessionsTest, AStreamGoesOnWhereItWasCutAtEveryChange) {
    const auto id = session();
    constexpr std::int64_t stored = 90;  // more than are read from the store at once
    for (std::int64_t i = 0; i < stored; ++i) append(id, "agent_message");
    for (std::int64_t after = 0; after <= stored; after += after < 4 || after > 84 ? 1 : 20) {
        Reader reader(server, id, after);
        if (after < stored) reader.read("id: " + std::to_string(stored) + "\n");
        // Between what is stored and what is read, and afterwards.
        std::vector<std::int64_t> expected;
        for (auto n = after + 1; n <= stored; ++n) expected.push_back(n);
        EXPECT_EQ(reader.ids(), expected) << after;
    }
    Reader reader(server, id, 0);
    append(id, "agent_file_read");
    reader.read("id: 91\n");
    append(id, "agent_file_read");
    server.agent->feeds().delta(id, "E", "Hel\nlo");
    server.agent->feeds().progress(id, "E", {{"stdout", "x"}});
    const auto text = reader.read("event: progress");
    EXPECT_NE(text.find("event: session\ndata: {\"id\":\"" + id), std::string::npos)
        << "the session comes after what was stored";
    EXPECT_NE(text.find("event: delta\ndata: {\"event_id\":\"E\",\"text\":\"Hel\\nlo\"}\n\n"),
              std::string::npos);
    EXPECT_NE(text.find("event: progress\ndata: {\"event_id\":\"E\",\"payload\":{\"stdout\":\"x\"}}\n\n"),
              std::string::npos);
    std::vector<std::int64_t> expected;
    for (std::int64_t n = 1; n <= 92; ++n) expected.push_back(n);
    EXPECT_EQ(reader.ids(), expected);
    EXPECT_EQ(call("DELETE", "sessions/" + id).status, 204);
    reader.read();
    EXPECT_TRUE(reader.ended);
}

/// Appends while a reader reads, without waiting for it.
Task<> append_many(test::ApiServer& server, std::string session, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        const auto event = written("agent_message");
        std::vector<store::Event> events;
        events.push_back(event);
        store::SessionPatch nothing;
        auto appended = co_await server.timeline->append(session, 0, events, nothing, 1);
        // Some are not told: as if another process wrote them.
        if (appended && i % 3 != 0) server.agent->feeds().publish(appended->session, appended->events);
    }
}

TEST_F(SessionsTest, AStreamThatBeginsWhileEventsComeHasNoGapAndNothingTwice) {
    const auto id = session();
    constexpr std::int64_t rounds = 60, each = 12;
    for (std::int64_t round = 0; round < rounds; ++round) {
        const auto stored = round * each, last = stored + each;
        server.background.spawn("append", append_many(server, id, each));
        // From the beginning, from what was just stored, and from every place between.
        const auto after = std::min(stored, round * 10);
        Reader reader(server, id, after);
        reader.read("id: " + std::to_string(last) + "\n");
        std::vector<std::int64_t> expected;
        for (auto n = after + 1; n <= last; ++n) expected.push_back(n);
        ASSERT_EQ(reader.ids(), expected) << round;
    }
}

TEST_F(SessionsTest, ALongTimelineIsWholeAndIsReadInParts) {
    const auto id = session();
    std::vector<store::Event> events;
    constexpr std::size_t count = 3 * 128 + 7;
    for (std::size_t i = 0; i < count; ++i) {
        store::Event event;
        event.id = new_uuid(system_clock().now());
        event.type = i % 2 ? "user_message" : "agent_file_read";
        event.payload = R"({"type":")" + event.type + R"(","message":")" + std::string(300, 'x') + "\"}";
        events.push_back(event);
    }
    ASSERT_TRUE(test::run(server.loop, server.timeline->append(id, 0, events, store::SessionPatch(), 1)));
    const auto ids = [&](const std::string& query) {
        std::vector<std::string> out;
        for (const auto& one : this->events(id, query)) out.push_back(text(one.as_object(), "id"));
        return out;
    };
    std::vector<std::string> expected, messages;
    for (const auto& event : events) {
        expected.push_back(event.id);
        if (event.type == "user_message") messages.push_back(event.id);
    }
    const auto part = [](const std::vector<std::string>& of, std::size_t from, std::size_t to) {
        return std::vector<std::string>(of.begin() + static_cast<std::ptrdiff_t>(from),
                                        of.begin() + static_cast<std::ptrdiff_t>(to));
    };
    EXPECT_EQ(ids(""), expected);
    for (const std::size_t limit : {1, 127, 128, 129, 256, 300, 1000})
        EXPECT_EQ(ids("?limit=" + std::to_string(limit)), part(expected, 0, std::min(limit, count))) << limit;
    EXPECT_EQ(ids("?after=" + expected[200] + "&limit=150"), part(expected, 201, 351));
    EXPECT_EQ(ids("?types=user_message"), messages);
    EXPECT_EQ(ids("?types=user_message&wait=5&limit=130"), part(messages, 0, 130));
    EXPECT_EQ(array(call("GET", "sessions/" + id + "/messages")).size(), messages.size());
}

TEST_F(SessionsTest, AStreamThatReadsTooSlowlyMissesNothing) {
    const auto id = session();
    Reader reader(server, id, 0);
    std::int64_t last = 0;
    reader.read("event: session\n");
    // Not published: another process wrote it.
    store::Event unseen;
    unseen.id = new_uuid(system_clock().now());
    unseen.type = "agent_message";
    unseen.payload = R"({"type":"agent_message"})";
    ASSERT_TRUE(test::run(server.loop, server.timeline->append(id, 0, {unseen}, store::SessionPatch(), 1)));
    last = append(id, "agent_message").change;
    EXPECT_EQ(last, 2);
    reader.read("id: 2\n");
    // More than a follower may have waiting.
    for (int i = 0; i < 3; ++i) {
        server.agent->feeds().delta(id, "E", std::string(agent::Feeds::max_follower_bytes / 2, 'x'));
        last = append(id, "agent_message").change;
    }
    reader.read("id: " + std::to_string(last) + "\n");
    EXPECT_EQ(reader.ids(), (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
}

/// Open sockets of this process. Other files are not looked at: the store opens its connections when it
/// first needs them.
std::size_t open_sockets() {
    std::size_t count = 0;
    for (const auto& one : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        count += std::filesystem::read_symlink(one, gone).native().starts_with("socket:");
    }
    return count;
}

Task<> until_no_follower(test::ApiServer& server, bool& done) {
    while (!done || server.agent->feeds().followers() > 0)
        co_await boost::asio::post(server.loop.get_executor(), boost::asio::use_awaitable);
}

TEST_F(SessionsTest, ReadersThatComeAndGoLeaveNothingBehind) {
    const auto id = session();
    append(id, "agent_message");
    call("GET", "sessions/" + id);
    const auto before = open_sockets();
    bool done = false;
    std::size_t answered = 0;
    std::thread readers([&] {
        const auto request = "GET /api/v1/sessions/" + id +
                             "/events/stream HTTP/1.1\r\nHost: localhost\r\nx-api-key: " + settings_key +
                             "\r\n\r\n";
        for (int i = 0; i < 100; ++i) {
            test::RawClient client(server.server->port());
            client.send(request);
            if (i % 3 != 0) answered += client.await_text("id: 1\n");
        }
        boost::asio::post(server.loop, [&] { done = true; });
    });
    test::run_to_end(server.loop, until_no_follower(server, done));
    readers.join();
    EXPECT_EQ(answered, 66u);
    // The last connections are about to be closed.
    for (int i = 0; i < 100 && open_sockets() > before; ++i) call("GET", "sessions/" + id);
    EXPECT_LE(open_sockets(), before);
    EXPECT_EQ(server.agent->feeds().bytes(), 0u);
}

/// As a stop of the server does: what is stored is still sent.
Task<> end_when_followed(test::ApiServer& server, std::string session) {
    while (server.agent->feeds().followers() == 0)
        co_await boost::asio::post(server.loop.get_executor(), boost::asio::use_awaitable);
    server.agent->feeds().end(session);
}

TEST_F(SessionsTest, TheStreamIsServed) {
    const auto id = session();
    append(id, "system_message");
    append(id, "agent_message");
    const auto path = "sessions/" + id + "/events/stream";
    for (const auto* cursor : {"3", "-1", "x", "1x", "99999999999999999999"}) {
        EXPECT_EQ(error(call("GET", path, "", {{"Last-Event-ID", cursor}})), "400 invalid_cursor") << cursor;
        EXPECT_EQ(error(call("GET", path + "?after=" + cursor)), "400 invalid_cursor") << cursor;
    }
    server.background.spawn("end", end_when_followed(server, id));
    const auto reply = call("GET", path + "?after=0", "", {{"Last-Event-ID", "1"}});
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.headers.at("content-type").starts_with("text/event-stream"));
    EXPECT_TRUE(reply.headers.contains("x-request-id"));
    EXPECT_EQ(reply.body.find("id: 1\n"), std::string::npos) << "the header is newer than the address";
    EXPECT_NE(reply.body.find("id: 2\nevent: session_event\ndata: {\"id\":"), std::string::npos)
        << reply.body;
}

}  // namespace
}  // namespace docent::api
