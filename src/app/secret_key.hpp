#pragma once
#include <string>

#include "app/config.hpp"

namespace docent::app {

/// The key with which secrets are sealed in the database: the setting store.secret_key, else the file
/// secret.key in the data directory, which is made (mode 0600) when it is missing. invalid_argument for a
/// setting that is too short; unavailable when the file cannot be read or made.
Result<std::string> secret_key(const Config& config);

}  // namespace docent::app
