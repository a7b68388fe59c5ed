#include "search/score.hpp"

#include <algorithm>
#include <cmath>

namespace docent::search {

double answer_score(double fit, double coverage, std::size_t terms) {
    if (fit <= 0 || coverage <= 0) return 0;
    // A long question is a report with a log in it: beyond a few lines, more words are no more evidence.
    const auto words = static_cast<double>(std::min<std::size_t>(terms, 16));
    const double logit =
        -0.3 + 5.1 * std::log(fit) + 0.79 * std::log(coverage + 0.02) + 4.17 * std::log(words + 1);
    return 1 / (1 + std::exp(-logit));
}

}  // namespace docent::search
