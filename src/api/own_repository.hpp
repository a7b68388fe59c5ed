#pragma once
#include "api/services.hpp"
#include "store/repositories.hpp"

namespace docent::api {

/// Connects the repository of the project's own documentation (store::Project::repository), so that a session
/// can work on it without any set-up. not_found when the project has none, or only one whose address holds a
/// password: that is connected by hand, where the password is kept apart. A second call finds what the first
/// one connected.
Task<Result<store::Repository>> connect_own_repository(std::string project_id, std::string user_id,
                                                       Services& services);

/// Where a job of the project works. `named`: an id, a name or an address of a connected repository; "": the
/// one that holds the documentation, connected now if it is not, else the oldest enabled one.
/// invalid_argument says how to connect one.
Task<Result<store::Repository>> repository_of_job(const store::Project& project, std::string named,
                                                  std::string user_id, Services& services);

}  // namespace docent::api
