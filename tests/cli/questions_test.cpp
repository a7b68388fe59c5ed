#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "base/ids.hpp"
#include "cli/cli.hpp"
#include "store/projects.hpp"
#include "store/threads.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace docent::cli {
namespace {

struct Ran {
    int code = 0;
    std::string out, err;
};

class QuestionsTest : public testing::Test {
protected:
    Ran run(std::vector<std::string> args) {
        args.insert(args.begin(), "docent");
        args.push_back("--data=" + (dir.path() / "data").string());
        std::vector<char*> argv;
        for (auto& arg : args) argv.push_back(arg.data());
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        Ran ran;
        ran.code = cli::run(static_cast<int>(args.size()), argv.data());
        ran.out = testing::internal::GetCapturedStdout();
        ran.err = testing::internal::GetCapturedStderr();
        return ran;
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
    EXPECT_TRUE(ran.out.starts_with(R"([{"label":)")) << ran.out;
    EXPECT_EQ(run({"questions", "--since", "soon"}).code, 2);
    EXPECT_EQ(run({"questions", "--project", "nowhere"}).code, 3);
}

}  // namespace
}  // namespace docent::cli
