#pragma once
#include "agent/tools/tool.hpp"
#include "net/host_rules.hpp"

namespace docent::agent {

/// Whom the tools may call for this repository: the hosts of its own settings and of the server's. Addresses
/// that are not public count only where the server's name them: who may change a repository's settings need
/// not be who owns the network. permission_denied when there are none.
Result<net::HostRules> allowed_hosts(const ToolContext& context);

}  // namespace docent::agent
