#pragma once
#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace docent::llm {

/// What a model service's refusal means. The service's own words go into `detail` only.
Error error_of_status(int status, std::string_view body);

/// What an error that comes within a stream means: `kind` is its type or code, `message` its text.
Error error_of_event(std::string_view kind, std::string_view message);

/// When the service says that trying again can help, from the headers (names in lower case): Retry-After in
/// seconds or as a date (RFC 9110, 10.2.3), or retry-after-ms. 0: it does not say.
std::chrono::milliseconds retry_after(const std::map<std::string, std::string>& headers, Millis now);

/// True if the same request to the same model may succeed a moment later.
bool worth_a_retry(const Error& error);

}  // namespace docent::llm
