#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "search/index.hpp"

namespace docent::assistant {

/// What a reader asked, for clustering.
struct AskedQuestion {
    std::string id;  // of the turn
    std::string text;
    Millis asked = 0;
};

/// Questions about the same.
struct QuestionCluster {
    std::string label;                 // the question that is most like all of them
    std::vector<std::size_t> members;  // places in the list that was given, the most typical first
    std::vector<std::string> terms;    // word stems that they share, the most telling first
    Millis first = 0, last = 0;        // when it was asked
};

/// Groups similar questions: stems of each question's language weighted by their rarity among the
/// questions, compared by cosine, each question joining the group whose middle is nearest (leader
/// clustering with one round of corrections). No model, no chance: the same questions in the same order give
/// the same groups. The largest first. CPU work: call it on the search pool.
std::vector<QuestionCluster> cluster_questions(const std::vector<AskedQuestion>& questions);

/// A page that may answer a group of questions.
struct NearPage {
    std::string path, title, anchor;
    std::uint32_t page = 0;
    double score = 0.0;  // search::Hit::score
};

/// The pages nearest to a group's most typical questions, best first.
std::vector<NearPage> nearest_pages(const search::Index& index, const std::vector<AskedQuestion>& questions,
                                    const QuestionCluster& cluster, std::size_t most);

/// From this score on the documentation does have something on a question (search::Hit::score).
inline constexpr double covered_score = 0.3;

/// Why a question was left unanswered: "present" when the documentation has something on it that the
/// answer did not use, "missing" when it has not. `best` is the best section's score.
std::string gap_of(double best);

}  // namespace docent::assistant
