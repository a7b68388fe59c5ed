#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// Something to be said under a session's merge request, which the forge has not taken yet.
struct ForgeComment {
    std::string session_id;
    std::string key;  // it is said once
    std::string text;
    std::int64_t attempts = 0;
    Millis next_try = 0;
    Millis created = 0;
};

/// What must be remembered of the traffic with forges: deliveries of their webhooks that were taken, and
/// comments that are still to be made.
class ForgeMemory {
public:
    explicit ForgeMemory(Store& store) : store_(store) {}

    /// True if one of these was taken before: the forge's id of a delivery, and the hash of its body.
    Task<Result<bool>> taken(std::string repository_id, std::string delivery, std::string body_hash);
    /// Remembers both; of each repository the newest 10,000 stay.
    Task<Status> take(std::string repository_id, std::string delivery, std::string body_hash, Millis now);

    /// One of the same key is replaced.
    Task<Status> keep(ForgeComment comment);
    /// Those that are due, at most 100, the oldest first.
    Task<Result<std::vector<ForgeComment>>> due(Millis now);
    Task<Status> forget(std::string session_id, std::string key);

private:
    Store& store_;
};

}  // namespace docent::store
