#include <boost/json/parse.hpp>

#include "base/text.hpp"
#include "cli/served_fixture.hpp"

namespace docent::cli {
namespace {

using test::has;

/// A server whose documentation is a git repository, and the command line beside it.
class JobCommandTest : public test::ServedTest {
protected:
    JobCommandTest() : ServedTest("job") {
        dir.write(
            "docs/docs.json",
            R"({"name":"Zoo","theme":"mint","colors":{"primary":"#000000"},"navigation":{"groups":[{"group":"G","pages":["index","Cages"]}]}})");
        dir.write("docs/index.md", "---\ntitle: Zoo\n---\n\nSee [the cages](/cages).\n");
        dir.write("docs/Cages.md", "---\ntitle: Cages\n---\n\nTwo cages.\n");
        commit_folder("docs");
    }
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
    EXPECT_TRUE(has(ran.err, "It takes follow-ups until")) << ran.err;
    const auto branches = shell("cd docs && git branch --list 'docent/*' --format '%(refname:short)'");
    EXPECT_TRUE(has(shell("cd docs && git show " + std::string(trim(branches)) + ":index.md"), "(/Cages)"));

    const auto job = boost::json::parse(run({"show", "last", "--json"}).out);
    const std::string id(job.at("id").as_string());
    ran = run({"show"});
    EXPECT_TRUE(has(ran.out, "job " + id + ": active, takes follow-ups until")) << ran.out;
    EXPECT_TRUE(has(ran.out, "1 file changed, +1 -1, on docent/")) << ran.out;
    EXPECT_TRUE(has(run({"diff", id}).out, "+See [the cages](/Cages).")) << "the patch";
    EXPECT_TRUE(has(run({"list"}).out, id));
    EXPECT_EQ(run({"follow", id}).code, 0);
    EXPECT_EQ(run({"complete", id}).code, 0);
    ran = run({"message", id, "/fix-links"});
    EXPECT_EQ(ran.code, 2) << "a completed job takes no message";
    EXPECT_TRUE(has(ran.err, "completed")) << ran.err;
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
    EXPECT_TRUE(has(ran.out, "Wrote a.\n")) << ran.out;
    ran = run({"message", "-f", "last", "And another"});
    ASSERT_EQ(ran.code, 0) << ran.err << ran.out;
    EXPECT_TRUE(has(ran.out, "> And another\n") && has(ran.out, "Wrote b.\n")) << ran.out;
    EXPECT_FALSE(has(ran.out, "Wrote a.")) << "only what is new";
    EXPECT_EQ(shell("cd docs && git ls-tree --name-only docs/pages a.md b.md"), "a.md\nb.md\n");
}

TEST_F(JobCommandTest, ADryRunIsAPatch) {
    serve();
    auto ran = run({"create", "--follow", "--dry-run", "/fix-links"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(has(ran.err, "docent job diff")) << ran.err;
    dir.write("patch", run({"diff"}).out);
    shell("cd docs && git apply ../patch");
    EXPECT_TRUE(has(shell("cat docs/index.md"), "(/Cages)"));
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
    EXPECT_TRUE(has(run({"show", id}).out, "! The job was canceled.")) << "why";
    EXPECT_EQ(shell("stat -c %a data/admin-key-*"), "600\n");
    EXPECT_EQ(run({"list", "--server", server->started().address}).code, 2) << "another server needs a key";
    const auto key = std::string(trim(shell("cat data/admin-key-*")));
    EXPECT_TRUE(has(run({"list", "--server", server->started().address, "--key", key}).out, id));
}

}  // namespace
}  // namespace docent::cli
