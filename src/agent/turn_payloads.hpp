#pragma once
#include <boost/json/object.hpp>
#include <string>

namespace docent::agent {

/// The payload of a system_message. level: "info", "warning", "error"; code "" is null.
inline boost::json::object system_payload(const std::string& level, const std::string& code,
                                          const std::string& message) {
    boost::json::object payload{{"message", message}, {"level", level}, {"code", nullptr}};
    if (!code.empty()) payload["code"] = code;
    return payload;
}

/// The `error` of a payload.
inline boost::json::object error_json(const std::string& code, const std::string& message) {
    return {{"code", code}, {"message", message}};
}

}  // namespace docent::agent
