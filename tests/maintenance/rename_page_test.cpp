#include "maintenance/site_fixture.hpp"

namespace docent::maintenance {
namespace {

constexpr const char* config = R"({
    "name": "Site",   // a comment stays
    "navigation": {
        "languages": [
            { "language": "en", "groups": [ { "group": "G", "root": "index", "pages": ["guides/start", "guides/next" ] } ] },
            { "language": "fr", "$ref": "./fr.json" },
            {"language": "es", "pages": ["es/guides/start"]}, {"language": "zh", "pages": ["zh/index"]}
        ],
        "global": {"anchors": [{"anchor": "Start", "href": "/guides/start#a"}]}
    },
    "redirects": [
        {
            "source": "/begin",
            "destination": "/guides/start"
        },
        {"source": "/tour/first", "destination": "/index"}
    ],
    "navbar": {"links": [{"label": "x", "href": "/guides/start/"}]}
})";

class RenamePage : public SiteTest {
protected:
    void SetUp() override {
        write("docs.json", config);
        write("fr.json", "{\"pages\": [\r\n  \"fr/guides/start\"\r\n]}\r\n");
        write("index.mdx",
              "---\ntitle: Home\nrelated:\n  - /guides/start\n---\n[a](/guides/start) [b](guides/start#a) "
              "<Card href='/guides/start?x=1#a' /> `[c](/guides/start)`\n\n```md\n[d](/guides/start)\n```\n"
              "[e](./guides/start.mdx) [f](/guides/start/) [g][ref] [h](/guides/startling)\n\n"
              "[ref]: <guides/start> \"T\"\n");
        write("guides/start.mdx",
              "\xef\xbb\xbf---\r\ntitle: Start\r\n---\r\nimport X from \"../snippets/x.mdx\"\r\n\r\n"
              "## A\r\n\r\n[n](./next) [o](next#b) ![p](../p.png) [self](/guides/start#a) [q](#a)");
        write("guides/next.mdx", "---\ntitle: Next\n---\n## B\n[back](start) [back](./start.mdx#a)\n");
        write("fr/guides/start.mdx", "---\ntitle: Debut\n---\n[en](/guides/start) [fr](/fr/guides/start)\n");
        write("es/guides/start.mdx", "---\ntitle: Inicio\n---\n[home](../../index)\n");
        write("zh/index.mdx", "---\ntitle: Z\n---\n[s](/begin)\n");
        write("snippets/x.mdx", "See [start](/guides/start).\n");
        write("p.png", "png");
        commit("first");
    }
};

TEST_F(RenamePage, a_page_takes_its_translations_navigation_links_and_a_redirect_along) {
    const auto outcome = run("/rename-page guides/start /tour/first");
    EXPECT_EQ(outcome.title, "Rename guides/start to tour/first");
    apply(outcome);
    EXPECT_FALSE(is_there("guides/start.mdx"));
    EXPECT_EQ(read("docs.json"), R"({
    "name": "Site",   // a comment stays
    "navigation": {
        "languages": [
            { "language": "en", "groups": [ { "group": "G", "root": "index", "pages": ["tour/first", "guides/next" ] } ] },
            { "language": "fr", "$ref": "./fr.json" },
            {"language": "es", "pages": ["es/tour/first"]}, {"language": "zh", "pages": ["zh/index"]}
        ],
        "global": {"anchors": [{"anchor": "Start", "href": "/tour/first#a"}]}
    },
    "redirects": [
        {
            "source": "/begin",
            "destination": "/tour/first"
        },
        { "source": "/guides/start", "destination": "/tour/first" },
        { "source": "/es/guides/start", "destination": "/es/tour/first" },
        { "source": "/fr/guides/start", "destination": "/fr/tour/first" }
    ],
    "navbar": {"links": [{"label": "x", "href": "/tour/first/"}]}
})");
    EXPECT_EQ(read("fr.json"), "{\"pages\": [\r\n  \"fr/tour/first\"\r\n]}\r\n");
    EXPECT_EQ(read("index.mdx"),
              "---\ntitle: Home\nrelated:\n  - /tour/first\n---\n[a](/tour/first) [b](tour/first#a) "
              "<Card href='/tour/first?x=1#a' /> `[c](/guides/start)`\n\n```md\n[d](/guides/start)\n```\n"
              "[e](./tour/first.mdx) [f](/tour/first/) [g][ref] [h](/guides/startling)\n\n"
              "[ref]: <tour/first> \"T\"\n");
    EXPECT_EQ(
        read("tour/first.mdx"),
        "\xef\xbb\xbf---\r\ntitle: Start\r\n---\r\nimport X from \"../snippets/x.mdx\"\r\n\r\n"
        "## A\r\n\r\n[n](../guides/next) [o](../guides/next#b) ![p](../p.png) [self](/tour/first#a) [q](#a)");
    EXPECT_EQ(read("guides/next.mdx"),
              "---\ntitle: Next\n---\n## B\n[back](../tour/first) [back](../tour/first.mdx#a)\n");
    EXPECT_EQ(read("fr/tour/first.mdx"), "---\ntitle: Debut\n---\n[en](/tour/first) [fr](/fr/tour/first)\n");
    EXPECT_EQ(read("es/tour/first.mdx"), "---\ntitle: Inicio\n---\n[home](../../index)\n");
    EXPECT_EQ(read("zh/index.mdx"), "---\ntitle: Z\n---\n[s](/begin)\n");
    EXPECT_EQ(read("snippets/x.mdx"), "See [start](/tour/first).\n");
    EXPECT_NE(outcome.report.find("The redirect away from `/tour/first` is gone"), std::string::npos)
        << outcome.report;
    EXPECT_NE(outcome.report.find("`index.mdx:9`"), std::string::npos) << outcome.report;
    for (const auto& finding : validate("HEAD"))
        ADD_FAILURE() << finding.file << ":" << finding.line << " " << finding.message;
}

TEST_F(RenamePage, there_and_back_again_leaves_no_circle_of_redirects) {
    apply(run("/rename-page guides/start tour/second"));
    commit("there");
    apply(run("/rename-page tour/second guides/start"));
    for (const auto& finding : validate("HEAD")) ADD_FAILURE() << finding.file << " " << finding.message;
    const auto text = read("docs.json");
    EXPECT_EQ(text.find("\"source\": \"/guides/start\""), std::string::npos) << text;
    EXPECT_EQ(read("index.mdx").find("second"), std::string::npos);
}

TEST_F(RenamePage, what_is_taken_or_wrong_is_refused) {
    EXPECT_EQ(refusal("/rename-page guides/start guides/next"),
              "NEW is taken: there is a page at \"guides/next\" already");
    EXPECT_NE(refusal("/rename-page guides/strat x").find("did you mean \"guides/start\"?"),
              std::string::npos);
    EXPECT_NE(refusal("/rename-page guides/start ../x"), "");
    EXPECT_NE(refusal("/rename-page guides/start guides/start"), "");
    EXPECT_NE(refusal("/rename-page guides/start"), "");
    write("fr/tour/first.mdx", "x");
    EXPECT_NE(refusal("/rename-page guides/start tour/first"), "");
}

TEST_F(RenamePage, a_name_with_a_blank_is_a_page_and_an_operation_is_none) {
    write("docs.json",
          R"({"navigation": {"pages": ["index", "my guides/page one", "GET /pets", "webhook order"]}})");
    write("my guides/page one.mdx", "---\ntitle: One\n---\n\nOne.\n");
    write("index.mdx", "---\ntitle: Home\n---\n[a](</my guides/page one>)\n");
    commit("blank");
    const auto outcome = run("/rename-page \"my guides/page one\" guides/one");
    apply(outcome);
    const auto now = read("docs.json");
    EXPECT_NE(now.find("\"guides/one\", \"GET /pets\", \"webhook order\""), std::string::npos) << now;
}

TEST_F(RenamePage, only_letter_case_may_change) {
    apply(run("/rename-page guides/start guides/Start"));
    EXPECT_TRUE(is_there("guides/Start.mdx"));
    EXPECT_EQ(read("guides/next.mdx"), "---\ntitle: Next\n---\n## B\n[back](Start) [back](./Start.mdx#a)\n");
}

TEST_F(RenamePage, a_plain_tree_keeps_its_links_between_files) {
    std::filesystem::remove(root / "docs.json");
    docs = "docs";
    write("docs/01-intro.md", "# Intro\n[u](guide/use.md#go) ![p](img/a%20b.png)\n");
    write("docs/guide/use.md", "# Use\n## Go\n[i](../01-intro.md) [m](more.md)\n");
    write("docs/guide/more.md", "# More\n[u](./use.md)\n");
    write("docs/img/a b.png", "png");
    commit("plain");
    const auto outcome = run("/rename-page guide/use use");
    EXPECT_NE(outcome.report.find("No redirect"), std::string::npos);
    apply(outcome);
    EXPECT_EQ(read("docs/01-intro.md"), "# Intro\n[u](use.md#go) ![p](img/a%20b.png)\n");
    EXPECT_EQ(read("docs/use.md"), "# Use\n## Go\n[i](01-intro.md) [m](guide/more.md)\n");
    EXPECT_EQ(read("docs/guide/more.md"), "# More\n[u](../use.md)\n");
}

TEST_F(RenamePage, redirects_are_begun_where_there_are_none) {
    write("docs.json",
          "{\n\t\"name\": \"S\",\n\t\"navigation\": {\"pages\": [\"index\", \"guides/start\"]}\n}\n");
    apply(run("/rename-page guides/start a"));
    EXPECT_EQ(
        read("docs.json"),
        "{\n\t\"name\": \"S\",\n\t\"navigation\": {\"pages\": [\"index\", \"a\"]},\n\t\"redirects\": "
        "[\n\t\t{\n\t\t\t\"source\": \"/guides/start\",\n\t\t\t\"destination\": \"/a\"\n\t\t},\n\t\t{\n\t\t\t"
        "\"source\": \"/es/guides/start\",\n\t\t\t\"destination\": "
        "\"/es/a\"\n\t\t},\n\t\t{\n\t\t\t\"source\": "
        "\"/fr/guides/start\",\n\t\t\t\"destination\": \"/fr/a\"\n\t\t}\n\t]\n}\n");
}

}  // namespace
}  // namespace docent::maintenance
