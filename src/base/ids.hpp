#pragma once
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace docent {

/// A new ULID (26 characters, Crockford base 32): sorts by time of creation; within a millisecond it
/// counts up, so ids made by one process are strictly increasing. Source: github.com/ulid/spec.
/// Safe from any thread.
std::string new_ulid(Millis now);

/// A new UUID of version 7 (RFC 9562), lower case. Ids made by one process are strictly increasing. Safe from
/// any thread.
std::string new_uuid(Millis now);

/// True for a UUID as new_uuid() writes it: 36 characters, lower case.
bool is_uuid(std::string_view text);

/// True for 26 characters of Crockford base 32 whose first is 0 to 7.
bool is_ulid(std::string_view text);

/// The time in a ULID; 0 for text that is none.
Millis ulid_time(std::string_view text);

}  // namespace docent
