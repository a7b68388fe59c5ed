#pragma once
#include "api/services.hpp"
#include "store/repositories.hpp"

namespace docent::api {

/// Connects the repository of the project's own documentation (store::Project::repository), so that a session
/// can work on it without any set-up. not_found when the project has none, or only one whose address holds a
/// password: that is connected by hand, where the password is kept apart.
Task<Result<store::Repository>> connect_own_repository(std::string project_id, std::string user_id,
                                                       Services& services);

}  // namespace docent::api
