#pragma once
#include "api/services.hpp"

namespace docent::api {

/// For what only this server's own page may use: the Host must be loopback, a configured one, or that of
/// public_url (a foreign name that resolves to this address is DNS rebinding), and Origin, if there is
/// one, must be the same host. permission_denied.
Status check_host(const net::Request& request, const Settings& settings);

/// For what programs call without a key (MCP): a request of a browser's page ("Origin") must come from a page
/// of this machine to this machine, or from one of the server's own or the project's hosts to such a host.
/// What has no Origin comes from no page. permission_denied.
Status check_origin(const net::Request& request, const Settings& settings,
                    const std::vector<std::string>& project_hosts);

}  // namespace docent::api
