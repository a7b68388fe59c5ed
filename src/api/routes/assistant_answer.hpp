#pragma once
#include <memory>
#include <string>

#include "api/projects.hpp"
#include "api/wire/encoder.hpp"

namespace docent::api {

/// The two generations of the assistant's routes.
enum class Format { ai_sdk_v4, ai_sdk_v5 };

/// By the route's path: ".../v1/..." or ".../v2/...".
Format format_of(const net::Request& request);

/// 200 and the answer's stream from its first part, with x-thread-id, and x-thread-key when `first`
/// and the thread is new.
net::Response answer_response(std::shared_ptr<assistant::Answer> answer, Format format,
                              EncoderOptions options, bool first, std::function<void()> left = {});

}  // namespace docent::api
