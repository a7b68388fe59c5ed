#pragma once
#include "search/index.hpp"
#include "search/index_file.hpp"
#include "search/vectors.hpp"
#include "search/weights.hpp"

namespace docent::search {

/// Ranks by words and by meaning, and joins the two orders: reciprocal rank fusion (Cormack, Clarke,
/// Büttcher 2009), 1 / (k + rank) from each list. What a query's vector is for.
Found rank_by_both(const IndexFile& file, const Query& query, const Weights& weights, const Vectors& vectors);

}  // namespace docent::search
