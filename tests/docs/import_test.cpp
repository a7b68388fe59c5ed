#include "docs/import.hpp"

#include <gtest/gtest.h>

#include "docs/jsonl.hpp"
#include "support/temp_dir.hpp"

namespace docent::docs {
namespace {

const Page* page_at(const Site& site, std::string_view path) {
    for (const auto& page : site.pages)
        if (page.path == path) return &page;
    return nullptr;
}

bool has_problem(const Site& site, std::string_view file, std::string_view part) {
    for (const auto& problem : site.problems)
        if (problem.file == file && problem.message.find(part) != std::string::npos) return true;
    return false;
}

TEST(Import, MintlifySiteWithReferencesLanguagesAndVisibility) {
    test::TempDir dir;
    dir.write("docs.json",
              R"({"name":"Acme","variables":{"v":"3"},"redirects":[{"source":"/old","destination":"/guide"}],
        "navigation":{"languages":[{"language":"en","groups":[{"group":"Start","boost":2,"pages":["index","guide",{"group":"Hidden","hidden":true,"pages":["secret","open"]}]}]},
        {"$ref":"nav/cn.json","default":false}]}})");
    dir.write("nav/cn.json", R"({"language":"cn","groups":[{"group":"开始","pages":["zh/guide"]}]})");
    dir.write("index.mdx", "Welcome.");
    dir.write("guide.mdx", "---\ntitle: Guide\nboost: 3\n---\n\nVersion {{v}}.\n\n[home](/)\n");
    dir.write("zh/guide.mdx", "---\ntitle: 指南\n---\n文字\n");
    dir.write("secret.mdx", "x");
    dir.write("open.mdx", "---\nhidden: false\n---\nx");
    dir.write("orphan.mdx", "x");
    dir.write("snippets/a.mdx", "x");
    dir.write("README.md", "x");
    dir.write(".mintignore", "skipped/\n");
    dir.write("skipped/a.mdx", "x");
    const auto site = import_folder(dir.path(), {});
    ASSERT_TRUE(site);
    EXPECT_TRUE(site->problems.empty());
    EXPECT_EQ(site->name, "Acme");
    EXPECT_EQ(site->pages.size(), 6u);
    const auto* guide = page_at(*site, "guide");
    ASSERT_TRUE(guide);
    EXPECT_EQ(guide->language, "en");
    EXPECT_EQ(guide->boost, 3);
    EXPECT_EQ(guide->breadcrumbs, std::vector<std::string>{"Start"});
    EXPECT_EQ(guide->markdown, "Version 3.\n\n[home](/)\n");
    ASSERT_EQ(guide->links.size(), 1u);
    EXPECT_EQ(guide->links[0].line, 8u);
    EXPECT_EQ(page_at(*site, "index")->title, "Acme");
    EXPECT_EQ(page_at(*site, "index")->boost, 2);
    EXPECT_EQ(page_at(*site, "zh/guide")->language, "zh");
    EXPECT_FALSE(page_at(*site, "secret")->searchable);
    EXPECT_TRUE(page_at(*site, "open")->searchable);
    EXPECT_FALSE(page_at(*site, "orphan")->searchable);
    EXPECT_EQ(site->redirects.at("old"), "guide");
    ImportOptions all;
    all.index_all = true;
    EXPECT_TRUE(page_at(*import_folder(dir.path(), all), "orphan")->searchable);
}

TEST(Import, ReferencesThatLeaveTheRootOrGoRoundAreProblems) {
    test::TempDir dir;
    dir.write("docs.json", R"({"name":"A","navigation":{"$ref":"a.json"},"x":{"$ref":"../../etc/passwd"}})");
    dir.write("a.json", R"({"pages":["p"],"more":{"$ref":"docs.json"}})");
    dir.write("p.md", "x");
    const auto site = import_folder(dir.path(), {});
    ASSERT_TRUE(site);
    EXPECT_TRUE(has_problem(*site, "a.json", "cycle"));
    EXPECT_TRUE(has_problem(*site, "docs.json", "does not name a file"));
    EXPECT_TRUE(page_at(*site, "p")->searchable);
}

TEST(Import, BrokenConfigurationIsToldWithItsLine) {
    test::TempDir dir;
    dir.write("docs.json", "{\n  \"name\": \"A\",\n  oops\n}");
    dir.write("p.md", "x");
    const auto site = import_folder(dir.path(), {});
    ASSERT_TRUE(site);
    ASSERT_EQ(site->problems.size(), 1u);
    EXPECT_EQ(site->problems[0].line, 3u);
}

TEST(Import, StubsAreFilledFromOpenApiAndGroupsMakePages) {
    test::TempDir dir;
    dir.write(
        "docs.json",
        R"({"name":"A","navigation":{"groups":[{"group":"API","openapi":"openapi.json","pages":["stub","GET /pets"]}]}})");
    dir.write("openapi.json", R"({"openapi":"3.0.0","info":{"title":"Pets","version":"1"},"paths":{"/pets":{
        "get":{"summary":"List pets","tags":["Pets"],"description":"All the pets.","responses":{"200":{"description":"ok"}}},
        "post":{"summary":"Add a pet","responses":{"201":{"description":"made"}}}}}})");
    dir.write("stub.mdx", "---\nopenapi: POST /pets\n---\n");
    const auto site = import_folder(dir.path(), {});
    ASSERT_TRUE(site);
    EXPECT_TRUE(site->problems.empty());
    const auto* stub = page_at(*site, "stub");
    ASSERT_TRUE(stub);
    EXPECT_TRUE(stub->is_api);
    EXPECT_EQ(stub->title, "Add a pet");
    EXPECT_NE(stub->markdown.find("POST /pets"), std::string::npos);
    const auto* made = page_at(*site, "api-reference/pets/list-pets");
    ASSERT_TRUE(made);
    EXPECT_NE(made->markdown.find("All the pets."), std::string::npos);
}

TEST(Import, StubsAreFilledFromAsyncApiAndGroupsMakePages) {
    test::TempDir dir;
    dir.write(
        "docs.json",
        R"({"name":"A","navigation":{"groups":[{"group":"Live","asyncapi":{"source":"/live.yaml","directory":"live"},"pages":["stub"]},
            {"group":"API","openapi":["one.json","two.json"]}]}})");
    dir.write("live.yaml",
              "asyncapi: 3.0.0\nchannels:\n  chat:\n    title: Chat room\n    address: /chat\n    messages:\n"
              "      Said:\n        payload: {type: object, properties: {text: {type: string}}}\n"
              "  ticks: {title: Ticks, description: The time, messages: {}}\n");
    for (const std::string name : {"one", "two"})
        dir.write(name + ".json", R"({"openapi":"3.0.0","paths":{"/)" + name +
                                      R"(":{"get":{"summary":"Get )" + name + R"("}}}})");
    dir.write("stub.mdx", "---\nasyncapi: /live.yaml chat\n---\n\nTalk to others.\n");
    dir.write("lost.mdx", "---\nasyncapi: live.yaml nothing\n---\n");
    const auto site = import_folder(dir.path(), {});
    ASSERT_TRUE(site);
    ASSERT_EQ(site->problems.size(), 1u);
    EXPECT_EQ(site->problems[0].file, "lost.mdx");
    const auto* stub = page_at(*site, "stub");
    ASSERT_TRUE(stub);
    EXPECT_TRUE(stub->is_api);
    EXPECT_EQ(stub->title, "Chat room");
    EXPECT_NE(stub->markdown.find("Talk to others."), std::string::npos);
    EXPECT_NE(stub->markdown.find("### Said"), std::string::npos);
    EXPECT_NE(stub->markdown.find("`text`"), std::string::npos);
    const auto* made = page_at(*site, "live/ticks");
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->searchable);
    EXPECT_EQ(made->breadcrumbs, std::vector<std::string>{"Live"});
    EXPECT_FALSE(page_at(*site, "live/chat-room")) << "it has a page";
    EXPECT_TRUE(page_at(*site, "api-reference/get-one"));
    EXPECT_TRUE(page_at(*site, "api-reference/get-two"));
}

TEST(Import, PlainTreeWithNumbersSlugsAndFolderTitles) {
    test::TempDir dir;
    dir.write("content/01-intro/index.mdx", "---\ntitle: Introduction\n---\n\n# Introduction\n");
    dir.write("content/01-intro/02-first-steps.md", "# First steps\n\nGo.\n");
    dir.write("content/02-api/x.mdx", "---\nslug: /api/renamed\nsidebar_label: X\ntitle: The X\n---\n");
    dir.write("content/02-api/README.md", "# API\n");
    dir.write("content/02-api/_partial.mdx", "no page");
    dir.write("content/03-more/_category_.json", "{\n  \"label\": \"Even more\"\n}\n");
    dir.write("content/03-more/z.md", "Z");
    dir.write("content/02-api/draft.md", "---\ndraft: true\n---\n");
    const auto site = import_folder(dir.path(), {});
    ASSERT_TRUE(site);
    EXPECT_TRUE(site->problems.empty());
    EXPECT_EQ(site->pages.size(), 5u);
    EXPECT_EQ(page_at(*site, "more/z")->breadcrumbs, std::vector<std::string>{"Even more"});
    const auto* steps = page_at(*site, "intro/first-steps");
    ASSERT_TRUE(steps);
    EXPECT_EQ(steps->title, "First steps");
    EXPECT_EQ(steps->markdown, "Go.\n");
    EXPECT_EQ(steps->breadcrumbs, std::vector<std::string>{"Introduction"});
    EXPECT_TRUE(page_at(*site, "intro"));
    EXPECT_TRUE(page_at(*site, "api"));
    EXPECT_TRUE(page_at(*site, "api/renamed"));
}

TEST(Import, BrokenFilesAreReportedAndTheOthersStay) {
    test::TempDir dir;
    dir.write("good.md", "# Good\n\nText.");
    dir.write("yaml.md", "---\ntitle: Kept\nb: [\n---\nText.");
    dir.write("latin.md", "line\n\xe9t\xe9\n");
    dir.write("binary.md", std::string_view("a\0b", 3));
    dir.write("big.md", std::string(200'000, 'a'));
    ImportOptions options;
    options.max_file = 100'000;
    const auto site = import_folder(dir.path(), options);
    ASSERT_TRUE(site);
    EXPECT_EQ(site->pages.size(), 3u);
    EXPECT_EQ(site->problems.size(), 4u);
    EXPECT_EQ(page_at(*site, "yaml")->title, "Kept");
    EXPECT_TRUE(has_problem(*site, "latin.md", "UTF-8"));
    EXPECT_TRUE(has_problem(*site, "binary.md", "not text"));
    EXPECT_TRUE(has_problem(*site, "big.md", "larger"));
}

TEST(Import, PublishedPagesLoseTheNotesForAgents) {
    test::TempDir dir;
    dir.write("llms.txt", "# Acme\n");
    dir.write("a.md",
              "> ## Documentation Index\n> Fetch the complete index at https://x/llms.txt\n\n# Page\n\n> "
              "What it says.\n\nText.\n");
    const auto site = import_folder(dir.path(), {});
    ASSERT_TRUE(site);
    EXPECT_EQ(site->pages[0].title, "Page");
    EXPECT_EQ(site->pages[0].markdown, "> What it says.\n\nText.\n");
    EXPECT_EQ(site->files.count("llms.txt"), 1u);
}

TEST(Import, HtmlFoldersArePages) {
    test::TempDir dir;
    dir.write("guide/index.html",
              "<html><head><title>Guide</title></head><body><main><h1>Guide</h1><h2>One</h2><p>Text.</p></"
              "main></body></html>");
    const auto site = import_folder(dir.path(), {});
    ASSERT_TRUE(site);
    EXPECT_EQ(site->pages[0].path, "guide");
    EXPECT_EQ(site->pages[0].title, "Guide");
    EXPECT_EQ(site->chunks.back().headings.back(), "One");
}

TEST(Import, FoldersWithoutPagesAreErrors) {
    test::TempDir dir;
    EXPECT_EQ(import_folder(dir.path() / "none", {}).error().code, ErrorCode::not_found);
    EXPECT_EQ(import_folder(dir.path(), {}).error().code, ErrorCode::invalid_argument);
}

TEST(Import, CollectionsOfLinesAreRead) {
    test::TempDir dir;
    dir.write("c.jsonl", "{\"id\":\"1\",\"title\":\"T\",\"text\":\"words\",\"lang\":\"en\"}\nbroken\n");
    const auto site = import_jsonl(dir.path() / "c.jsonl");
    ASSERT_TRUE(site);
    EXPECT_EQ(site->pages[0].file, "1");
    EXPECT_EQ(site->chunks[0].text, "words");
    EXPECT_EQ(site->problems[0].line, 2u);
}

}  // namespace
}  // namespace docent::docs
