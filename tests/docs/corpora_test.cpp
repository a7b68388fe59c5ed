#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/text.hpp"
#include "docs/import.hpp"
#include "docs/jsonl.hpp"
#include "support/temp_dir.hpp"

namespace docent::docs {
namespace {

class Corpora : public testing::Test {
protected:
    void SetUp() override {
        if (docent::test::shared_data().empty()) GTEST_SKIP() << "the shared corpora are not here";
    }

    static std::set<std::string> files_of(const std::filesystem::path& root) {
        std::set<std::string> out;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
            const auto path = std::filesystem::relative(entry.path(), root).string();
            if (entry.path().extension() == ".mdx" && path.find("snippets/") == std::string::npos)
                out.insert(path);
        }
        return out;
    }

    /// Every page is there, none is broken, and no markup of components is left in what is searched.
    static Site check(const char* name) {
        const auto root = docent::test::shared_data() / "corpora" / name;
        auto site = import_folder(root, {});
        EXPECT_TRUE(site);
        auto files = files_of(root);
        for (const auto& page : site->pages) {
            files.erase(page.file);
            EXPECT_FALSE(page.title.empty()) << page.file;
            EXPECT_TRUE(is_utf8(page.markdown)) << page.file;
        }
        EXPECT_TRUE(files.empty()) << *files.begin();
        for (const auto& problem : site->problems)
            EXPECT_NE(problem.message.find("no API description has the operation"), std::string::npos)
                << problem.file << ": " << problem.message;
        for (const auto& chunk : site->chunks) {
            EXPECT_TRUE(is_utf8(chunk.text));
            EXPECT_EQ(chunk.markdown.find_first_of("\x01\x02"), std::string::npos);
            for (const auto* markup : {"className=", "export const", "{/*", "/>\n"})
                EXPECT_TRUE(chunk.text.find(markup) == std::string::npos ||
                            chunk.code.find(markup) != std::string::npos)
                    << site->pages[chunk.page].file << ": " << markup;
        }
        return *std::move(site);
    }
};

TEST_F(Corpora, MintlifyIsWhole) {
    const auto site = check("mintlify");
    EXPECT_GT(site.pages.size(), 1000u);
    std::set<std::string> languages;
    bool api = false;
    for (const auto& page : site.pages) {
        languages.insert(page.language);
        api = api || (page.file == "api/assistant/search.mdx" && page.is_api &&
                      page.markdown.find("/v1/search/{domain}") != std::string::npos);
    }
    EXPECT_TRUE(api);
    EXPECT_TRUE(languages.count("en") && languages.count("es") && languages.count("fr") &&
                languages.count("zh"));
}

TEST_F(Corpora, AccordionTitlesAreHeadings) {
    const auto site = import_folder(docent::test::shared_data() / "corpora/mintlify", {});
    ASSERT_TRUE(site);
    std::size_t questions = 0;
    for (const auto& chunk : site->chunks)
        if (!chunk.headings.empty() && chunk.headings.back().find('?') != std::string::npos) ++questions;
    EXPECT_GE(questions, 10u);
}

TEST_F(Corpora, AiSdkIsWhole) {
    const auto site = check("aisdk");
    bool found = false;
    for (const auto& page : site.pages) found = found || page.path == "docs/ai-sdk-ui/chatbot";
    EXPECT_TRUE(found);
}

TEST_F(Corpora, CypressIsWhole) {
    const auto site = check("cypress");
    bool found = false;
    for (const auto& page : site.pages) found = found || page.path == "app/get-started/install-cypress";
    EXPECT_TRUE(found);
}

TEST_F(Corpora, CranfieldIsRead) {
    const auto site = import_jsonl(docent::test::shared_data() / "corpora/cranfield/cranfield.jsonl");
    ASSERT_TRUE(site);
    EXPECT_GT(site->pages.size(), 900u);
    EXPECT_TRUE(site->problems.empty());
}

}  // namespace
}  // namespace docent::docs
