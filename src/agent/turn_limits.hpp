#pragma once
#include "agent/services.hpp"
#include "base/result.hpp"

namespace docent::agent {

/// The server's limits, with what the session has instead.
TurnLimits limits_of(const store::Session& session, const TurnLimits& server);

/// {steps, tokens, cost, seconds}: whole numbers above 0, or null for the server's. invalid_argument names
/// the field.
Status check_limits(const boost::json::object& limits);

/// `changes` over what the session has; null takes a limit away.
std::string merge_limits(const std::string& stored, const boost::json::object& changes);

}  // namespace docent::agent
