#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace docent::llm {

/// The JSON object of one event. Strings may hold half a character (Utf8Joiner mends them), and a lone
/// surrogate escape, which some servers send for half an emoji, becomes U+FFFD. upstream_failed.
Result<boost::json::object> parse_event(std::string_view data);

// Members of an object that may be missing or of another type.
const boost::json::object* object_at(const boost::json::object& o, std::string_view name);
const boost::json::array* array_at(const boost::json::object& o, std::string_view name);
std::string_view text_at(const boost::json::object& o, std::string_view name);  // "" if none
std::int64_t number_at(const boost::json::object& o, std::string_view name);    // 0 if none, or negative
/// -1 if none.
std::int64_t index_at(const boost::json::object& o, std::string_view name);

}  // namespace docent::llm
