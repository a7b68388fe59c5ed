#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <thread>

#include "app/server.hpp"
#include "base/ids.hpp"
#include "cli/cli_fixture.hpp"
#include "store/projects.hpp"
#include "store/question_fixes.hpp"
#include "store/threads.hpp"
#include "support/run.hpp"

namespace docent::cli {
namespace {

class QuestionsTest : public testing::Test {
protected:
    test::Ran run(std::vector<std::string> args) {
        args.push_back("--data=" + (dir.path() / "data").string());
        return test::docent_cli(std::move(args));
    }
    /// Puts a question into the database, as the server does.
    void asked(const std::vector<std::pair<std::string, std::string>>& questions) {
        boost::asio::io_context loop;
        Pools pools;
        auto store = store::Store::open(pools, "sqlite:" + (dir.path() / "data/docent.db").string());
        ASSERT_TRUE(store);
        store::Projects projects(**store);
        store::Threads threads(**store);
        const auto project = test::run(loop, projects.find("zoo"));
        ASSERT_TRUE(project);
        for (const auto& [text, resolution] : questions) {
            const auto now = system_clock().now();
            store::Thread thread;
            thread.id = new_ulid(now);
            thread.project_id = project->id;
            thread.created = thread.updated = now;
            store::Turn turn;
            turn.id = new_ulid(now);
            turn.thread_id = thread.id;
            turn.project_id = project->id;
            turn.question = text;
            turn.sources = "[]";
            turn.state = "complete";
            turn.resolution = resolution;
            turn.created = turn.finished = now;
            ASSERT_TRUE(test::run(loop, threads.begin_turn(thread, turn)));
        }
    }

    /// A job had the newest questions of the project, and its pull request was merged.
    void fixed(const std::vector<std::string>& questions) {
        boost::asio::io_context loop;
        Pools pools;
        auto store = store::Store::open(pools, "sqlite:" + (dir.path() / "data/docent.db").string());
        ASSERT_TRUE(store);
        store::Projects projects(**store);
        const auto project = test::run(loop, projects.find("zoo"));
        ASSERT_TRUE(project);
        std::vector<store::QuestionFix> fixes;
        for (const auto& question : questions) {
            store::QuestionFix fix;
            fix.turn_id = new_ulid(system_clock().now());
            fix.job_id = "the-job";
            fix.project_id = project->id;
            fix.question = question;
            fix.created = system_clock().now();
            fixes.push_back(fix);
        }
        store::QuestionFixes stored(**store);
        ASSERT_TRUE(test::run(loop, stored.add(fixes)));
        ASSERT_TRUE(test::run(loop, (*store)->write([&](store::Db& db) {
            return store::settle_questions(db, "the-job", system_clock().now());
        })));
    }

    test::TempDir dir;
};

TEST_F(QuestionsTest, SimilarOnesComeTogetherAndEachCanBeListed) {
    dir.write("docs/index.md", "# Welcome\n\nThe capybara server answers questions.\n");
    ASSERT_EQ(run({"project", "add", "zoo", "--docs", (dir.path() / "docs").string()}).code, 0);
    const auto none = run({"questions"});
    EXPECT_EQ(none.code, 0);
    EXPECT_TRUE(none.out.empty());
    EXPECT_NE(none.err.find("Nothing was asked"), std::string::npos);
    asked({{"Which planets orbit the sun?", "unanswered"},
           {"planets orbiting the sun", "unanswered"},
           {"Is there a menu?\x1b[2J", "unanswered"},
           {"What answers questions?", "answered"}});
    auto ran = run({"questions", "--unanswered"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_NE(ran.out.find("    2  "), std::string::npos) << ran.out;
    EXPECT_EQ(ran.out.find("What answers"), std::string::npos) << ran.out;
    EXPECT_EQ(ran.out.find('\x1b'), std::string::npos) << "a question does not steer the terminal";
    EXPECT_NE(ran.err.find("3 questions in 2 groups"), std::string::npos) << ran.err;
    ran = run({"questions", "--each", "--limit", "2"});
    EXPECT_NE(ran.out.find("What answers questions?"), std::string::npos) << ran.out;
    EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 3) << ran.out;
    ran = run({"questions", "--unanswered", "--json"});
    EXPECT_TRUE(ran.out.starts_with(R"([{"id":)")) << ran.out;
    EXPECT_EQ(run({"questions", "--since", "soon"}).code, 2);
    EXPECT_EQ(run({"questions", "--project", "nowhere"}).code, 3);
}

TEST_F(QuestionsTest, WhatAMergedJobWasToAnswerIsAskedAgain) {
    dir.write("docs/index.md",
              "# Welcome\n\nThe capybara server answers questions.\n\n## Install the capybara server\n\n"
              "To install the capybara server, run the installer.\n");
    ASSERT_EQ(run({"project", "add", "zoo", "--docs", (dir.path() / "docs").string()}).code, 0);
    ASSERT_EQ(run({"index"}).code, 0);
    EXPECT_NE(run({"questions", "fixes"}).err.find("No job"), std::string::npos);
    EXPECT_EQ(run({"eval", "--answers", "--fixed"}).code, 3) << "nothing is to be asked again";
    EXPECT_EQ(run({"eval", "--fixed"}).code, 2);
    EXPECT_EQ(run({"eval", "--answers"}).code, 2);
    fixed({"How do I install the capybara server?", "Which planets orbit the sun?"});
    EXPECT_NE(run({"questions", "fixes"}).out.find("not asked again"), std::string::npos);
    const auto ran = run({"eval", "--answers", "--fixed"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_NE(ran.out.find("\nunanswered  Which planets"), std::string::npos) << ran.out;
    EXPECT_TRUE(ran.out.starts_with("answered    How do I install")) << ran.out;
    EXPECT_NE(ran.err.find("1 of 2 questions"), std::string::npos) << ran.err;
    const auto fixes = run({"questions", "fixes"}).out;
    EXPECT_NE(fixes.find("still unanswered  Which planets"), std::string::npos) << fixes;
    EXPECT_NE(fixes.find("the-job  answered "), std::string::npos) << fixes;
}

TEST_F(QuestionsTest, AGroupBecomesAJobOfTheRunningServer) {
    dir.write("docs/index.md", "# Welcome\n\nThe capybara server answers questions.\n");
    const auto folder = (dir.path() / "docs").string();
    ASSERT_EQ(std::system(("cd '" + folder +
                           "' && git init -q -b main . && git add . && git -c user.name=t -c "
                           "user.email=t@localhost commit -qm first")
                              .c_str()),
              0);
    ASSERT_EQ(run({"project", "add", "zoo", "--docs", folder}).code, 0);
    asked({{"Which planets orbit the sun?", "unanswered"}, {"planets orbiting the sun", "unanswered"}});
    const auto alone = run({"questions", "fix", "01"});
    EXPECT_EQ(alone.code, 1) << alone.err;
    EXPECT_NE(alone.err.find("docent serve"), std::string::npos) << alone.err;
    EXPECT_EQ(run({"questions", "fix"}).code, 2);

    app::Config config;
    config.data = dir.path() / "data";
    config.listen = "127.0.0.1:0";
    config.log_level = "off";
    config.model.name = "default";
    config.model.provider.kind = "scripted";
    config.model.provider.script = (dir.path() / "script.json").string();
    dir.write("script.json", R"([{"text": "The docs should not speak of planets.", "repeat": true}])");
    auto server = app::DocentServer::start(config);
    ASSERT_TRUE(server) << server.error().message << server.error().detail;
    std::jthread serving([&] { (*server)->run(false); });
    const auto shown = run({"questions", "--unanswered"}).out;
    const auto at = shown.find("id ");
    ASSERT_NE(at, std::string::npos) << shown;
    const auto id = shown.substr(at + 3, shown.find('\n', at) - at - 3);
    const auto made = run({"questions", "fix", id, "--instructions", "Say that it is about a server."});
    EXPECT_EQ(made.code, 0) << made.err;
    EXPECT_NE(made.err.find("A job for 2 questions"), std::string::npos) << made.err;
    const auto job = made.out.substr(0, made.out.find('\n'));
    EXPECT_NE(run({"questions", "fixes"}).out.find(job), std::string::npos);
    EXPECT_NE(run({"job", "show", job}).out.find("job " + job), std::string::npos);
    const auto unknown = run({"questions", "fix", "01ARZ3NDEKTSV4RRFFQ69G5FAV"});
    EXPECT_EQ(unknown.code, 3) << unknown.err;
    EXPECT_NE(unknown.err.find("no open cluster"), std::string::npos) << unknown.err;
    (*server)->stop();
}

}  // namespace
}  // namespace docent::cli
