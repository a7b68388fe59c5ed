#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace docent::api {

/// Appends `text` as a JSON string, quotes included. The result is always well-formed UTF-8 on one line
/// for every reader: ill-formed bytes become U+FFFD, and the line separators that some readers split at
/// (U+0085, U+2028, U+2029) are escaped. Runs of plain text are copied whole: a streamed token costs no
/// parse tree.
void append_json_string(std::string& out, std::string_view text);

/// Appends a JSON value on one line, its strings as above.
void append_json(std::string& out, const boost::json::value& value);
void append_json(std::string& out, const boost::json::object& object);

}  // namespace docent::api
