#pragma once
#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

namespace docent::docs {

/// Reads a JavaScript literal (object, array, string, template without holes, number, true, false, null);
/// parts that are code become null. Nothing when it begins with none of these. Depth and size are bounded.
std::optional<boost::json::value> read_js_value(std::string_view source);

}  // namespace docent::docs
