#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "search/index.hpp"

namespace docent::search {

/// A question of a test set: a line "qid corpus subset lang question" of a tab-separated file with a header.
struct Question {
    std::string id, corpus, subset, language, text;
};

/// The pages that answer, by question id: lines "qid 0 page 1" of a tab- or space-separated file.
/// A page is its file below the corpus folder, or its path.
using Judgements = std::map<std::string, std::vector<std::string>>;

/// invalid_argument with the line's number when a line has too few columns; not_found when there is no file.
Result<std::vector<Question>> read_questions(const std::filesystem::path& file);
Result<Judgements> read_judgements(const std::filesystem::path& file);

/// Means over questions, 0 to 1. nDCG@10 with the gain 1 for a judged page and 1/log2(rank + 1).
struct Figures {
    std::size_t questions = 0;
    double ndcg10 = 0, recall5 = 0, mrr10 = 0, hit1 = 0;
};

/// One question's ranking.
struct Ranked {
    const Question* question = nullptr;
    std::vector<PageHit> pages;      // best first
    std::vector<bool> relevant;      // of each of them
    std::size_t relevant_count = 0;  // judged pages in all
    Found found;
};

struct Evaluation {
    std::map<std::string, Figures> subsets;
    Figures average;             // over subsets, each counting the same
    std::vector<Ranked> ranked;  // questions in order
};

/// Which questions count: all, or one half of each set (by their order), so that one tunes on one and tests
/// on the other.
enum class Half { all, first, second };

struct EvalOptions {
    std::size_t depth = 10;
    Half half = Half::all;
    bool language_filter = false;                       // give the question's language to the filter
    std::map<std::string, std::vector<float>> vectors;  // by question id: to rank by meaning, too
};

/// Asks the index every question of the corpus ("" is all of them) that has judgements.
Evaluation evaluate(const Index& index, const std::vector<Question>& questions, const Judgements& judgements,
                    const std::string& corpus, const EvalOptions& options = {});

Figures figures_of(const std::vector<Ranked>& ranked);

/// The rankings as a TREC run: "qid Q0 page rank score name" lines.
std::string trec_run(const Index& index, const Evaluation& evaluation, const std::string& name);

}  // namespace docent::search
