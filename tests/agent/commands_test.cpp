#include "agent_fixture.hpp"
#include "sandbox/sandbox.hpp"
#include "support/net_test_server.hpp"

namespace docent::agent {
namespace {

/// Sessions whose commands run in a real sandbox.
class CommandsTest : public test::AgentTest {
protected:
    void SetUp() override {
        const auto probe = run(sandbox.probe());
        if (!probe.works) GTEST_SKIP() << "no sandbox here: " << probe.describe();
    }
    ~CommandsTest() override { close(); }
    Services make_services() override {
        auto made = AgentTest::make_services();
        made.sandbox = &sandbox;
        return made;
    }
    /// How many processes of the machine have `mark` in their command line.
    static int living(const std::string& mark) {
        int count = 0;
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            std::ifstream file(entry.path() / "cmdline");
            const std::string line((std::istreambuf_iterator<char>(file)), {});
            if (line.find(mark) != line.npos) ++count;
        }
        return count;
    }

    sandbox::Sandbox sandbox;
};

TEST_F(CommandsTest, GitReadsTheHistoryAndCannotWriteIt) {
    script(R"([{"calls": [{"name": "run_command", "args": {"command":
        "git log --format=%s && echo new > new.md && git status --short && git show HEAD:README.md; git commit -qam no; git init -q; rm -rf .git; echo $?"}}]},
        {"text": "Done."}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "look").ok());
    until_idle();
    const auto payload = last(id, "agent_run_repository_command");
    EXPECT_TRUE(payload.at("error").is_null()) << boost::json::serialize(payload);
    const auto out = std::string(payload.at("stdout").as_string());
    EXPECT_TRUE(out.starts_with("first\n?? new.md\n# Hello\n")) << boost::json::serialize(payload);
    EXPECT_EQ(std::string(payload.at("stderr").as_string()).find("not a git repository"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(tree(id) / ".git")) << "the place of the history is gone again";
    const auto head = folder.path() / "data/trees" / id / "git/HEAD";
    EXPECT_TRUE(std::filesystem::exists(head));
}

TEST_F(CommandsTest, AStopEndsTheCommandWithAllThatItStarted) {
    const auto mark = "mark" + new_uuid(1);
    script(R"([{"calls": [{"name": "run_command", "args": {"command":
        "setsid sleep 1000 & (trap '' TERM; sleep 1000) & echo begun; sleep 1000; : )" +
           mark + R"("}}]}, {"text": "never"}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "wait").ok());
    until([&] { return sandbox.running() == 1 && living(mark) > 0; });
    ASSERT_TRUE(run(sessions->stop_turn(id, false)).ok());
    until_idle();
    EXPECT_EQ(living(mark), 0);
    EXPECT_EQ(sandbox.running(), 0u);
    const auto event = events(id, "agent_run_repository_command").back();
    EXPECT_EQ(event.status, "canceled");
    EXPECT_EQ(payload_of(event).at("error").at("code"), "stopped");
    EXPECT_EQ(last(id, "system_message").at("code"), "stopped");
}

TEST_F(CommandsTest, WhatACommandLeftInTheBackgroundEndsWithIt) {
    const auto mark = "mark" + new_uuid(1);
    script(R"([{"calls": [{"name": "run_command", "args": {"command": "nohup setsid sh -c 'sleep 1000; : )" +
           mark + R"(' > /dev/null 2>&1 & echo begun"}}]}, {"text": "Done."}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "begin").ok());
    until_idle();
    EXPECT_EQ(last(id, "agent_run_repository_command").at("stdout"), "begun\n");
    EXPECT_EQ(living(mark), 0);
}

/// Sessions whose tools may call one server.
class CallsTest : public test::AgentTest {
protected:
    CallsTest() {
        settings.allowed_hosts = {"127.0.0.1:" + std::to_string(server.port())};
        server.on("GET", "/page", 200, "text/html", "<title>Guide</title><p>Words of the page.</p>");
        server.on("GET", "/slow", [](const net::Request&) {
            net::Response response;
            response.stream = std::make_unique<test::Pieces>(std::vector<std::string>{"a"}, true);
            return response;
        });
    }
    ~CallsTest() override { close(); }
    Services make_services() override {
        auto made = AgentTest::make_services();
        made.http = &http;
        return made;
    }

    test::Imposter server;
};

TEST_F(CallsTest, TheModelIsToldWhatServersAndPagesSay) {
    script(R"([{"calls": [{"name": "web_browse", "args": {"url": "http://10.0.0.1/"}},
                          {"name": "http_request", "args": {"url": ")" +
           server.url("/page") + R"("}}, {"name": "web_browse", "args": {"url": ")" + server.url("/page") +
           R"("}}]}, {"expect": "Words of the page", "text": "Read."}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "read it").ok());
    until_idle();
    EXPECT_EQ(last(id, "agent_message").at("message"), "Read.");
    const auto called = last(id, "agent_http_request");
    EXPECT_EQ(called.at("status_code"), 200);
    EXPECT_TRUE(called.at("error").is_null());
    const auto pages = events(id, "agent_web_browse");
    ASSERT_EQ(pages.size(), 2u);
    EXPECT_EQ(pages[0].status, "completed");
    EXPECT_EQ(payload_of(pages[0]).at("error").at("code"), "not_allowed");
    EXPECT_EQ(payload_of(pages[1]).at("title"), "Guide");
    EXPECT_EQ(payload_of(pages[1]).at("content"), "Words of the page.\n");
}

TEST_F(CallsTest, AStopEndsARequest) {
    for (const std::string tool : {"http_request", "web_browse"}) {
        script(R"([{"calls": [{"name": ")" + tool + R"(", "args": {"url": ")" + server.url("/slow") +
               R"("}}]}, {"text": "never"}])");
        const auto before = server.requests().size();
        const auto id = new_session();
        ASSERT_TRUE(send(id, "wait").ok());
        until([&] { return server.requests().size() > before; });
        ASSERT_TRUE(run(sessions->stop_turn(id, false)).ok());
        until_idle();
        const auto event = events(id, "agent_" + tool).back();
        EXPECT_EQ(event.status, "canceled") << tool;
        EXPECT_EQ(payload_of(event).at("error").at("code"), "stopped");
    }
}

}  // namespace
}  // namespace docent::agent
