#include "maintenance/site_fixture.hpp"

namespace docent::maintenance {
namespace {

class FixLinks : public SiteTest {
protected:
    void begin(const std::string& pages, const std::string& redirects = "") {
        write("docs.json",
              "{\"navigation\": {\"pages\": [" + pages + "]}, \"redirects\": [" + redirects + "]}\n");
    }
    static std::string page(const std::string& body) { return "---\ntitle: T\n---\n" + body; }
};

TEST_F(FixLinks, moved_pages_are_found_by_renames_in_a_row) {
    begin("\"index\"");
    write("index.mdx",
          page("[a](/old/a#x) [b](old/a.mdx) <Card href=\"/old/a/?q#x\" /> `[c](/old/a)`\r\n[d](/gone)"));
    write("old/a.mdx", page("## X\n\nsome words that stay the same\n[home](../index)\n"));
    write("gone.mdx", page("this page goes away for good\n"));
    commit("first");
    move("old/a.mdx", "new/b.mdx");
    std::filesystem::remove(root / "gone.mdx");
    commit("move once");
    move("new/b.mdx", "newer/deep/c.mdx");
    const auto last = commit("move twice");
    const auto outcome = run("/fix-links");
    EXPECT_EQ(outcome.title, "Fix 4 links");
    EXPECT_NE(outcome.report.find("again in " + last.substr(0, 9) + " (move twice)"), std::string::npos)
        << outcome.report;
    EXPECT_NE(outcome.report.find("the page was removed in"), std::string::npos) << outcome.report;
    apply(outcome);
    EXPECT_EQ(read("index.mdx"),
              page("[a](/newer/deep/c#x) [b](newer/deep/c.mdx) <Card href=\"/newer/deep/c/?q#x\" /> "
                   "`[c](/old/a)`\r\n[d](/gone)"));
    // Its own relative link was right where the page stood.
    EXPECT_EQ(read("newer/deep/c.mdx"), page("## X\n\nsome words that stay the same\n[home](../../index)\n"));
}

TEST_F(FixLinks, redirects_are_followed_to_their_end_and_circles_left) {
    begin("\"index\", \"c\"",
          "{\"source\": \"/a\", \"destination\": \"/b\"}, {\"source\": \"/b\", \"destination\": "
          "\"/c#top-part\"}, {\"source\": \"/x\", \"destination\": \"/y\"}, {\"source\": \"/y\", "
          "\"destination\": \"/x\"}, {\"source\": \"/old/*\", \"destination\": \"/*\"}");
    write("index.mdx", page("[a](/a) [b](a) [c](/old/c#top-part) [d](/x)\n"));
    write("c.mdx", page("## Top part\n"));
    commit("first");
    const auto outcome = run("/fix-links");
    apply(outcome);
    EXPECT_EQ(read("index.mdx"), page("[a](/c#top-part) [b](c#top-part) [c](/c#top-part) [d](/x)\n"));
    EXPECT_NE(outcome.report.find("its redirects lead in a circle"), std::string::npos) << outcome.report;
}

TEST_F(FixLinks, spelling_is_mended_where_one_page_fits) {
    begin("\"index\"");
    write("index.mdx",
          page("[a](/Guides/setup) [b](/guides/Setup.html#Step-One) [c](/twice) ![d](/Img/A.PNG)\n"));
    write("guides/Setup.mdx", page("## Step one\n"));
    write("Twice.mdx", page("a"));
    write("TWICE.mdx", page("b"));
    write("img/a.png", "png");
    commit("first");
    apply(run("/fix-links"));
    EXPECT_EQ(read("index.mdx"),
              page("[a](/guides/Setup) [b](/guides/Setup#step-one) [c](/twice) ![d](/img/a.png)\n"));
}

TEST_F(FixLinks, renamed_anchors_are_found_by_the_history_of_headings) {
    begin("\"index\", \"p\"");
    write("index.mdx", page("[a](/p#set-up) [b](/p#keys) [c](/p#setup-2) [d](/p#away) [e](/p#split)\n"));
    const std::string common = "\nInstall the program, then start it with the file that you wrote.\n\n";
    write(
        "p.mdx",
        page("## Set up\n" + common +
             "## Keys\n\nOne key for each person.\n\n## Setup\n\nFirst of two, about "
             "servers and ports.\n\n## Setup\n\nSecond of two, about clients and tokens.\n\n## Away\n\nThis "
             "goes to another page with all of its many words.\n\n## Split\n\nNothing is left of this.\n"));
    write("q.mdx", page("## Q\n\nq\n"));
    commit("first");
    write("p.mdx", page("## Install\n" + common +
                        "## API keys\n\nOne key for each person.\n\n## Setup\n\nSecond of two, "
                        "about clients and tokens.\n"));
    write("q.mdx", page("## Q\n\nq\n\n## Away\n\nThis goes to another page with all of its many words.\n"));
    commit("rename headings");
    move("q.mdx", "r.mdx");
    commit("rename the other page");
    const auto outcome = run("/fix-links");
    apply(outcome);
    EXPECT_EQ(read("index.mdx"),
              page("[a](/p#install) [b](/p#api-keys) [c](/p#setup) [d](/r#away) [e](/p#split)\n"))
        << outcome.report;
    EXPECT_NE(outcome.report.find("the heading \"Set up\" became \"Install\""), std::string::npos)
        << outcome.report;
    EXPECT_NE(outcome.report.find("the section \"Split\" was removed"), std::string::npos) << outcome.report;
}

TEST_F(FixLinks, a_page_and_its_heading_are_renamed_at_once) {
    begin("\"index\"");
    write("index.mdx", page("<Card href=\"/a#old-name\">[x](./a#old-name)</Card>\n"));
    write("a.mdx", page("## Old name\n\nWhat stands here stays as it is, word for word, line for line.\n\n## "
                        "Other\n\nMore.\n"));
    commit("first");
    std::filesystem::remove(root / "a.mdx");
    write("sub/b.mdx", page("## New title\n\nWhat stands here stays as it is, word for word, line for "
                            "line.\n\n## Other\n\nMore.\n"));
    commit("both");
    apply(run("/fix-links"));
    EXPECT_EQ(read("index.mdx"), page("<Card href=\"/sub/b#new-title\">[x](./sub/b#new-title)</Card>\n"));
}

TEST_F(FixLinks, headings_of_one_title_are_told_apart_or_left) {
    begin("\"index\"");
    write("index.mdx", page("[a](/p#setup-2)\n"));
    write("p.mdx", page("## Setup\n\nAlpha beta gamma delta.\n\n## Setup\n\nEpsilon zeta eta theta.\n"));
    commit("first");
    write("p.mdx", page("## Setup\n\nSomething else, of which nothing stood here before.\n"));
    commit("one is left");
    EXPECT_TRUE(run("/fix-links").changes.empty());
}

TEST_F(FixLinks, sections_that_moved_stay_in_their_language) {
    write(
        "docs.json",
        "{\"navigation\": {\"languages\": [{\"language\": \"en\", \"pages\": [\"a\", \"b\"]}, {\"language\": "
        "\"fr\", \"pages\": [\"fr/a\", \"fr/b\"]}]}}");
    const std::string section = "## Keys\n\nA section with enough words in it to know it again.\n";
    for (const std::string below : {"", "fr/"}) {
        write(below + "a.mdx", page("## A\n\na\n\n" + section));
        write(below + "b.mdx", page("## B\n\nb [k](/" + below + "a#keys) [l](./a#keys)\n"));
    }
    commit("first");
    for (const std::string below : {"", "fr/"}) {
        write(below + "a.mdx", page("## A\n\na\n"));
        write(below + "b.mdx", page("## B\n\nb [k](/" + below + "a#keys) [l](./a#keys)\n\n" + section));
    }
    // Not committed yet: it counts all the same.
    apply(run("/fix-links"));
    EXPECT_EQ(read("b.mdx"), page("## B\n\nb [k](/b#keys) [l](./b#keys)\n\n" + section));
    EXPECT_EQ(read("fr/b.mdx"), page("## B\n\nb [k](/fr/b#keys) [l](./b#keys)\n\n" + section));
}

TEST_F(FixLinks, a_pattern_limits_what_is_changed) {
    begin("\"index\"");
    write("index.mdx", page("[a](/A)\n"));
    write("sub/x.mdx", page("[a](/A)\n"));
    write("a.mdx", page("a"));
    commit("first");
    const auto outcome = run("/fix-links --in sub/**");
    ASSERT_EQ(outcome.changes.size(), 1U);
    EXPECT_EQ(outcome.changes[0].path, "sub/x.mdx");
}

TEST_F(FixLinks, without_history_only_spelling_and_redirects_tell) {
    begin("\"index\"", "{\"source\": \"/b\", \"destination\": \"/a\"}");
    write("index.mdx", page("[a](/A) [b](/b) [c](/c)\n"));
    write("a.mdx", page("a"));
    apply(run("/fix-links"));
    EXPECT_EQ(read("index.mdx"), page("[a](/a) [b](/a) [c](/c)\n"));
}

TEST_F(FixLinks, navigation_follows_a_page_that_was_moved) {
    begin("\"index\", \"old\"");
    write("index.mdx", page("a"));
    write("old.mdx", page("enough words to find this page again\n"));
    commit("first");
    move("old.mdx", "new/name.mdx");
    commit("moved");
    apply(run("/fix-links"));
    EXPECT_EQ(read("docs.json"),
              "{\"navigation\": {\"pages\": [\"index\", \"new/name\"]}, \"redirects\": []}\n");
}

}  // namespace
}  // namespace docent::maintenance
