#pragma once
#include "agent/tools/tool.hpp"
#include "api/routes/handlers.hpp"

namespace docent::api {

/// What a session's tree has that its beginning had not, or with `uncommitted` its last commit, as a patch
/// that git takes. session_diff.cpp
Task<Result<net::Response>> patch_reply(agent::Tree tree, bool uncommitted, Services& services);

}  // namespace docent::api
