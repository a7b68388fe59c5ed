#include "maintenance/site_fixture.hpp"

namespace docent::maintenance {
namespace {

class Validate : public SiteTest {
protected:
    void SetUp() override {
        write("docs.json", "{\"navigation\": {\"pages\": [\"index\", \"a\", \"missing\"]}}\n");
        write("index.mdx", "---\ntitle: Home\n---\n[a](/a#one) [old](/never)\n\n```\nx\n```\n");
        write("a.mdx", "---\ntitle: A\n---\n## One\n\n<Note>\nx\n</Note>\n");
        base = commit("first");
    }
    std::string told() {
        std::string out;
        for (const auto& finding : validate(base))
            out += finding.file + ":" + std::to_string(finding.line) + " " + finding.rule + "\n";
        return out;
    }
    std::string base;
};

TEST_F(Validate, what_was_wrong_before_is_not_told) {
    EXPECT_EQ(told(), "");
    write("index.mdx", "---\ntitle: Home\n---\nmore\n\n[a](/a#one) [old](/never)\n\n```\nx\n```\n");
    EXPECT_EQ(told(), "");
    write("index.mdx", "---\ntitle: Home\n---\n[a](/a#one) [old](/never) [old](/never)\n");
    EXPECT_EQ(told(), "index.mdx:4 link\n");
}

TEST_F(Validate, links_of_untouched_pages_are_checked) {
    write("a.mdx", "---\ntitle: A\n---\n## Two\n");
    EXPECT_EQ(told(), "index.mdx:4 anchor\n");
    EXPECT_EQ(validate(base)[0].message,
              "The link `/a#one` is broken: the page `/a` has no heading with the anchor `#one`. Name a "
              "heading that is "
              "there.");
    commit("second");
    EXPECT_EQ(told(), "index.mdx:4 anchor\n");
    std::filesystem::remove(root / "a.mdx");
    EXPECT_EQ(told(), "docs.json:1 navigation\nindex.mdx:4 link\n");
}

TEST_F(Validate, new_files_are_whole_pages_of_the_navigation) {
    write("b.mdx", "---\ntitle: B\n");
    write("c.mdx", "no title\n");
    write("d.mdx", "---\ntitle: [a\n---\nx\n");
    write("e.mdx", "---\ntitle: E\nhidden: true\n---\n<Card>\n\n```js\n</Card>\n");
    write("f.mdx",
          "---\ntitle: F\nhidden: true\n---\n<Steps><Step>\n</Steps>\n</Tab>\n<br>\n{/* <b> */} `<i>` "
          "a<b>c</b>\n");
    EXPECT_EQ(told(),
              "b.mdx:0 navigation\nb.mdx:1 front-matter\nc.mdx:0 navigation\nc.mdx:1 front-matter\n"
              "d.mdx:0 navigation\nd.mdx:3 front-matter\ne.mdx:5 component\ne.mdx:7 code-fence\n"
              "f.mdx:5 component\nf.mdx:7 component\n");
}

TEST_F(Validate, a_broken_docs_json_is_told_with_its_line) {
    write("docs.json", "{\n  \"navigation\": {\"pages\": [\"index\" \"a\"]}\n}\n");
    const auto found = told();
    EXPECT_EQ(found.substr(0, found.find('\n')), "docs.json:2 config") << found;
}

TEST_F(Validate, a_page_that_moved_takes_its_faults_along) {
    write("docs.json", "{\"navigation\": {\"pages\": [\"start\", \"a\", \"missing\"]}}\n");
    move("index.mdx", "start.mdx");
    EXPECT_EQ(told(), "");
}

TEST_F(Validate, an_unknown_commit_is_refused) {
    const auto found = blocking_validate(tree(), std::string(40, 'a'));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::not_found);
}

TEST_F(Validate, orphans_and_check_links_say_what_they_find) {
    write("lonely.mdx", "---\ntitle: L\n---\n[self](/lonely)\n");
    write("snippets/used.mdx", "x");
    write("snippets/unused.mdx", "x");
    write("img/a.png", "x");
    write("img/b.png", "x");
    write("img/c d.png", "x");
    write("style.css", ".x { background: url(/img/b.png) }");
    write("a.mdx",
          "---\ntitle: A\n---\nimport U from \"/snippets/used.mdx\"\n\n## One\n\n<U "
          "/>\n![c](/img/c%20d.png)\n");
    EXPECT_EQ(run("/orphans").report,
              "## Pages that nothing leads to\n\nThey are in no navigation, and no page links to them.\n\n- "
              "`lonely.mdx`\n"
              "\n## Navigation without a page\n\nThese entries name a page that has no file.\n\n- "
              "`docs.json:1`: `missing`\n"
              "\n## Unused snippets\n\nNo page takes them in.\n\n- `snippets/unused.mdx`\n"
              "\n## Unused pictures and files\n\nNo page, style or setting names them.\n\n- `img/a.png`\n");
    const auto outcome = run("/check-links");
    EXPECT_EQ(outcome.title, "2 broken links");
    EXPECT_TRUE(outcome.changes.empty());
    EXPECT_NE(outcome.report.find("- `index.mdx:4`: `/never`: there is no page at `/never`.\n"),
              std::string::npos)
        << outcome.report;
}

}  // namespace
}  // namespace docent::maintenance
