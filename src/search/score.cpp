#include "search/score.hpp"

#include <algorithm>
#include <cmath>

namespace docent::search {

double answer_score(double bm25, double coverage, std::size_t chunks) {
    if (bm25 <= 0 || coverage <= 0) return 0;
    constexpr double fitted_chunks = 5000;
    // Below a few hundred sections even a word that only one of them has is not rare: its idf, and with it
    // the sum, is bounded by the size of the index and not by how well the section fits.
    const double rarest = std::log1p((static_cast<double>(std::max<std::size_t>(chunks, 3)) - 1) / 2);
    const double bounded = std::max(1.0, std::log1p(199.0 / 2) / rarest);
    const double size =
        std::log(fitted_chunks) / std::log(static_cast<double>(std::max<std::size_t>(chunks, 20)));
    const double logit =
        -7.0 + 2.5 * std::log(bm25 * bounded * std::pow(size, 0.35)) + 1.83 * std::log(coverage + 0.02);
    return 1 / (1 + std::exp(-logit));
}

}  // namespace docent::search
