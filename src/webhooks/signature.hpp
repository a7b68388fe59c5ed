#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace docent::webhooks {

// Signatures as https://www.standardwebhooks.com describes them (spec/standard-webhooks.md, symmetric).

/// "whsec_" and 32 random bytes in base64.
std::string new_secret();

/// The header webhook-signature: "v1," and the HMAC-SHA-256 of "id.timestamp.body" in base64, one for each
/// secret, with a space between. `timestamp`: seconds since 1970. internal when a secret is none.
Result<std::string> sign(const std::vector<std::string>& secrets, std::string_view id, std::int64_t timestamp,
                         std::string_view body);

}  // namespace docent::webhooks
