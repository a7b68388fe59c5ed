#pragma once
#include <cstddef>

namespace docent::search {

/// How sure it is, 0 to 1, that a section answers the question: the one scale of `score` and
/// `scoreThreshold`. At .5 as many questions with an answer as without one look like this.
///
/// None of the features knows how large the documentation is. `fit` is the section's BM25F sum as a share of
/// the most that the question's words could give, `coverage` the share of their weight that the section has,
/// `terms` how many they are: three of four words agree by chance sooner than nine of twelve.
/// The figures are a logistic fit on one half of the questions in bench/README.md, each corpus counting the
/// same, with the questions of other documentations as those without an answer.
double answer_score(double fit, double coverage, std::size_t terms);

}  // namespace docent::search
