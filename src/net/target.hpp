#pragma once
#include <string_view>

#include "net/http.hpp"

namespace docent::net {

/// Reads a request target (RFC 9112 section 3.2; origin or absolute form, or "*") into target, path and
/// query, and the authority of an absolute form into the header "host". invalid_argument for broken percent
/// escapes, ill-formed UTF-8, control characters, fragments, and paths with "." or ".." segments.
Status read_target(std::string_view target, Request& request);

}  // namespace docent::net
