#include "assistant/quality.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "assistant/fixture.hpp"
#include "docs/import.hpp"

namespace docent::assistant {
namespace {

std::string file_text(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<AnswerCase> cases(const std::string& name) {
    auto parsed = parse_answer_cases(
        file_text(std::filesystem::path(DOCENT_SOURCE_DIR) / "tests/assistant/answers" / name));
    EXPECT_TRUE(parsed.ok()) << parsed.error().message;
    return parsed ? *parsed : std::vector<AnswerCase>();
}

/// To read all answers: DOCENT_ANSWERS_REPORT=answers.md build/dev/test_assistant --gtest_filter='*Quality*'
void report(const std::vector<Judgement>& judgements) {
    const auto f = figures(judgements);
    std::cout << "good " << f.good << ", right source first " << f.right_first << ", false answered "
              << f.false_answered << ", false unanswered " << f.false_unanswered << ", words " << f.words
              << "\n";
    for (const auto& j : judgements) {
        if (!j.good) std::cout << "  " << j.wanted.id << " " << j.wanted.question << ": " << j.lacks << "\n";
    }
    if (const char* path = std::getenv("DOCENT_ANSWERS_REPORT"))
        std::ofstream(path) << quality_report(judgements);
}

TEST(AnswerQuality, OfASmallSiteEveryAnswerIsGood) {
    test::TempDir dir;
    const auto index = kettle().index(dir);
    std::vector<Judgement> judgements;
    for (auto& one : cases("kettle.tsv")) judgements.push_back(judge(*index, std::move(one)));
    report(judgements);
    for (const auto& j : judgements)
        EXPECT_TRUE(j.good) << j.wanted.question << ": " << j.lacks << "\n" << j.answer.markdown;
}

TEST(AnswerQuality, OverRealDocumentationKeepsItsLevel) {
    const auto data = test::shared_data();
    if (data.empty()) GTEST_SKIP() << "../shared/data is not there";
    test::TempDir dir;
    std::map<std::string, std::shared_ptr<const search::Index>> indexes;
    std::vector<Judgement> judgements;
    for (auto& one : cases("questions.tsv")) {
        auto& index = indexes[one.corpus];
        if (!index) {
            const auto file = dir.path() / (one.corpus + ".index");
            auto site = docs::import_folder(data / "corpora" / one.corpus, docs::ImportOptions());
            ASSERT_TRUE(site.ok()) << site.error().message;
            const auto written = search::write_index(*site, file);
            ASSERT_TRUE(written.ok());
            auto opened = search::Index::open(file);
            ASSERT_TRUE(opened.ok());
            index = *opened;
        }
        judgements.push_back(judge(*index, std::move(one)));
    }
    report(judgements);
    const auto f = figures(judgements);
    EXPECT_GE(f.covered, 60u);
    EXPECT_GE(f.not_covered, 20u);
    EXPECT_GE(f.good, 0.62);
    EXPECT_GE(f.right_first, 0.65);
    EXPECT_LE(f.false_answered, 0.10);
    EXPECT_LE(f.false_unanswered, 0.12);
    EXPECT_LE(f.words, 250);
}

}  // namespace
}  // namespace docent::assistant
