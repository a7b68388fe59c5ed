#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/page.hpp"
#include "store/store.hpp"

namespace docent::store {

/// An account at a platform that has repositories, or a way to any git server.
struct CodeProvider {
    std::string id;  // UUID v7
    std::string project_id;
    std::string user_id;
    std::string platform;  // "gitlab", "git"
    std::string name;      // for people
    std::string base_url;
    std::string metadata = "{}";  // JSON object, without its secret
    bool has_secret = false;
    Millis created = 0;
    Millis updated = 0;
};

/// A repository that sessions may work on.
struct Repository {
    std::string id;  // UUID v7
    std::string project_id;
    std::string code_provider_id;
    std::string name;       // without its owner
    std::string full_name;  // "owner/name"
    std::string clone_url;
    std::string default_branch;
    std::string platform;
    std::string external_id;  // of the platform
    bool enabled = true;
    bool webhooks_registered = false;
    std::string webhook_secret;               // in clear; sealed in the table
    std::string settings = "{}";              // JSON object: commands, allowed hosts, allow_push
    std::string analysis_status = "pending";  // "pending", "running", "completed", "failed"
    std::string analysis_error;
    Millis analyzed = 0;  // 0: never
    Millis created = 0;
    Millis updated = 0;
};

/// Connections to code providers. Their secrets are sealed with the installation's key (base/crypto.hpp)
/// before they reach the database.
class CodeProviders {
public:
    CodeProviders(Store& store, std::string secret_key) : store_(store), key_(std::move(secret_key)) {}

    Task<Result<CodeProvider>> add(CodeProvider provider, std::string secret);
    /// not_found, also for one of another project. `project_id` "": of any.
    Task<Result<CodeProvider>> find(std::string project_id, std::string id);
    Task<Result<std::vector<CodeProvider>>> list(std::string project_id, Page page);
    /// Name, base_url and metadata; without `secret` the one it has stays. not_found.
    Task<Result<CodeProvider>> change(CodeProvider provider, std::optional<std::string> secret);
    /// Its repositories go with it. not_found.
    Task<Status> remove(std::string project_id, std::string id);

    /// In clear; "" when it has none. not_found; unavailable when the installation's key is another one than
    /// it was sealed with.
    Task<Result<std::string>> secret(std::string id);

private:
    Store& store_;
    std::string key_;
};

class Repositories {
public:
    Repositories(Store& store, std::string secret_key) : store_(store), key_(std::move(secret_key)) {}

    /// conflict "already_exists" when the provider has one of this external_id; not_found when the project
    /// has no such provider.
    Task<Result<Repository>> add(Repository repository);
    /// not_found, also for one of another project. `project_id` "": of any.
    Task<Result<Repository>> find(std::string project_id, std::string id);
    Task<Result<std::vector<Repository>>> list(std::string project_id, Page page);
    /// The oldest enabled one. not_found.
    Task<Result<Repository>> first(std::string project_id);
    /// All but id, project, provider, platform and times. conflict, not_found.
    Task<Result<Repository>> change(Repository repository);
    Task<Status> remove(std::string project_id, std::string id);

private:
    Store& store_;
    std::string key_;
};

}  // namespace docent::store
