#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstdlib>

#include "cli/served_fixture.hpp"
#include "cli/session_view.hpp"

namespace docent::cli {
namespace {

using test::has;

/// A server with a model that plays a script, and the command line beside it.
class SessionCommandTest : public test::ServedTest {
protected:
    SessionCommandTest() : ServedTest("session") {
        dir.write("docs/index.md", "# Welcome\n\nThe capybara server.\n");
        dir.write("repo/README.md", "# Cages\n\nTwo cages.\n");
        commit_folder("repo");
    }
    std::string repo() const { return (dir.path() / "repo").string(); }
};

TEST_F(SessionCommandTest, ASessionIsStartedWatchedAndListed) {
    serve(R"([{"text": "Two cages are enough.", "repeat": true}])");
    EXPECT_EQ(run({"list"}).code, 0);
    EXPECT_EQ(run({"watch"}).code, 3) << "there is no session yet";
    auto ran = run({"new", "--watch", "--repository", repo(), "Count the cages"});
    EXPECT_EQ(ran.code, 0) << ran.err << ran.out;
    EXPECT_TRUE(has(ran.out, "> Count the cages\n")) << ran.out;
    EXPECT_TRUE(has(ran.out, "Two cages are enough.\n")) << ran.out;
    EXPECT_FALSE(has(ran.out, "\x1b")) << "no colours in a file";
    EXPECT_TRUE(has(ran.err, "Connected the repository")) << ran.err;

    ran = run({"list", "--json"});
    const auto sessions = boost::json::parse(ran.out).as_array();
    ASSERT_EQ(sessions.size(), 1u);
    const std::string id(sessions[0].at("id").as_string());
    EXPECT_EQ(sessions[0].at("title"), boost::json::value("Count the cages"));
    EXPECT_EQ(sessions[0].at("origin"), boost::json::value("cli"));
    EXPECT_TRUE(has(run({"list"}).out, id));

    EXPECT_EQ(run({"send", "last", "Again"}).code, 0);
    ran = run({"watch", id, "--until-idle"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(has(ran.out, "> Again\n")) << ran.out;
    EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '>'), 2) << "each is shown once";
    ran = run({"watch", "--until-idle", "--json"});
    EXPECT_TRUE(ran.out.starts_with("{\"id\":")) << ran.out;

    // The folder is connected once.
    EXPECT_FALSE(has(run({"new", "--repository", repo()}).err, "Connected"));
    EXPECT_EQ(run({"new", "--repository", "nowhere"}).code, 3);
    EXPECT_EQ(run({"new", "--repository", (dir.path() / "docs").string()}).code, 2);
    EXPECT_EQ(run({"stop", id}).code, 0);
    EXPECT_EQ(run({"watch", "01890a5d-ac96-774b-bcce-b302099a8057"}).code, 3);
}

TEST_F(SessionCommandTest, WhatWasChangedIsAPatchThatGitTakes) {
    serve(R"([{"text": "Done.", "repeat": true}])");
    ASSERT_EQ(run({"new", "--watch", "--repository", repo(), "Look"}).code, 0);
    EXPECT_TRUE(run({"diff"}).out.empty());
    // As the agent's tools write: into the session's own tree.
    shell(
        "for tree in data/trees/*/tree; do echo 'Three cages.' > $tree/README.md; echo new > $tree/new.txt; "
        "done");
    const auto diff = run({"diff", "last"});
    EXPECT_EQ(diff.code, 0) << diff.err;
    EXPECT_TRUE(has(diff.out, "+Three cages.\n")) << diff.out;
    EXPECT_EQ(run({"diff", "last", "--base", "head"}).out, diff.out) << "nothing is committed";
    dir.write("patch", diff.out);
    shell("cd repo && git apply ../patch");
    EXPECT_EQ(shell("cat repo/README.md repo/new.txt"), "Three cages.\nnew\n");
    EXPECT_EQ(run({"diff", "--base", "sideways"}).code, 2);
}

TEST_F(SessionCommandTest, WhatWasMadeIsProposedAndMerged) {
    serve(
        R"([{"calls": [{"name": "create_file", "args": {"path": "new.md", "content": "New\n"}}]}, {"text": "Done."}])");
    ASSERT_EQ(run({"new", "--watch", "--repository", repo(), "Write"}).code, 0);
    EXPECT_EQ(run({"merge-request", "--merge"}).code, 3) << "there is none yet";
    auto ran = run({"merge-request", "last", "--title", "A new page"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(has(ran.out, "open: docent/write-") && has(ran.out, " -> main (A new page)")) << ran.out;
    EXPECT_EQ(run({"merge-request", "--merge", "--close"}).code, 2);
    ran = run({"merge-request", "--close", "--json"});
    EXPECT_EQ(boost::json::parse(ran.out).at("status"), boost::json::value("closed"));
    EXPECT_EQ(run({"merge-request"}).code, 0);
    ran = run({"merge-request", "--merge"});
    EXPECT_TRUE(ran.out.starts_with("merged: ")) << ran.out << ran.err;
    EXPECT_EQ(shell("cat repo/new.md"), "New\n");
    EXPECT_EQ(run({"merge-request"}).code, 1) << "the session has ended";
}

TEST_F(SessionCommandTest, TheKeyOfThisMachineIsMadeOnceAndIsPrivate) {
    EXPECT_EQ(run({"list"}).code, 3) << "there is no data directory";
    serve(R"([{"text": "Done.", "repeat": true}])");
    EXPECT_EQ(run({"list"}).code, 0);
    const auto key = shell("cat data/session-key-*");
    EXPECT_TRUE(key.starts_with("agen_")) << key;
    EXPECT_EQ(shell("stat -c %a data/session-key-* data/secret.key"), "600\n600\n");
    EXPECT_EQ(run({"list"}).code, 0);
    EXPECT_EQ(shell("cat data/session-key-*"), key);
    EXPECT_EQ(run({"list", "--key", "agen_" + std::string(32, 'x')}).code, 1);
    EXPECT_EQ(run({"list", "--server", server->started().address}).code, 2) << "another server needs a key";
    EXPECT_EQ(
        run({"list", "--server", server->started().address, "--key", key.substr(0, key.size() - 1)}).code, 0);
    stop();
    const auto ran = run({"list"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_TRUE(has(ran.err, "docent serve")) << ran.err;
}

net::SseEvent event(const std::string& name, const std::string& data) {
    net::SseEvent out;
    out.event = name;
    out.data = data;
    return out;
}

TEST(SessionViewTest, ATerminalSeesWordsAsTheyComeAndAFileSeesThemOnce) {
    const auto began =
        event("session_event",
              R"({"id":"m","type":"agent_message","status":"processing","payload":{"message":""}})");
    const auto ended =
        event("session_event",
              R"({"id":"m","type":"agent_message","status":"completed","payload":{"message":"Hi all"}})");
    SessionView terminal(true), file(false);
    std::string live, plain;
    for (const auto& one : {began, event("delta", R"({"event_id":"m","text":"Hi "})"),
                            event("delta", R"({"event_id":"m","text":"all"})"), ended, ended}) {
        live += terminal.show(one);
        plain += file.show(one);
    }
    EXPECT_EQ(live, "Hi all\n");
    EXPECT_EQ(plain, "Hi all\n");
}

TEST(SessionViewTest, AnActionIsOneLineWithItsDiff) {
    const auto edit = event(
        "session_event",
        R"({"id":"e","type":"agent_file_edit","status":"completed","payload":{"path":"a.md",)"
        R"("additions":1,"deletions":1,"diff":"--- a/a.md\n+++ b/a.md\n@@ -1 +1 @@\n-x\n+\u001b[2Jy\n"}})");
    EXPECT_EQ(SessionView(false).show(edit),
              "* file edit a.md  (+1 -1)\n--- a/a.md\n+++ b/a.md\n@@ -1 +1 @@\n-x\n+[2Jy\n");
    const auto coloured = SessionView(true).show(edit);
    EXPECT_TRUE(has(coloured, "\x1b[31m-x\x1b[0m\n\x1b[32m+[2Jy\x1b[0m\n")) << coloured;
    const auto failed = event(
        "session_event", R"({"id":"f","type":"agent_file_read","status":"completed","payload":{"path":"b",)"
                         R"("error":{"code":"not_found","message":"there is no such file"}}})");
    EXPECT_EQ(SessionView(false).show(failed), "* file read b  (failed: there is no such file)\n");
}

TEST(SessionViewTest, AQuestionWaitsUntilItIsAnswered) {
    SessionView view(false);
    const std::string asked =
        R"({"id":"q","type":"agent_ask_user","payload":{"message":"Which?","questions":)"
        R"([{"id":"1","options":[{"id":"a","label":"Red"}]}]},"status":)";
    EXPECT_EQ(view.show(event("session_event", asked + R"("processing"})")),
              "? the agent asks:\n  Which?\n  - Red\n");
    EXPECT_TRUE(view.question());
    view.show(event("session", R"({"id":"s","status":"active","agent_status":"waiting_for_user"})"));
    EXPECT_EQ(view.agent_status(), "waiting_for_user");
    EXPECT_EQ(view.show(event("session_event", asked + R"("completed"})")), "");
    EXPECT_FALSE(view.question());
    EXPECT_EQ(view.show(event("session_event", "nonsense")), "");
}

}  // namespace
}  // namespace docent::cli
