#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// An address that is told of what happens in a project.
struct Webhook {
    std::string id;  // UUID v7
    std::string project_id;
    std::string url;
    std::string description;
    std::vector<std::string> types;  // of notice_types(); empty: all
    bool enabled = true;
    std::string disabled_reason;  // when it was not a call that disabled it
    std::int64_t failures = 0;    // attempts that failed since one did not
    Millis failing_since = 0;     // 0: the last attempt did not fail
    Millis created = 0;
    Millis updated = 0;
};

/// The endpoints of projects. Their secrets are sealed with the installation's key (base/crypto.hpp) before
/// they reach the database.
class Webhooks {
public:
    static constexpr std::int64_t most = 20;  // of a project

    Webhooks(Store& store, std::string secret_key) : store_(store), key_(std::move(secret_key)) {}

    /// `secret`: as its owner sees it ("whsec_..."). conflict when the project has `most`; not_found: the
    /// project.
    Task<Result<Webhook>> add(Webhook webhook, std::string secret);
    /// not_found, also for one of another project. `project_id` "": of any.
    Task<Result<Webhook>> find(std::string project_id, std::string id);
    /// Oldest first.
    Task<Result<std::vector<Webhook>>> list(std::string project_id);
    /// URL, description, types and whether it is enabled. When it is disabled, what waits for it is not sent
    /// any more; when it is enabled, its failures are forgotten. not_found.
    Task<Result<Webhook>> change(Webhook webhook);
    /// Its deliveries go with it. not_found.
    Task<Status> remove(std::string project_id, std::string id);
    /// The old secret signs, too, until `old_until`. not_found.
    Task<Result<Webhook>> rotate(std::string project_id, std::string id, std::string secret, Millis old_until,
                                 Millis now);

    /// Those that sign now, the newest first. not_found; unavailable when the installation's key is another
    /// one than they were sealed with.
    Task<Result<std::vector<std::string>>> secrets(std::string id, Millis now);

private:
    Store& store_;
    std::string key_;
};

}  // namespace docent::store
