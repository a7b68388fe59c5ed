#pragma once
#include <vector>

#include "base/embedded.hpp"
#include "store/engine.hpp"

namespace docent::store {

/// Brings the schema up to the newest of `files` ("0001_initial.sql", ...), each in a transaction of its own.
/// Safe when several processes start at once. conflict when the schema is newer than this program.
Status migrate(Connection& db, const std::vector<Embedded>& files);

/// The migrations that travel inside the program.
const std::vector<Embedded>& migrations();

}  // namespace docent::store
