#pragma once
#include <vector>

#include "base/embedded.hpp"
#include "store/engine.hpp"

namespace docent::store {

/// Applies those of `files` ("0001_initial.sql", ..., in order) that the database has not had, each in a
/// transaction of its own. Numbers may have gaps, and a lower one may come later than a higher one.
/// Safe when several processes start at once. conflict when the schema is newer than this program.
Status migrate(Connection& db, const std::vector<Embedded>& files);

/// The migrations that travel inside the program.
const std::vector<Embedded>& migrations();

}  // namespace docent::store
