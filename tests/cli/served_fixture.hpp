#pragma once
#include <thread>

#include "app/server.hpp"
#include "base/process.hpp"
#include "cli/cli_fixture.hpp"

namespace docent::test {

/// A server of the documentation in docs/, in this process, and one of the program's commands beside it.
class ServedTest : public testing::Test {
protected:
    explicit ServedTest(std::string command) : command_(std::move(command)) {}
    ~ServedTest() override { stop(); }

    /// With a model that plays `script`; "": without one.
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
    Ran run(std::vector<std::string> args) {
        args.insert(args.begin(), command_);
        args.push_back("--data=" + data());
        return docent_cli(std::move(args));
    }
    /// In `dir`.
    std::string shell(const std::string& text) {
        Command command;
        command.argv = {"sh", "-c", text};
        command.directory = dir.path();
        const auto ran = blocking_run(command);
        EXPECT_TRUE(ran && ran->exit_code == 0) << text << (ran ? ran->err : ran.error().message);
        return ran ? ran->out : "";
    }
    /// `folder` of `dir` becomes a git repository with one commit of all that is in it.
    void commit_folder(const std::string& folder) {
        shell("cd " + folder +
              " && git init -q -b main && git add . && git -c user.name=t -c user.email=t@localhost commit "
              "-qm first");
    }
    std::string data() const { return (dir.path() / "data").string(); }

    TempDir dir;
    std::unique_ptr<app::DocentServer> server;
    std::thread thread;

private:
    const std::string command_;
};

}  // namespace docent::test
