#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "docs/import.hpp"
#include "docs/jsonl.hpp"
#include "search/eval.hpp"
#include "search/sites.hpp"

namespace docent::search {
namespace {

struct Corpus {
    std::string name;
    std::unique_ptr<test_sites::Built> built;
};

/// The real documentation, indexed once for all tests of this file.
class Quality : public testing::Test {
protected:
    static void SetUpTestSuite() {
        const auto data = test::shared_data();
        if (data.empty()) return;
        questions_ = *read_questions(data / "questions.tsv");
        judgements_ = *read_judgements(data / "qrels.tsv");
        for (const char* name : {"aisdk", "cypress", "mintlify", "cranfield"}) {
            const auto folder = data / "corpora" / name;
            auto site = std::string(name) == "cranfield" ? docs::import_jsonl(folder / "cranfield.jsonl")
                                                         : docs::import_folder(folder, {});
            ASSERT_TRUE(site.ok());
            for (auto& page : site->pages) page.searchable = true;
            corpora_.push_back({name, std::make_unique<test_sites::Built>(*site)});
        }
    }
    static void TearDownTestSuite() { corpora_.clear(); }
    void SetUp() override {
        if (corpora_.empty()) GTEST_SKIP() << "no shared data beside the project";
    }
    static Evaluation evaluated(const std::string& name, Half half = Half::all) {
        EvalOptions options;
        options.half = half;
        for (const auto& corpus : corpora_) {
            if (corpus.name == name)
                return evaluate(*corpus.built->index, questions_, judgements_, name, options);
        }
        return {};
    }

    static inline std::vector<Question> questions_;
    static inline Judgements judgements_;
    static inline std::vector<Corpus> corpora_;
};

TEST_F(Quality, RanksAsWellAsItDid) {
    const auto mintlify = evaluated("mintlify"), cypress = evaluated("cypress");
    const auto ndcg = [](const Evaluation& result, const char* subset) {
        return result.subsets.at(subset).ndcg10;
    };
    EXPECT_GT((ndcg(cypress, "faq-linked") + ndcg(mintlify, "faq-accordion")) / 2, 0.67);
    EXPECT_GT((ndcg(mintlify, "faq-accordion-es") + ndcg(mintlify, "faq-accordion-fr") +
               ndcg(mintlify, "faq-accordion-zh")) /
                  3,
              0.83);
    EXPECT_GT(evaluated("aisdk").average.ndcg10, 0.60);
    EXPECT_GT(evaluated("cranfield").average.ndcg10, 0.40);
}

/// The share of good answers, one for each corpus, whose score reaches the threshold: least and most.
std::pair<double, double> kept_shares(const std::vector<Evaluation>& corpora, double threshold) {
    double least = 1, most = 0;
    for (const auto& corpus : corpora) {
        double good = 0, kept = 0;
        for (const auto& one : corpus.ranked) {
            for (std::size_t i = 0; i < one.pages.size(); ++i) {
                if (!one.relevant[i]) continue;
                ++good;
                kept += one.pages[i].score >= threshold;
            }
        }
        least = std::min(least, kept / good);
        most = std::max(most, kept / good);
    }
    return {least, most};
}

// The score is fitted on the questions of the first half.
TEST_F(Quality, AThresholdKeepsAboutTheSameShareOfGoodAnswersOnEachCorpus) {
    for (const auto half : {Half::all, Half::second}) {
        std::vector<Evaluation> corpora;
        for (const char* name : {"aisdk", "cypress", "mintlify", "cranfield"})
            corpora.push_back(evaluated(name, half));
        for (const double threshold : {0.1, 0.2, 0.3}) {
            const auto [least, most] = kept_shares(corpora, threshold);
            EXPECT_LT(most - least, 0.16) << "at " << threshold;
            EXPECT_GT(least, 0.85) << "at " << threshold;
        }
    }
}

TEST_F(Quality, QuestionsOfOtherDocumentationScoreLow) {
    std::size_t asked = 0, passed = 0;
    for (const auto& corpus : corpora_) {
        for (const auto& question : questions_) {
            if (question.corpus == corpus.name || question.corpus == "cranfield" ||
                corpus.name == "cranfield")
                continue;
            Query query;
            query.text = question.text;
            query.score_threshold = 0.5;
            ++asked;
            passed += !corpus.built->index->search(query).pages.empty();
        }
    }
    EXPECT_LT(static_cast<double>(passed), 0.2 * static_cast<double>(asked));
}

TEST(Eval, FiguresAreThoseOfTheirDefinitions) {
    Ranked one;
    one.relevant = {false, true, false, false, false, true};
    one.relevant_count = 2;
    const auto figures = figures_of({one});
    EXPECT_NEAR(figures.ndcg10, (1 / std::log2(3) + 1 / std::log2(7)) / (1 + 1 / std::log2(3)), 1e-9);
    EXPECT_DOUBLE_EQ(figures.recall5, 0.5);
    EXPECT_DOUBLE_EQ(figures.mrr10, 0.5);
    EXPECT_DOUBLE_EQ(figures.hit1, 0);
}

TEST(Eval, ABrokenLineIsNamed) {
    test::TempDir dir;
    dir.write("q.tsv", "qid\tcorpus\tsubset\tlang\tquestion\nonly\ttwo\n");
    const auto read = read_questions(dir.path() / "q.tsv");
    ASSERT_FALSE(read.ok());
    EXPECT_NE(read.error().message.find("Line 2"), std::string::npos);
    EXPECT_EQ(read_questions(dir.path() / "absent.tsv").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace docent::search
