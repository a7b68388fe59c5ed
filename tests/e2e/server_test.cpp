// The whole server, in process, on a port of its own, with real files and a real database.
#include "app/server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <csignal>
#include <thread>

#include "base/process.hpp"
#include "cli/cli.hpp"
#include "support/net_faulty_upstream.hpp"
#include "support/net_raw_client.hpp"
#include "support/temp_dir.hpp"

using namespace docent;
using namespace std::chrono_literals;
using test::RawClient;
using test::RawResponse;
using test::TempDir;

namespace {

// A server that runs until the end of the test, or until it is stopped.
class Running {
public:
    explicit Running(std::unique_ptr<app::DocentServer> server, bool signals = false)
        : server_(std::move(server)), thread_([this, signals] { server_->run(signals); }) {}
    ~Running() {
        if (!thread_.joinable()) return;
        server_->stop();
        thread_.join();
    }
    void join() { thread_.join(); }
    app::DocentServer& operator*() { return *server_; }
    app::DocentServer* operator->() { return server_.get(); }

private:
    std::unique_ptr<app::DocentServer> server_;
    std::thread thread_;
};

class ServerTest : public testing::Test {
protected:
    ServerTest() {
        dir.write("docs/index.md", "# Welcome\n\nThe capybara server answers questions about rodents.\n");
        dir.write(
            "docs/install.md",
            "# Install\n\n## How do I install it?\n\nRun the installer to install the capybara server.\n\n"
            "```bash\ncapybara install\n```\n");
    }

    app::Config config() const {
        app::Config c;
        c.data = dir.path() / "data";
        c.listen = "127.0.0.1:0";
        c.docs = (dir.path() / "docs").string();
        c.log_level = "warn";
        c.server.drain = 5s;
        return c;
    }

    std::unique_ptr<app::DocentServer> start(app::Config c) {
        auto server = app::DocentServer::start(std::move(c));
        if (!server) throw std::runtime_error(server.error().message + " | " + server.error().detail);
        return *std::move(server);
    }

    static RawResponse call(app::DocentServer& server, const std::string& method, const std::string& path,
                            const std::string& key = "", const std::string& body = "") {
        RawClient client(server.port());
        client.send(request(method, path, key, body));
        return client.response();
    }
    static std::string request(const std::string& method, const std::string& path, const std::string& key,
                               const std::string& body) {
        return fmt::format(
            "{} {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{}Content-Length: "
            "{}\r\n\r\n{}",
            method, path, key.empty() ? "" : "Authorization: Bearer " + key + "\r\n", body.size(), body);
    }

    // Asks again, each over a connection of its own, until it holds; false after ten seconds.
    static bool becomes(const std::function<bool()>& holds) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (!holds())
            if (std::chrono::steady_clock::now() > end) return false;
        return true;
    }
    static bool is_ready(app::DocentServer& server) {
        return becomes([&] { return call(server, "GET", "/readyz").status == 200; });
    }

    static RawResponse ask(app::DocentServer& server, const std::string& key, const std::string& question,
                           const std::string& more = "") {
        return call(
            server, "POST", "/v2/assistant/default/message", key,
            fmt::format(R"({{"fp": "anonymous", "messages": [{{"role": "user", "content": "{}"}}]{}}})",
                        question, more));
    }

    /// What `docent ARGS` prints, on this server's data.
    std::string command(std::vector<std::string> args) {
        args.insert(args.begin(), "docent");
        args.push_back("--data=" + (dir.path() / "data").string());
        std::vector<char*> argv;
        for (auto& arg : args) argv.push_back(arg.data());
        testing::internal::CaptureStdout();
        const int code = cli::run(static_cast<int>(argv.size()), argv.data());
        std::string out = testing::internal::GetCapturedStdout();
        EXPECT_EQ(code, 0);
        while (!out.empty() && out.back() == '\n') out.pop_back();
        return out;
    }

    /// A model that says "then wait", which no page says, and is silent for as long as one listens.
    static void falls_silent(test::FaultyUpstream& provider) {
        provider.always({test::stream_head(),
                         test::chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Run the "
                                     "installer, then wait. \"}}]}\n\n"),
                         test::hold()});
    }
    app::Config config_with(const test::FaultyUpstream& provider) const {
        ::setenv("no_proxy", "127.0.0.1", 1);
        auto settings = config();
        settings.model.name = "default";
        settings.model.provider.kind = "openai";
        settings.model.provider.base_url = provider.url("/v1");
        settings.model.provider.model = "m";
        return settings;
    }
    static std::string question_in(const std::string& chat, const std::string& key) {
        return request("POST", "/v2/assistant/default/message", key,
                       fmt::format(R"({{"id": "{}", "fp": "f", "messages": [{{"role": "user",
                           "content": "How do I install the capybara server?"}}]}})",
                                   chat));
    }

    TempDir dir;
};

}  // namespace

TEST_F(ServerTest, AFirstStartMakesAProjectAndKeysAndAnswers) {
    Running server(start(config()));
    const auto& started = server->started();
    ASSERT_EQ(started.new_keys.size(), 2u);
    ASSERT_TRUE(started.public_key.starts_with("mint_dsc_"));
    EXPECT_EQ(started.projects, std::vector<std::string>{"default"});
    ASSERT_TRUE(is_ready(*server));

    const auto answer = ask(*server, started.public_key, "How do I install the capybara server?");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_NE(answer.body.find("installer"), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find("data: [DONE]"), std::string::npos);
    EXPECT_TRUE(answer.headers.contains("x-thread-id"));

    EXPECT_EQ(ask(*server, "", "hello").status, 401);
    EXPECT_EQ(ask(*server, "mint_dsc_wrong", "hello").status, 401);
    EXPECT_EQ(call(*server, "GET", "/nothing/here").status, 404);
    const auto page = call(*server, "GET", "/ui/config.json");
    EXPECT_NE(page.body.find(started.public_key), std::string::npos) << page.body;
}

// The provider would go on for its thirty seconds of silence, and be paid for what it writes.
TEST_F(ServerTest, AStopEndsTheProvidersStream) {
    test::FaultyUpstream provider;
    falls_silent(provider);
    Running server(start(config_with(provider)));
    const auto key = server->started().public_key;
    ASSERT_TRUE(is_ready(*server));

    RawClient reader(server->port());
    reader.send(question_in("kX83nQ0vTz51LmRp", key));
    ASSERT_TRUE(reader.await_text("then wait")) << reader.buffer();
    const auto stopped = call(*server, "POST", "/v2/assistant/default/message/kX83nQ0vTz51LmRp/stop", key);
    EXPECT_EQ(stopped.body, R"({"stopped":true})");
    EXPECT_TRUE(provider.clients_left(1));
    EXPECT_TRUE(reader.await_text("data: [DONE]")) << reader.buffer();
    EXPECT_EQ(provider.count(), 1u);
}

TEST_F(ServerTest, AReaderWhoLeavesEndsTheAnswerWhereTheProjectSaysSo) {
    test::FaultyUpstream provider;
    falls_silent(provider);
    Running server(start(config_with(provider)));
    const auto key = server->started().public_key;
    ASSERT_TRUE(is_ready(*server));
    const auto ask_and_leave = [&](const std::string& chat) {
        RawClient reader(server->port());
        reader.send(question_in(chat, key));
        EXPECT_TRUE(reader.await_text("then wait")) << reader.buffer();
    };

    ask_and_leave("kX83nQ0vTz51LmRp");
    const auto stopped = call(*server, "POST", "/v2/assistant/default/message/kX83nQ0vTz51LmRp/stop", key);
    EXPECT_EQ(stopped.body, R"({"stopped":true})");  // it had gone on
    EXPECT_TRUE(provider.clients_left(1));

    command({"project", "set", "default", "cancel_on_disconnect=true"});
    ask_and_leave("pW47cJ9sYd20HbNe");
    EXPECT_TRUE(provider.clients_left(2));
    EXPECT_EQ(provider.count(), 2u);
}

TEST_F(ServerTest, ARestartKeepsKeysThreadsAndCounts) {
    std::string key, thread, thread_key;
    auto settings = config();
    settings.limits.per_key_month = 2;
    {
        Running server(start(settings));
        key = server->started().public_key;
        ASSERT_TRUE(is_ready(*server));
        auto answer = ask(*server, key, "How do I install the capybara server?");
        ASSERT_EQ(answer.status, 200);
        thread = answer.headers["x-thread-id"];
        thread_key = answer.headers["x-thread-key"];
    }
    {
        Running server(start(settings));
        EXPECT_TRUE(server->started().new_keys.empty());
        EXPECT_EQ(server->started().public_key, key);
        ASSERT_TRUE(is_ready(*server));
        auto answer = ask(*server, key, "And then?",
                          fmt::format(R"(, "threadId": "{}", "threadKey": "{}")", thread, thread_key));
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_EQ(answer.headers["x-thread-id"], thread);
        // The third use in a month of two.
        answer = ask(*server, key, "And now?");
        EXPECT_EQ(answer.status, 429) << answer.body;
        EXPECT_TRUE(answer.headers.contains("retry-after"));
    }
}

TEST_F(ServerTest, ASecondServerOnTheSameDataIsRefused) {
    Running server(start(config()));
    auto second = app::DocentServer::start(config());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
    EXPECT_NE(second.error().message.find("process "), std::string::npos) << second.error().message;
}

TEST_F(ServerTest, OtherDocumentationForTheSameDataIsRefused) {
    { Running server(start(config())); }
    dir.write("other/index.md", "# Other");
    auto settings = config();
    settings.docs = (dir.path() / "other").string();
    auto second = app::DocentServer::start(settings);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

TEST_F(ServerTest, AnAddressThatCannotBeHadIsASentence) {
    Running server(start(config()));
    auto settings = config();
    settings.data = dir.path() / "data2";
    settings.listen = fmt::format("127.0.0.1:{}", server->port());
    auto second = app::DocentServer::start(settings);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("--listen"), std::string::npos) << second.error().message;
    settings.listen = "nonsense";
    EXPECT_EQ(app::DocentServer::start(settings).error().code, ErrorCode::invalid_argument);
}

TEST_F(ServerTest, KeysMadeAndRevokedBesideARunningServerCountAtOnce) {
    Running server(start(config()));
    ASSERT_TRUE(is_ready(*server));
    const std::string key = command({"key", "create", "--project", "default", "--kind", "assistant"});
    EXPECT_TRUE(becomes([&] { return ask(*server, key, "How do I install it?").status == 200; }));
    command({"key", "revoke", key});
    EXPECT_TRUE(becomes([&] { return ask(*server, key, "How do I install it?").status == 401; }));
}

// What the agent writes down beside its answer is where the API shows it.
TEST_F(ServerTest, ACodingSessionLeavesItsPlanAndItsAlerts) {
    dir.write("script.json", R"([
        {"calls": [{"name": "update_plan", "args": {"steps": [{"id": "1", "title": "Look", "status": "in_progress"}]}}]},
        {"calls": [{"name": "create_alert", "args": {"title": "A gap", "description": "In the fence.",
                    "severity": "high", "category": "bug", "path": "index.md", "start_line": 1}}]},
        {"text": "I looked."}])");
    Command git;
    git.argv = {"sh", "-c",
                "git init -q -b main . && git add . && git -c user.name=t -c user.email=t@localhost commit "
                "-qm first"};
    git.directory = dir.path() / "docs";
    ASSERT_TRUE(blocking_run(git));
    auto with_model = config();
    with_model.model.name = "default";
    with_model.model.provider.kind = "scripted";
    with_model.model.provider.script = (dir.path() / "script.json").string();
    Running server(start(with_model));
    ASSERT_TRUE(is_ready(*server));
    const auto key = command({"key", "create", "--project", "default", "--kind", "sessions"});
    const auto made =
        call(*server, "POST", "/api/v1/sessions", key, R"({"branch_name": null, "message": "Look"})");
    ASSERT_EQ(made.status, 200) << made.body;
    const auto get = [&](const std::string& path) {
        return boost::json::parse(call(*server, "GET", "/api/v1/" + path, key).body);
    };
    const std::string id(boost::json::parse(made.body).at("id").as_string());
    const auto said = [&](const char* type) {
        return get("sessions/" + id + "/events?types=" + type).as_array();
    };
    ASSERT_TRUE(becomes([&] { return !said("agent_message").empty(); }));
    const auto alerts = get("alerts?session_id=" + id).at("items").as_array();
    ASSERT_EQ(alerts.size(), 1u);
    EXPECT_EQ(alerts[0].at("title"), "A gap");
    const auto event = said("agent_alert_created").at(0);
    EXPECT_EQ(event.at("payload").at("alert_id"), alerts[0].at("id"));
    const auto task = get("sessions/" + id + "/tasks").at("items").at(0);
    EXPECT_EQ(task.at("title"), "Look");
    EXPECT_EQ(event.at("session_task_id"), task.at("id"));
    EXPECT_EQ(get("sessions/" + id + "/goals").at("items").at(0).at("id"), task.at("session_goal_id"));
}

TEST_F(ServerTest, ASavedPageIsSoonFound) {
    Running server(start(config()));
    ASSERT_TRUE(is_ready(*server));
    dir.write("docs/wombat.md", "# Wombats\n\nWombats dig burrows with their teeth.\n");
    EXPECT_TRUE(becomes([&] {
        const auto found = call(*server, "POST", "/v1/search/default", server->started().public_key,
                                R"({"query": "wombat burrows"})");
        return found.body.find("teeth") != std::string::npos;
    }));
}

TEST_F(ServerTest, SigtermLetsARunningAnswerEnd) {
    dir.write(
        "script.json",
        R"([{"text": "one two three four five six seven eight nine ten", "delay_ms": 40, "repeat": true}])");
    auto settings = config();
    settings.model.provider.kind = "scripted";
    settings.model.provider.script = (dir.path() / "script.json").string();
    Running server(start(settings), true);
    ASSERT_TRUE(is_ready(*server));
    RawClient client(server->port());
    client.send(
        request("POST", "/v1/assistant/default/message", server->started().public_key,
                R"({"fp": "anonymous", "messages": [{"role": "user", "content": "How do I install it?"}]})"));
    ASSERT_TRUE(client.await_text("one"));
    std::raise(SIGTERM);
    const std::string rest = client.rest();
    EXPECT_NE(rest.find("ten"), std::string::npos) << rest;
    EXPECT_NE(rest.find("d:{"), std::string::npos) << rest;
    server.join();
}

TEST_F(ServerTest, ADamagedIndexIsRebuiltByItself) {
    {
        Running server(start(config()));
        ASSERT_TRUE(is_ready(*server));
    }
    for (const auto& entry : std::filesystem::directory_iterator(dir.path() / "data" / "index"))
        std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) / 2);
    Running server(start(config()));
    ASSERT_TRUE(is_ready(*server));
    EXPECT_EQ(ask(*server, server->started().public_key, "How do I install the capybara server?").status,
              200);
}
