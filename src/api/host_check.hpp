#pragma once
#include "api/services.hpp"

namespace docent::api {

/// For what only this server's own page may use: the Host must be loopback, a configured one, or that of
/// public_url (a foreign name that resolves to this address is DNS rebinding), and Origin, if there is
/// one, must be the same host. permission_denied.
Status check_host(const net::Request& request, const Settings& settings);

}  // namespace docent::api
