#pragma once
#include "search/index.hpp"
#include "search/index_file.hpp"
#include "search/weights.hpp"

namespace docent::search {

/// Pages and sections that fit the query, best first. Pure; safe from any thread.
Found rank(const IndexFile& file, const Query& query, const Weights& weights);

/// The query's terms, as rank() uses them.
Terms terms_of(const IndexFile& file, const Query& query);

/// True if the filter lets the page pass: see Filter. Does not look at `searchable`.
bool passes(const IndexFile& file, const PageRecord& page, const Filter& filter);

}  // namespace docent::search
