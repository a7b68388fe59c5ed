#include "assistant/question_clusters.hpp"

#include <algorithm>

#include "fixture.hpp"

namespace docent::assistant {
namespace {

std::vector<AskedQuestion> questions(const std::vector<std::string>& texts) {
    std::vector<AskedQuestion> out;
    for (const auto& text : texts)
        out.push_back({"q" + std::to_string(out.size()), text, static_cast<Millis>(1'000 + out.size())});
    return out;
}

std::vector<std::vector<std::string>> texts_of(const std::vector<AskedQuestion>& all,
                                               const std::vector<QuestionCluster>& clusters) {
    std::vector<std::vector<std::string>> out;
    for (const auto& cluster : clusters) {
        out.emplace_back();
        for (const auto member : cluster.members) out.back().push_back(all[member].text);
        std::ranges::sort(out.back());
    }
    return out;
}

TEST(QuestionClustersTest, SimilarQuestionsComeTogether) {
    const auto all = questions({"How do I rotate an API key?", "Is there a dark mode?", "rotating api keys",
                                "Can I rotate the API key automatically?", "dark mode in the dashboard",
                                "What does the enterprise plan cost?"});
    const auto clusters = cluster_questions(all);
    ASSERT_EQ(clusters.size(), 3u);
    const auto texts = texts_of(all, clusters);
    EXPECT_EQ(texts[0], (std::vector<std::string>{"Can I rotate the API key automatically?",
                                                  "How do I rotate an API key?", "rotating api keys"}));
    EXPECT_EQ(texts[1], (std::vector<std::string>{"Is there a dark mode?", "dark mode in the dashboard"}));
    EXPECT_EQ(clusters[0].first, 1'000);
    EXPECT_EQ(clusters[0].last, 1'003);
    EXPECT_NE(std::ranges::find(clusters[0].terms, "rotat"), clusters[0].terms.end());
    EXPECT_EQ(all[clusters[0].members.front()].text, clusters[0].label);
}

TEST(QuestionClustersTest, TheSameQuestionInOtherLettersIsOne) {
    const auto all = questions({"Pricing?", "pricing", "  PRICING ", "what is the pricing"});
    const auto clusters = cluster_questions(all);
    ASSERT_EQ(clusters.size(), 1u);
    EXPECT_EQ(clusters[0].members.size(), 4u);
}

TEST(QuestionClustersTest, TheSameQuestionsGiveTheSameGroups) {
    std::vector<std::string> texts;
    for (int i = 0; i < 400; ++i) {
        const char* subjects[] = {"webhook", "token", "invoice", "export", "theme"};
        const char* verbs[] = {"configure", "delete", "list", "rename"};
        texts.push_back(std::string("How do I ") + verbs[i % 4] + " a " + subjects[i % 5] + " " +
                        std::to_string(i % 7));
    }
    const auto all = questions(texts);
    const auto once = cluster_questions(all), again = cluster_questions(all);
    ASSERT_EQ(once.size(), again.size());
    std::size_t members = 0;
    for (std::size_t i = 0; i < once.size(); ++i) {
        EXPECT_EQ(once[i].label, again[i].label);
        EXPECT_EQ(once[i].members, again[i].members);
        members += once[i].members.size();
        if (i > 0) {
            EXPECT_GE(once[i - 1].members.size(), once[i].members.size());
        }
    }
    EXPECT_EQ(members, all.size());
}

TEST(QuestionClustersTest, WordsWithoutMeaningAndNothingAtAllAreFine) {
    EXPECT_TRUE(cluster_questions({}).empty());
    const auto all = questions({"how?", "How ?", "", "怎么安装", "如何安装软件"});
    std::size_t members = 0;
    for (const auto& cluster : cluster_questions(all)) members += cluster.members.size();
    EXPECT_EQ(members, all.size());
}

TEST(QuestionClustersTest, PagesNearToAGroupAreFound) {
    test::TempDir folder;
    const auto index = kettle().index(folder);
    const auto all =
        questions({"How do I install Kettle on Linux?", "install on linux", "Which planets are there?"});
    const auto clusters = cluster_questions(all);
    ASSERT_EQ(clusters.size(), 2u);
    const auto pages = nearest_pages(*index, all, clusters[0], 3);
    ASSERT_FALSE(pages.empty());
    EXPECT_EQ(pages[0].path, "install");
    EXPECT_EQ(gap_of(pages[0].score), "present");
    const auto none = nearest_pages(*index, all, clusters[1], 3);
    EXPECT_EQ(gap_of(none.empty() ? 0 : none[0].score), "missing");
}

}  // namespace
}  // namespace docent::assistant
