#pragma once
#include <cstddef>

namespace docent::search {

/// The chance, 0 to 1, that a section answers the question: the one scale of `score` and `scoreThreshold`.
///
/// `bm25` is the section's BM25F sum without boosts, `coverage` the share of the question's weight that it
/// has, `chunks` the size of the index (in a small one every word is common, so sums are smaller).
/// The figures are a logistic fit on one half of the questions in bench/README.md, with the questions of
/// other documentations as those without an answer.
double answer_score(double bm25, double coverage, std::size_t chunks);

}  // namespace docent::search
