#include "cli_fixture.hpp"

namespace docent::cli {
namespace {

using test::has;

class AutomationCommandTest : public test::CliTest {};

TEST_F(AutomationCommandTest, OneIsAddedPausedTakenUpAndRemoved) {
    add_project();
    EXPECT_TRUE(has(run({"automation", "list"}).err, "docent automation add"));
    const auto made = run({"automation", "add", "0 6 * * mon", "/fix-links", "--name", "links"});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_TRUE(has(made.err, "T06:00")) << made.err;
    const auto list = run({"automation", "list"});
    EXPECT_TRUE(has(list.out, "0 6 * * mon")) << list.out;
    EXPECT_TRUE(has(list.out, "/fix-links")) << list.out;
    EXPECT_EQ(run({"automation", "pause", "links"}).code, 0);
    EXPECT_TRUE(has(run({"automation", "list"}).out, "paused"));
    EXPECT_EQ(run({"automation", "run", "links"}).code, 1) << "it is paused";
    EXPECT_EQ(run({"automation", "resume", "links"}).code, 0);
    EXPECT_EQ(run({"automation", "run", made.out.substr(30, 6)}).code, 0);
    EXPECT_TRUE(has(run({"automation", "list", "--json"}).out, "\"enabled\":true"));
    EXPECT_EQ(run({"automation", "remove", "links"}).code, 0);
    EXPECT_EQ(run({"automation", "remove", "links"}).code, 3);
}

TEST_F(AutomationCommandTest, WhatIsWrongIsNamed) {
    add_project();
    const auto schedule = run({"automation", "add", "0 25 * * *", "/fix-links"});
    EXPECT_EQ(schedule.code, 2);
    EXPECT_TRUE(has(schedule.err, "hour")) << schedule.err;
    const auto prompt = run({"automation", "add", "daily", "/no-such-command"});
    EXPECT_EQ(prompt.code, 2);
    EXPECT_TRUE(has(prompt.err, "no-such-command")) << prompt.err;
    EXPECT_EQ(run({"automation", "add", "daily", " "}).code, 2);
}

}  // namespace
}  // namespace docent::cli
