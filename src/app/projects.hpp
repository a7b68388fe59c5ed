#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "api/auth.hpp"
#include "base/clock.hpp"
#include "store/keys.hpp"
#include "store/projects.hpp"

namespace docent::app {

/// What `--docs` and `docent project add` can name: a folder, a git repository, an llms.txt site.
/// Fills source_kind, source and, for a folder in a git working tree, repository. Blocks (asks git).
/// invalid_argument for what is none of these, naming the fix.
Result<store::Project> blocking_project_source(const std::string& docs);

/// [a-z0-9] and inner hyphens, at most 63 characters: it becomes a part of addresses. invalid_argument.
Status check_slug(const std::string& slug);

/// A key with its secret, which is not stored and cannot be shown again.
struct NewKey {
    store::Key key;
    std::string secret;
};

/// Makes a key from checked settings and stores it.
Task<Result<NewKey>> create_key(store::Keys& keys, api::KeySettings settings, std::string name,
                                std::string user, Millis now);

/// The public assistant key of the project `default` as the server's own page needs it: kept beside the
/// database, because assistant keys are public by contract and the store only has hashes.
std::string read_public_key(const std::filesystem::path& data);
Status write_public_key(const std::filesystem::path& data, const std::string& secret);

}  // namespace docent::app
