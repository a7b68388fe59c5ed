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

/// The real documentation, each corpus imported and indexed once.
class RealDocumentation : public testing::Test {
protected:
    static void SetUpTestSuite() { indexes_ = new Indexes(); }
    static void TearDownTestSuite() {
        delete indexes_;
        indexes_ = nullptr;
    }
    void SetUp() override {
        if (test::shared_data().empty()) GTEST_SKIP() << "../shared/data is not there";
    }

    static QualityFigures measure(const std::string& name) {
        std::vector<Judgement> judgements;
        for (auto& one : cases(name)) {
            const auto index = indexes_->of(one.corpus);
            if (!index) return {};
            judgements.push_back(judge(*index, std::move(one)));
        }
        report(judgements);
        return figures(judgements);
    }

private:
    struct Indexes {
        test::TempDir dir;
        std::map<std::string, std::shared_ptr<const search::Index>> open;

        std::shared_ptr<const search::Index> of(const std::string& corpus) {
            auto& index = open[corpus];
            if (index) return index;
            const auto file = dir.path() / (corpus + ".index");
            auto site = docs::import_folder(test::shared_data() / "corpora" / corpus, docs::ImportOptions());
            EXPECT_TRUE(site.ok()) << corpus;
            if (!site) return nullptr;
            EXPECT_TRUE(search::write_index(*site, file).ok()) << corpus;
            auto opened = search::Index::open(file);
            EXPECT_TRUE(opened.ok()) << corpus;
            if (opened) index = *opened;
            return index;
        }
    };
    static Indexes* indexes_;
};
RealDocumentation::Indexes* RealDocumentation::indexes_ = nullptr;

TEST_F(RealDocumentation, AnswerQualityKeepsItsLevel) {
    const auto f = measure("questions.tsv");
    EXPECT_GE(f.covered, 60u);
    EXPECT_GE(f.not_covered, 20u);
    EXPECT_GE(f.good, 0.78);
    EXPECT_GE(f.right_first, 0.80);
    EXPECT_LE(f.false_answered, 0.08);
    EXPECT_LE(f.false_unanswered, 0.04);
    EXPECT_LE(f.words, 160);
}

/// What nobody tunes for shows whether the answers got better or only the tuned ones.
TEST_F(RealDocumentation, AnswerQualityOfHeldOutQuestionsKeepsItsLevel) {
    const auto f = measure("held_out.tsv");
    EXPECT_GE(f.covered, 30u);
    EXPECT_GE(f.not_covered, 10u);
    EXPECT_GE(f.good, 0.63);
    EXPECT_GE(f.right_first, 0.75);
    EXPECT_LE(f.false_answered, 0.09);
    EXPECT_LE(f.false_unanswered, 0.08);
    EXPECT_LE(f.words, 160);
}

}  // namespace
}  // namespace docent::assistant
