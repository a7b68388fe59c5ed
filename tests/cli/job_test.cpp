#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <thread>

#include "app/server.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "cli/cli.hpp"
#include "support/temp_dir.hpp"

namespace docent::cli {
namespace {

struct RanJob {
    int code = 0;
    std::string out, err;
};

bool says(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// A server whose documentation is a git repository, and the command line beside it.
class JobCommandTest : public testing::Test {
protected:
    JobCommandTest() {
        dir.write(
            "docs/docs.json",
            R"({"name":"Zoo","theme":"mint","colors":{"primary":"#000000"},"navigation":{"groups":[{"group":"G","pages":["index","Cages"]}]}})");
        dir.write("docs/index.md", "---\ntitle: Zoo\n---\n\nSee [the cages](/cages).\n");
        dir.write("docs/Cages.md", "---\ntitle: Cages\n---\n\nTwo cages.\n");
        shell(
            "cd docs && git init -q -b main . && git add . && git -c user.name=t -c user.email=t@localhost "
            "commit -qm first");
    }
    ~JobCommandTest() override { stop(); }

    void serve(const std::string& script = "") {
        app::Config config;
        config.data = data();
        config.listen = "127.0.0.1:0";
        config.docs = (dir.path() / "docs").string();
        config.log_level = "off";
        if (!script.empty()) {
            dir.write("script.json", script);
            config.model.name = "default";
            config.model.provider.kind = "scripted";
            config.model.provider.script = (dir.path() / "script.json").string();
        }
        auto started = app::DocentServer::start(config);
        ASSERT_TRUE(started) << started.error().message << started.error().detail;
        server = *std::move(started);
        thread = std::thread([this] { server->run(false); });
    }
    void stop() {
        if (!thread.joinable()) return;
        server->stop();
        thread.join();
        server.reset();
    }
    RanJob run(std::vector<std::string> args) {
        args.insert(args.begin(), {"docent", "job"});
        args.push_back("--data=" + data());
        std::vector<char*> argv;
        for (auto& arg : args) argv.push_back(arg.data());
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        RanJob ran;
        ran.code = cli::run(static_cast<int>(args.size()), argv.data());
        ran.out = testing::internal::GetCapturedStdout();
        ran.err = testing::internal::GetCapturedStderr();
        return ran;
    }
    std::string shell(const std::string& text) {
        Command command;
        command.argv = {"sh", "-c", text};
        command.directory = dir.path();
        const auto ran = blocking_run(command);
        EXPECT_TRUE(ran && ran->exit_code == 0) << text << (ran ? ran->err : ran.error().message);
        return ran ? ran->out : "";
    }
    std::string data() const { return (dir.path() / "data").string(); }

    test::TempDir dir;
    std::unique_ptr<app::DocentServer> server;
    std::thread thread;
};

TEST_F(JobCommandTest, LinksAreMendedWithoutAModel) {
    serve();
    EXPECT_EQ(run({"list"}).code, 0);
    EXPECT_EQ(run({"show"}).code, 3) << "there is no job yet";
    EXPECT_EQ(run({"create", "Write about cages"}).code, 2);
    auto ran = run({"create", "--follow", "/fix-links"});
    ASSERT_EQ(ran.code, 0) << ran.err << ran.out;
    const auto lines = split(trim(ran.out), '\n');
    EXPECT_TRUE(lines.back().starts_with(server->started().address + "/review/")) << ran.out;
    EXPECT_TRUE(says(ran.err, "It takes follow-ups until")) << ran.err;
    const auto branches = shell("cd docs && git branch --list 'docent/*' --format '%(refname:short)'");
    EXPECT_TRUE(says(shell("cd docs && git show " + std::string(trim(branches)) + ":index.md"), "(/Cages)"));

    const auto job = boost::json::parse(run({"show", "last", "--json"}).out);
    const std::string id(job.at("id").as_string());
    ran = run({"show"});
    EXPECT_TRUE(says(ran.out, "job " + id + ": active, takes follow-ups until")) << ran.out;
    EXPECT_TRUE(says(ran.out, "1 file changed, +1 -1, on docent/")) << ran.out;
    EXPECT_TRUE(says(run({"diff", id}).out, "+See [the cages](/Cages).")) << "the patch";
    EXPECT_TRUE(says(run({"list"}).out, id));
    EXPECT_EQ(run({"follow", id}).code, 0);
    EXPECT_EQ(run({"complete", id}).code, 0);
    ran = run({"message", id, "/fix-links"});
    EXPECT_EQ(ran.code, 2) << "a completed job takes no message";
    EXPECT_TRUE(says(ran.err, "completed")) << ran.err;
    ran = run({"archive", "last"});
    EXPECT_EQ(ran.out, "job " + id + ": archived\n") << ran.err;
    EXPECT_EQ(run({"list", "--status", "active", "--json"}).out, "[]\n");
    EXPECT_EQ(run({"show", "01890a5d-ac96-774b-bcce-b302099a8057"}).code, 3);
}

TEST_F(JobCommandTest, AJobTakesAFollowUp) {
    serve(
        R"([{"calls": [{"name": "create_file", "args": {"path": "a.md", "content": "---\ntitle: A\nhidden: true\n---\n\nA.\n"}}]}, {"text": "Wrote a."},
            {"calls": [{"name": "create_file", "args": {"path": "b.md", "content": "---\ntitle: B\nhidden: true\n---\n\nB.\n"}}]}, {"text": "Wrote b."}])");
    auto ran = run({"create", "-f", "--draft", "--branch", "docs/pages", "Write a page"});
    ASSERT_EQ(ran.code, 0) << ran.err << ran.out;
    EXPECT_TRUE(says(ran.out, "Wrote a.\n")) << ran.out;
    ran = run({"message", "-f", "last", "And another"});
    ASSERT_EQ(ran.code, 0) << ran.err << ran.out;
    EXPECT_TRUE(says(ran.out, "> And another\n") && says(ran.out, "Wrote b.\n")) << ran.out;
    EXPECT_FALSE(says(ran.out, "Wrote a.")) << "only what is new";
    EXPECT_EQ(shell("cd docs && git ls-tree --name-only docs/pages a.md b.md"), "a.md\nb.md\n");
}

TEST_F(JobCommandTest, ADryRunIsAPatch) {
    serve();
    auto ran = run({"create", "--follow", "--dry-run", "/fix-links"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(says(ran.err, "docent job diff")) << ran.err;
    dir.write("patch", run({"diff"}).out);
    shell("cd docs && git apply ../patch");
    EXPECT_TRUE(says(shell("cat docs/index.md"), "(/Cages)"));
}

TEST_F(JobCommandTest, WhatThinksIsCancelledAndTheKeyIsPrivate) {
    serve(R"([{"text": "Done.", "first_delay_ms": 600000}])");
    EXPECT_EQ(run({"create", " "}).code, 2) << "an empty prompt";
    auto ran = run({"create", "Think"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out.size(), 37u) << "an id, and a new line";
    const auto id = std::string(trim(ran.out));
    EXPECT_EQ(run({"complete", id}).code, 1) << "the agent works";
    EXPECT_EQ(run({"cancel", id}).out, "job " + id + ": failed\n");
    EXPECT_EQ(run({"follow", id}).code, 1);
    EXPECT_TRUE(says(run({"show", id}).out, "! The job was canceled.")) << "why";
    EXPECT_EQ(shell("stat -c %a data/admin-key-*"), "600\n");
    EXPECT_EQ(run({"list", "--server", server->started().address}).code, 2) << "another server needs a key";
    const auto key = std::string(trim(shell("cat data/admin-key-*")));
    EXPECT_TRUE(says(run({"list", "--server", server->started().address, "--key", key}).out, id));
}

}  // namespace
}  // namespace docent::cli
