#include "api/mcp/shell/run.hpp"

#include <gtest/gtest.h>

#include "api/mcp/shell/glob.hpp"
#include "api/mcp/shell/script.hpp"
#include "base/text.hpp"
#include "search/sites.hpp"

namespace docent::api::shell {
namespace {

/// A small documentation; two of its pages are not for everybody.
std::shared_ptr<const search::Index> docs() {
    const auto site = [] {
        auto out = search::test_sites::site_of({
            {"index", "Welcome", "Acme moves crates."},
            {"guides/install", "Install",
             "Run the installer.\n\n```sh\ncurl acme.example | sh\n```\n\nThen log in."},
            {"guides/move", "Move a crate", "Use `acme move`.\nOptions: --fast, --slow\nA crate is a box."},
            {"guides/deep/limits", "Limits", "At most 100 crates a day.\nAt most 5 GB."},
            {"staff", "Staff", "topsecret", "en", {"staff"}},
            {"draft", "Draft", "topsecret draft"},
        });
        out.pages.back().searchable = out.pages.back().listed = false;
        return out;
    }();
    static const test::TempDir folder;
    static int files = 0;
    const auto file = folder.path() / (std::to_string(++files) + ".idx");
    EXPECT_TRUE(search::write_index(site, file));
    auto index = search::Index::open(file);
    EXPECT_TRUE(index);
    return *index;
}

Outcome ran(std::string_view script) {
    static const auto index = docs();
    auto out = run_script(*index, script, std::chrono::seconds(60));
    EXPECT_TRUE(out) << script << ": " << out.error().message;
    return out ? *out : Outcome();
}
std::string out_of(std::string_view script) { return ran(script).out; }

std::string refusal(std::string_view script) {
    const auto parsed = parse_script(script);
    EXPECT_FALSE(parsed) << script;
    return parsed ? "" : parsed.error().message;
}

TEST(ShellTest, PagesAreMarkdownFilesInFolders) {
    EXPECT_EQ(out_of("ls /"), "guides/\nindex.md\n");
    EXPECT_EQ(out_of("ls"), "guides/\nindex.md\n");
    EXPECT_EQ(out_of("ls guides"), "deep/\ninstall.md\nmove.md\n");
    EXPECT_EQ(out_of("ls -R guides"), "/guides:\ndeep/\ninstall.md\nmove.md\n\n/guides/deep:\nlimits.md\n");
    EXPECT_EQ(out_of("cat index.md"), "# Welcome\n\nAcme moves crates.\n");
    EXPECT_EQ(out_of("tree /"),
              "/\n├── guides/\n│   ├── deep/\n│   │   └── limits.md\n│   ├── install.md\n│   └── "
              "move.md\n└── index.md\n\n"
              "2 directories, 4 files\n");
    EXPECT_EQ(out_of("tree -L 1"), "/\n├── guides/\n└── index.md\n\n1 directories, 1 files\n");
    EXPECT_NE(out_of("ls -la guides").find("-r--r--r--"), std::string::npos);
}

TEST(ShellTest, APageIsFoundUnderTheNamesThatPeopleWriteForIt) {
    const auto text = out_of("cat /guides/move.md");
    for (const auto* name : {"/guides/move", "/guides/move.mdx", "guides/move.md",
                             "./guides/../guides/move.md", "\"guides/move.md\"", "'/guides/move.mdx'",
                             "/guides/mov\\e.md", "/guides/mo*.md", "/**/move.mdx", "/guides/[m]ove.?d"})
        EXPECT_EQ(out_of(std::string("cat ") + name), text) << name;
    const auto missing = ran("cat /guides/nothing.md");
    EXPECT_EQ(missing.exit, 1);
    EXPECT_EQ(missing.err, "cat: /guides/nothing.md: No such file or directory\n");
    EXPECT_EQ(ran("cat /guides").err, "cat: /guides: Is a directory\n");
}

TEST(ShellTest, PagesThatAreNotForEverybodyAreNotThere) {
    for (const auto* script : {"ls -aR /", "find /", "cat /staff.md", "cat /staff /draft /draft.md",
                               "rg topsecret", "grep -r topsecret /", "head -n 100 /s*", "tree",
                               "wc -c /staff.md", "rg -l . /", "rg --files", "cat /**"}) {
        const auto outcome = ran(script);
        EXPECT_EQ(outcome.out.find("topsecret"), std::string::npos) << script;
        EXPECT_EQ(outcome.out.find("draft"), std::string::npos) << script;
        EXPECT_EQ(outcome.out.find("staff"), std::string::npos) << script;
    }
}

TEST(ShellTest, NothingOfTheMachineIsThere) {
    for (const auto* script :
         {"cat /etc/passwd", "ls /etc", "cat ../../../etc/passwd", "cat /proc/self/environ", "find /proc",
          "ls /home ~", "cat file:///etc/passwd"})
        EXPECT_TRUE(ran(script).out.empty()) << script;
    for (const auto* program :
         {"sh", "bash -c ls", "rm -rf /", "/bin/cat /index.md", "curl x", "env", "../cat"}) {
        const auto outcome = ran(program);
        EXPECT_EQ(outcome.exit, 127) << program;
        EXPECT_NE(outcome.err.find("command not found; there are: cat, cd"), std::string::npos);
    }
}

TEST(ShellTest, WhatIsNoReadingIsRefusedInPlainWords) {
    EXPECT_EQ(refusal("cat /index.md > /x"),
              "the documentation is read-only: nothing can be written to a file");
    EXPECT_EQ(refusal("echo x >> y"), "the documentation is read-only: nothing can be written to a file");
    EXPECT_EQ(refusal("ls &> /dev/nullx"),
              "the documentation is read-only: nothing can be written to a file");
    EXPECT_NE(refusal("cat $HOME").find("variables"), std::string::npos);
    EXPECT_NE(refusal("cat \"${x}\"").find("variables"), std::string::npos);
    EXPECT_NE(refusal("cat $(ls)").find("substitution"), std::string::npos);
    EXPECT_NE(refusal("cat `ls`").find("substitution"), std::string::npos);
    EXPECT_NE(refusal("(ls)").find("groups"), std::string::npos);
    EXPECT_NE(refusal("ls &").find("background"), std::string::npos);
    EXPECT_NE(refusal("cat < x").find("input redirection"), std::string::npos);
    for (const auto* broken : {"", "   ", "# nothing", "|", "ls |", "| ls", "ls && ", "&& ls", ";", "ls || ",
                               "'x", "\"x", "x\\", "ls ;; ls", "\xff", "rg a | | wc"})
        EXPECT_FALSE(refusal(broken).empty()) << broken;
    EXPECT_NE(refusal(std::string(4'001, 'x')).find("4,000"), std::string::npos);
    std::string many = "ls";
    for (int i = 0; i < 30; ++i) many += "|wc";
    EXPECT_NE(refusal(many).find("20 parts"), std::string::npos);
    EXPECT_NE(ran("find / -exec rm {} +").err.find("-exec is not supported"), std::string::npos);
}

TEST(ShellTest, GrepFindsLinesWithTheirPlaces) {
    EXPECT_EQ(out_of("grep -rn crate /"),
              "/guides/deep/limits.md:3:At most 100 crates a day.\n/guides/move.md:1:# Move a crate\n"
              "/guides/move.md:5:A crate is a box.\n/index.md:3:Acme moves crates.\n");
    EXPECT_EQ(out_of("rg -n 'At most' guides"), out_of("grep -rn \"At most\" guides"));
    EXPECT_EQ(out_of("rg -i ACME /index.md"), "3:Acme moves crates.\n");
    EXPECT_EQ(out_of("grep -l crate /guides/*"), "/guides/deep/limits.md\n/guides/move.md\n");
    EXPECT_EQ(out_of("grep -c crate /guides/move.md"), "2\n");
    EXPECT_EQ(out_of("grep -rhoE '[0-9]+ (GB|crates)' /"), "100 crates\n5 GB\n");
    EXPECT_EQ(out_of("grep -rh 'GB\\|box' /"), "At most 5 GB.\nA crate is a box.\n");
    EXPECT_EQ(out_of("grep -rhF -- '--fast' /"), "Options: --fast, --slow\n");
    EXPECT_EQ(out_of("grep -w crate /guides/deep/limits.md"), "");
    EXPECT_EQ(out_of("rg -A1 -n Options /guides/move.md"),
              "4:Options: --fast, --slow\n5-A crate is a box.\n");
    EXPECT_EQ(out_of("rg -l crate -g '*.mdx' -g '!index.md' /"), "/guides/deep/limits.md\n/guides/move.md\n");
    EXPECT_EQ(out_of("rg -l crate -g 'guides/*' /"), "/guides/deep/limits.md\n/guides/move.md\n");
    EXPECT_EQ(out_of("grep -rl crate --include=move.mdx /"), "/guides/move.md\n");
    EXPECT_EQ(out_of("grep -v crate /index.md | wc -l"), "2\n");
    EXPECT_EQ(out_of("grep -m1 -rh most /"), "At most 100 crates a day.\n");
    EXPECT_EQ(ran("grep -rn unicorn /").exit, 1);
    EXPECT_EQ(ran("rg '(' /").exit, 2);
    EXPECT_NE(ran("rg '(' /").err.find("regular expression"), std::string::npos);
    EXPECT_EQ(ran("grep --nonsense x /").err, "grep: unknown option --nonsense\n");
    EXPECT_EQ(out_of("rg '^At .*day\\.$' / | head -1"),
              "/guides/deep/limits.md:3:At most 100 crates a day.\n");
}

TEST(ShellTest, ContextOfSeveralMatchesIsPrintedOnce) {
    EXPECT_EQ(out_of("grep -n -C1 -E 'Options|box' /guides/move.md"),
              "3-Use `acme move`.\n4:Options: --fast, --slow\n5:A crate is a box.\n");
    EXPECT_EQ(out_of("grep -n -B1 -E 'Move|box' /guides/move.md"),
              "1:# Move a crate\n--\n4-Options: --fast, --slow\n5:A crate is a box.\n");
    EXPECT_EQ(out_of("grep -h -A1 -r most /guides"), "At most 100 crates a day.\nAt most 5 GB.\n");
}

TEST(ShellTest, FindFiltersByNameTypeAndDepth) {
    EXPECT_EQ(out_of("find / -name '*.md' -type f"),
              "/guides/deep/limits.md\n/guides/install.md\n/guides/move.md\n/index.md\n");
    EXPECT_EQ(out_of("find . -name \"*.mdx\" -maxdepth 1"), "/index.md\n");
    EXPECT_EQ(out_of("find / -type d"), "/\n/guides\n/guides/deep\n");
    EXPECT_EQ(out_of("find /guides -iname 'MOVE*' -o -path '*deep/*'"),
              "/guides/deep/limits.md\n/guides/move.md\n");
    EXPECT_EQ(out_of("find / -type f ! \\( -name index.md -o -path '/guides/*' \\)"), "");
    EXPECT_EQ(ran("find / -size +1k").exit, 1);
}

TEST(ShellTest, PartsOfTextsAreRead) {
    EXPECT_EQ(out_of("head -1 /guides/move.md"), "# Move a crate\n");
    EXPECT_EQ(out_of("head -n 1 /guides/move.md /index.md"),
              "==> /guides/move.md <==\n# Move a crate\n\n==> /index.md <==\n# Welcome\n");
    EXPECT_EQ(out_of("tail -n 1 /guides/move.md"), "A crate is a box.\n");
    EXPECT_EQ(out_of("tail -n +5 /guides/move.md"), "A crate is a box.\n");
    EXPECT_EQ(out_of("sed -n '4,5p' /guides/move.md"), "Options: --fast, --slow\nA crate is a box.\n");
    EXPECT_EQ(out_of("sed -n 5p /guides/move.md"), "A crate is a box.\n");
    EXPECT_EQ(out_of("sed -n '5,$p' /guides/move.md"), "A crate is a box.\n");
    EXPECT_EQ(ran("sed -i s/a/b/ /index.md").exit, 2);
    EXPECT_EQ(out_of("cat -n /index.md"), "     1\t# Welcome\n     2\t\n     3\tAcme moves crates.\n");
    EXPECT_EQ(out_of("wc -l /index.md"), "3 /index.md\n");
    EXPECT_EQ(out_of("cat /index.md | wc"), "3 5 30\n");
    EXPECT_EQ(out_of("echo -n b a | cat"), "b a\n");
    EXPECT_EQ(out_of("rg -ohN '[a-z]+' /index.md | sort | uniq -c | sort -rn | head -1").substr(0, 8),
              "      1 ");
    EXPECT_EQ(out_of("head -c 3 /index.md"), "# W\n");
}

TEST(ShellTest, CommandsAreJoinedAsInAShell) {
    EXPECT_EQ(out_of("cd guides && ls; pwd"), "deep/\ninstall.md\nmove.md\n/guides\n");
    EXPECT_EQ(out_of("cat /nothing 2>/dev/null || echo none"), "none\n");
    EXPECT_EQ(ran("cat /nothing 2>/dev/null").err, "");
    EXPECT_EQ(out_of("cat /nothing && echo some"), "");
    EXPECT_EQ(out_of("cat /nothing 2>&1 | wc -l"), "1\n");
    EXPECT_EQ(out_of("ls / > /dev/null; echo 'a # b' # c"), "a # b\n");
    EXPECT_EQ(out_of("ls /\nls guides/deep\n"), "guides/\nindex.md\nlimits.md\n");
    EXPECT_EQ(out_of("ls | grep guides | cat"), "guides/\n");
    EXPECT_EQ(out_of("echo \"a$\" '$x'"), "a$ $x\n");
}

TEST(ShellTest, LongAnswersAreCutWithAMark) {
    Outcome outcome;
    for (int i = 0; i < 10'000; ++i) outcome.out += "é line\n";
    outcome.err = std::string(50'000, 'e');
    const auto text = outcome_text(outcome);
    EXPECT_LE(text.size(), max_outcome_text);
    EXPECT_GE(text.size(), max_outcome_text - 500);
    EXPECT_TRUE(is_utf8(text));
    EXPECT_NE(text.find(" of 80000 bytes are shown"), std::string::npos);
    EXPECT_EQ(outcome_text({2, "", "x: no\n", {}}), "exit: 2\n--- stderr ---\nx: no\n");
    EXPECT_EQ(outcome_text({0, "a\n", "", {}}), "exit: 0\n--- stdout ---\na\n");
}

TEST(ShellTest, WhatIsLeftOutIsSaid) {
    auto site = search::test_sites::site_of({{"a", "A", std::string(5 << 20, 'x')}, {"b", "B", "short"}});
    const search::test_sites::Built built(site);
    for (const auto* script : {"cat /a.md | wc -c", "wc -c /a.md /b.md", "cat /a /b", "sort /a.md"}) {
        const auto outcome = run_script(*built.index, script, std::chrono::seconds(60));
        ASSERT_TRUE(outcome);
        EXPECT_NE(outcome->err.find("stopped after 5 MB"), std::string::npos) << script;
    }
}

TEST(ShellTest, ACommandThatTakesTooLongIsStopped) {
    const auto index = docs();
    const auto outcome = run_script(*index, "rg crate /", std::chrono::milliseconds(0));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->exit, 124);
    EXPECT_NE(outcome->err.find("took too long"), std::string::npos);
}

TEST(ShellTest, GlobsMatchAsInAShell) {
    EXPECT_TRUE(glob_matches("*.md", "a.md", false));
    EXPECT_FALSE(glob_matches("*.md", "a/b.md", false));
    EXPECT_TRUE(glob_matches("*.md", "a/b.md", true));
    EXPECT_TRUE(glob_matches("/**/x.md", "/a/b/x.md", false));
    EXPECT_TRUE(glob_matches("/**/x.md", "/x.md", false));
    EXPECT_TRUE(glob_matches("[!a-c]?\\*", "dx*", false));
    EXPECT_FALSE(glob_matches("[a-c]", "d", false));
    EXPECT_TRUE(glob_matches("[]x]", "]", false));
    EXPECT_TRUE(glob_matches("[x", "[x", false));
    EXPECT_TRUE(glob_matches("INDEX.*", "index.md", false, true));
    std::string stars, text(2'000, 'a');
    for (int i = 0; i < 500; ++i) stars += "*a";
    EXPECT_FALSE(glob_matches(stars + "b", text, false));
}

}  // namespace
}  // namespace docent::api::shell
