// What can be followed of a job: server-sent events, and the data stream of the first version.
#include "api/jobs_fixture.hpp"
#include "api/wire/job_stream.hpp"
#include "base/text.hpp"
#include "net/sse.hpp"

namespace docent::api {
namespace {

/// A body as the server reads it: whatever is there, then again when woken.
class BodyReader {
public:
    BodyReader(test::ApiServer& server, std::unique_ptr<net::BodySource> body)
        : server_(server), body_(std::move(body)) {
        body_->start([this] { woken_ = true; });
    }
    /// Until it ends, or `enough` says so.
    template <class Enough>
    std::string read(Enough enough) {
        for (;;) {
            woken_ = false;
            const auto next = body_->read(text_, 300);
            if (next == net::BodySource::Next::end || enough(text_)) return text_;
            if (next == net::BodySource::Next::more) continue;
            server_.loop.restart();
            while (!woken_ && server_.loop.run_one() > 0) continue;
        }
    }

private:
    test::ApiServer& server_;
    std::unique_ptr<net::BodySource> body_;
    std::string text_;
    bool woken_ = false;
};

std::vector<net::SseEvent> frames(const std::string& bytes) {
    net::SseDecoder decoder;
    std::vector<net::SseEvent> out;
    decoder.feed(bytes, out);
    return out;
}

json::object parsed(const std::string& text) {
    boost::system::error_code failed;
    auto value = json::parse(text, failed);
    return !failed && value.is_object() ? value.get_object() : json::object();
}

TEST_F(JobsTest, EventsAreTheSessionsAndTheJobWhenItChanges) {
    const auto id = create("Write about cages");
    const auto open = [](const std::string& bytes) {
        const auto all = frames(bytes);
        return !all.empty() && all.back().event == "job" &&
               !parsed(all.back().data).at("followUpUntil").is_null();
    };
    const auto all =
        frames(BodyReader(server, job_events(*server.coding, id, 0, server.origin + "/review/")).read(open));
    std::vector<std::string> types;
    std::string last_id;
    for (const auto& event : all) {
        if (event.event != "session_event") continue;
        types.push_back(text(parsed(event.data), "type"));
        last_id = event.id;
    }
    EXPECT_EQ(types.front(), "user_message");
    EXPECT_NE(std::ranges::find(types, "agent_file_create"), types.end());
    const auto job = parsed(all.back().data);
    EXPECT_EQ(text(job, "id"), id);
    EXPECT_EQ(job, get(id));

    // Only what is new after the last one, and how the job stands.
    const auto rest = frames(
        BodyReader(server, job_events(*server.coding, id, std::stoll(last_id), server.origin + "/review/"))
            .read(open));
    for (const auto& event : rest) EXPECT_NE(event.event, "session_event");
    const auto wrong = this->job("GET", "/" + id + "/events", {}, {{"Last-Event-ID", "999999"}});
    EXPECT_EQ(wrong.status, 400);
    EXPECT_EQ(this->job("GET", "/" + std::string(some_id) + "/events").status, 404);
}

TEST_F(JobsTest, TheFirstVersionStreamsTheWorkAndEnds) {
    const auto body =
        R"({"messages":[{"role":"system","content":"Write short sentences."},{"role":"user","content":"Write about cages"}],"model":"opus","extra":1})";
    const auto reply = ask("POST", "/v1/agent/docs/job", body);
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_TRUE(reply.headers.at("content-type").starts_with("text/event-stream"));
    EXPECT_EQ(reply.headers.at("x-vercel-ai-data-stream"), "v1");
    const auto id = reply.headers.at("x-session-id");
    const auto done = get(id);
    EXPECT_EQ(reply.headers.at("x-branch-name"), text(done, "branch"));

    std::string said, codes;
    json::object call, result, end;
    for (const auto& line : split(reply.body, '\n')) {
        if (line.size() < 2 || line[1] != ':') continue;
        if (codes.empty() || codes.back() != line[0]) codes += line[0];
        const auto data = json::parse(line.substr(2));
        if (line[0] == '0') said += std::string(data.as_string());
        if (line[0] == '9') call = data.as_object();
        if (line[0] == 'a') result = data.as_object();
        if (line[0] == 'd') end = data.as_object();
    }
    EXPECT_EQ(said, "I add the page.\n\nThe page a.md says what a cage is.\n\nPull request: " +
                        text(done, "prLink"));
    EXPECT_EQ(codes, "f09aef0ed");
    EXPECT_EQ(text(call, "toolName"), "create_file");
    EXPECT_EQ(text(call.at("args").as_object(), "path"), "a.md");
    EXPECT_EQ(text(result, "toolCallId"), text(call, "toolCallId"));
    EXPECT_EQ(text(end, "finishReason"), "stop");
    EXPECT_FALSE(end.contains("threadId"));
    EXPECT_EQ(text(done, "title"), "Write about cages");

    const auto first = object(ask("GET", "/v1/agent/docs/job/" + id));
    EXPECT_EQ(text(first, "sessionId"), id);
    EXPECT_EQ(text(first, "subdomain"), "docs");
    EXPECT_EQ(text(first, "branch"), text(done, "branch"));
    EXPECT_EQ(first.at("haulted"), json::value(true));
    EXPECT_EQ(text(first, "haultReason"), "completed");
    EXPECT_EQ(text(first, "pullRequestLink"), text(done, "prLink"));
    EXPECT_EQ(text(first, "messageToUser"), "The page a.md says what a cage is.");
    EXPECT_EQ(text(first, "userId"), "owner");
    const auto list = object(ask("GET", "/v1/agent/docs/jobs?take=1"));
    EXPECT_EQ(list.at("allSessions"), json::value(json::array{first}));
    EXPECT_EQ(ask("GET", "/v1/agent/docs/jobs?take=101").status, 400);
}

TEST_F(JobsTest, AReaderOfTheFirstVersionThatLeavesDoesNotStopTheJob) {
    const auto id = create("Write about cages");
    {
        BodyReader reader(server, job_chat(*server.coding, id, server.origin + "/review/"));
        EXPECT_TRUE(reader.read([](const std::string& text) { return !text.empty(); }).starts_with("f:"));
    }
    EXPECT_FALSE(text(ended(id), "prLink").empty());
    // One who comes late reads the same.
    BodyReader late(server, job_chat(*server.coding, id, server.origin + "/review/"));
    const auto text = late.read([](const std::string&) { return false; });
    EXPECT_NE(text.find("0:\"The page a.md says what a cage is.\"\n"), text.npos) << text;
}

TEST_F(JobsTest, MessagesOfTheFirstVersionAreCheckedAndTold) {
    for (const auto& [body, said] : std::vector<std::pair<std::string, std::string>>{
             {"{}", "messages: is missing"},
             {R"({"messages":[]})", "messages: has no message of the role user"},
             {R"({"messages":[{"role":"assistant","content":"x"}]})", "has no message of the role user"},
             {R"({"messages":[{"role":"user","content":"  "}]})", "has no message of the role user"},
             {R"({"messages":[{"role":"robot","content":"x"}]})", "messages[0].role: expected one of"},
             {R"({"messages":[{"role":"user"}]})", "messages[0].content: is missing"},
             {R"({"messages":["x"]})", "messages[0]: expected an object"},
             {R"({"messages":[{"role":"user","content":"x"}],"model":"gpt"})",
              "model: expected one of sonnet, opus"}}) {
        const auto refused = ask("POST", "/v1/agent/docs/job", body);
        EXPECT_EQ(refused.status, 400) << body;
        EXPECT_NE(refusal(refused).find(said), std::string::npos) << refused.body;
    }
    const auto reply = ask(
        "POST", "/v1/agent/docs/job",
        R"({"messages":[{"role":"user","content":"Name a cage"},{"role":"assistant","content":"Alcatraz"},)"
        R"({"role":"user","content":"Write about it"},{"role":"system","content":"Be short."}]})");
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto sent = await(reply.headers.at("x-session-id"), "user_message");
    const auto prompt = text(sent.at("payload").as_object(), "message");
    EXPECT_EQ(
        prompt,
        "Write about it\n\nInstructions for this task:\n\nBe short.\n\n\nThe conversation before this task, "
        "as an example of what is wanted:\n\n[user]\nName a cage\n\n[assistant]\nAlcatraz\n");
}

}  // namespace
}  // namespace docent::api
