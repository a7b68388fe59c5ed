#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace docent::docs {

/// What a foreign JSON or YAML document may cost.
struct TreeLimits {
    std::size_t bytes = 16 << 20;
    std::size_t depth = 200;
    std::size_t values = 2'000'000;  // after YAML's aliases are written out
};

/// invalid_argument with "line N: " in front where the line is known.
Result<boost::json::value> parse_json_tree(std::string_view text, const TreeLimits& limits = {});

/// YAML 1.2 core types; aliases and merge keys ("<<") are written out. Errors as above.
Result<boost::json::value> parse_yaml_tree(std::string_view text, const TreeLimits& limits = {});

/// JSON when the text begins like an object, else YAML; a file named .yaml may hold YAML in flow style.
Result<boost::json::value> parse_json_or_yaml_tree(std::string_view text, std::string_view file);

}  // namespace docent::docs
