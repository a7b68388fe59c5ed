#include "agent/tools/allowed_hosts.hpp"

#include "agent/services.hpp"
#include "agent/tools/output.hpp"

namespace docent::agent {

Result<net::HostRules> allowed_hosts(const ToolContext& context) {
    const auto of_repository = texts_arg(context.tree.settings, "allowed_hosts");
    const auto& of_server = context.services.settings.allowed_hosts;
    auto rules = net::HostRules::parse(of_server);
    auto more = net::HostRules::parse(of_repository);
    if (!rules || !more)
        return Error(ErrorCode::permission_denied, "the list of allowed hosts in the settings is wrong");
    rules->add_public(*more);
    if (rules->empty() || !context.services.http)
        return Error(ErrorCode::permission_denied,
                     "calls of other hosts are off for this repository: a person may name the hosts that it "
                     "may call in its settings");
    return rules;
}

}  // namespace docent::agent
