#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "base/process.hpp"
#include "cli/cli_fixture.hpp"

namespace docent::test {
namespace {

/// `docent run` on a git repository with documentation in docs/.
class RunCommandTest : public testing::Test {
protected:
    RunCommandTest() {
        dir.write("repo/docs/docs.json", R"({"name": "Zoo", "navigation": {"pages": ["index"]}})");
        dir.write("repo/docs/index.mdx", "---\ntitle: Zoo\n---\n\nThe capybara is here.  \n");
        dir.write("repo/README.md", "The capybara\n");
        shell(
            "git init -q -b main . && git add . && git -c user.name=t -c user.email=t@localhost commit -qm "
            "first");
    }
    std::string shell(const std::string& text) {
        Command command;
        command.argv = {"sh", "-c", text};
        command.directory = dir.path() / "repo";
        const auto ran = blocking_run(command);
        EXPECT_TRUE(ran && ran->exit_code == 0) << (ran ? ran->err : ran.error().message);
        return ran ? ran->out : "";
    }
    std::string repo() const { return (dir.path() / "repo").string(); }
    std::string page() const { return dir.read("repo/docs/index.mdx"); }

    TempDir dir;
    const std::string line = "/replace capybara wombat";
};

}  // namespace

TEST_F(RunCommandTest, ChangesAreShownAndNotWrittenUntilAskedFor) {
    const auto ran = docent_cli({"run", line, repo()});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out,
              "\"capybara\" becomes \"wombat\" in the text: 1 time in 1 file.\n\n- `docs/index.mdx:5`\n\n"
              "diff --git a/docs/index.mdx b/docs/index.mdx\n--- a/docs/index.mdx\n+++ b/docs/index.mdx\n"
              "@@ -2,4 +2,4 @@\n title: Zoo\n ---\n \n-The capybara is here.  \n+The wombat is here.  \n");
    EXPECT_EQ(ran.err, "Nothing is written yet: --write does it.\n");
    EXPECT_TRUE(has(page(), "capybara"));
    const auto wrote = docent_cli({"run", line, repo(), "--write"});
    EXPECT_EQ(wrote.code, 0) << wrote.err;
    EXPECT_EQ(wrote.err, "Replace \"capybara\" with \"wombat\": 1 file written.\n");
    EXPECT_EQ(page(), "---\ntitle: Zoo\n---\n\nThe wombat is here.  \n");
    EXPECT_EQ(shell("git status --porcelain"), " M docs/index.mdx\n");
    EXPECT_EQ(docent_cli({"run", line, repo(), "--write"}).code, 0);  // nothing to do
}

TEST_F(RunCommandTest, WhatIsShownIsAPatchThatGitTakes) {
    dir.write("report.txt", docent_cli({"run", line, repo()}).out);
    shell("git apply ../report.txt");
    EXPECT_TRUE(has(page(), "The wombat is here.  \n"));
}

TEST_F(RunCommandTest, AMoveIsShownAsARenameAndWrittenWithAllThatGoesWithIt) {
    dir.write("repo/docs/index.mdx", "---\ntitle: Zoo\n---\n\nSee [the cages](./cages).\n");
    dir.write("repo/docs/cages.mdx", "---\ntitle: Cages\n---\n\nBack to [the zoo](./index).\n");
    shell("git add . && git -c user.name=t -c user.email=t@localhost commit -qm second");
    const std::string rename = "/rename-page cages animals/cages";
    const auto ran = docent_cli({"run", rename, repo()});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(has(ran.out,
                    "diff --git a/docs/cages.mdx b/docs/animals/cages.mdx\nrename from "
                    "docs/cages.mdx\nrename to docs/animals/cages.mdx\n--- a/docs/cages.mdx\n+++ "
                    "b/docs/animals/cages.mdx\n@@ "))
        << ran.out;
    dir.write("report.txt", ran.out);
    shell("git apply --check ../report.txt");
    const auto wrote = docent_cli({"run", rename, repo(), "--write"});
    EXPECT_EQ(wrote.code, 0) << wrote.err;
    EXPECT_EQ(dir.read("repo/docs/animals/cages.mdx"),
              "---\ntitle: Cages\n---\n\nBack to [the zoo](../index).\n");
    EXPECT_FALSE(std::filesystem::exists(dir.path() / "repo/docs/cages.mdx"));
    EXPECT_TRUE(has(page(), "[the cages](./animals/cages)")) << page();
    shell("git checkout -q . && rm -r docs/animals && git apply ../report.txt");
    EXPECT_TRUE(has(page(), "[the cages](./animals/cages)"));
    EXPECT_EQ(docent_cli({"run", "/check-links", repo()}).code, 0);
}

TEST_F(RunCommandTest, FilesWithChangesThatAreNotCommittedAreKept) {
    dir.write("repo/docs/index.mdx", "The capybara, changed\n");
    const auto ran = docent_cli({"run", line, repo(), "--write"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.err,
              "docent: nothing is written: docs/index.mdx has changes that are not committed. Commit or "
              "stash first, "
              "or take --force\n");
    EXPECT_EQ(page(), "The capybara, changed\n");
    EXPECT_EQ(docent_cli({"run", line, repo(), "--write", "--force"}).code, 0);
    EXPECT_EQ(page(), "The wombat, changed\n");
    dir.write("repo/docs/new.mdx", "A capybara\n");
    EXPECT_TRUE(has(docent_cli({"run", line, repo(), "--write"}).err, "docs/new.mdx is not committed"));
}

TEST_F(RunCommandTest, WithoutGitNothingIsWrittenUnlessForced) {
    dir.write("plain/a.md", "A capybara\n");
    const auto folder = (dir.path() / "plain").string();
    EXPECT_TRUE(has(docent_cli({"run", line, folder, "--write"}).err, "a.md is in no git repository"));
    EXPECT_EQ(docent_cli({"run", line, folder, "--write", "--force"}).code, 0);
    EXPECT_EQ(dir.read("plain/a.md"), "A wombat\n");
}

TEST_F(RunCommandTest, TheDocumentationsFolderIsFoundOrNamed) {
    EXPECT_TRUE(has(docent_cli({"run", line, repo() + "/docs"}).out, "- `docs/index.mdx:5`"));
    EXPECT_TRUE(has(docent_cli({"run", line, repo(), "--docs", "."}).out, "- `README.md:1`"));
    EXPECT_EQ(docent_cli({"run", line, repo(), "--docs", "../.."}).code, 2);
    EXPECT_EQ(docent_cli({"run", line, repo() + "/nowhere"}).code, 3);
}

TEST_F(RunCommandTest, ScriptsReadJsonAndTheExitCode) {
    const auto ran = docent_cli({"run", line, repo(), "--json"});
    EXPECT_EQ(ran.code, 0);
    const auto got = boost::json::parse(ran.out).as_object();
    EXPECT_EQ(got.at("title").as_string(), "Replace \"capybara\" with \"wombat\"");
    EXPECT_FALSE(got.at("written").as_bool());
    const auto& change = got.at("changes").as_array().at(0).as_object();
    EXPECT_EQ(change.at("kind").as_string(), "edit");
    EXPECT_EQ(change.at("path").as_string(), "docs/index.mdx");
    EXPECT_EQ(change.at("additions").to_number<int>(), 1);
    EXPECT_TRUE(has(std::string(change.at("diff").as_string()), "+The wombat is here."));

    const auto stale = docent_cli({"run", "/stale --since 2100-01-01", repo()});
    EXPECT_EQ(stale.code, 1);
    EXPECT_TRUE(has(stale.out, "1 of 1 page was not changed since 2100-01-01.")) << stale.out;
    EXPECT_EQ(docent_cli({"run", "/format", repo(), "--docs", "docs", "--write"}).code, 0);
    EXPECT_EQ(page(), "---\ntitle: Zoo\n---\n\nThe capybara is here.\n");
}

TEST_F(RunCommandTest, WrongUseIsNamed) {
    const auto wrong = docent_cli({"run", "/replac a b", repo()});
    EXPECT_EQ(wrong.code, 2);
    EXPECT_EQ(wrong.err, "docent: there is no command /replac; did you mean /replace? /help lists them\n");
    EXPECT_EQ(docent_cli({"run", "format", repo()}).code, 2);
    EXPECT_EQ(docent_cli({"run", "/replace a", repo()}).code, 2);
    const auto help = docent_cli({"run", "--help"});
    EXPECT_TRUE(has(help.out, "/replace OLD NEW")) << help.out;
    EXPECT_TRUE(has(docent_cli({"run", "/help", repo()}).out, "`/translations [--in GLOB]`"));
}

}  // namespace docent::test
