#pragma once
#include <string>
#include <vector>

#include "store/deliveries.hpp"
#include "store/notices.hpp"

namespace docent::store {

// What the nouns around webhooks share within a transaction.

/// "job.created job.failed" in words; none for "".
std::vector<std::string> split_types(const std::string& stored);

/// A delivery that is due at once. The body is {"type", "timestamp", "data"}.
Result<std::string> insert_delivery(Db& db, const std::string& webhook_id, const Notice& notice);

/// What waits for an endpoint is not sent any more; `why` stands in the log of deliveries.
Status end_deliveries(Db& db, const std::string& webhook_id, const std::string& why, Millis now);

}  // namespace docent::store
