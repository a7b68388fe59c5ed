#include "docs/json_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <boost/json/parser.hpp>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/text.hpp"

namespace docent::docs {
namespace json = boost::json;
namespace {

/// The unquoted scalars of the core schema (YAML 1.2.2, 10.3.2); everything else is a string.
json::value plain_scalar(const std::string& text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    const char* begin = text.data();
    const char* end = begin + text.size();
    std::int64_t whole = 0;
    if (auto r = std::from_chars(begin, end, whole); r.ec == std::errc() && r.ptr == end) return whole;
    const bool number = text.find_first_not_of("0123456789.eE+-") == std::string::npos &&
                        text.find_first_of("0123456789") != std::string::npos;
    double real = 0;
    if (number) {
        auto r = std::from_chars(begin, end, real);
        if (r.ec == std::errc() && r.ptr == end && std::isfinite(real)) return real;
    }
    return json::value(repair_utf8(text));
}

class YamlReader {
public:
    explicit YamlReader(const TreeLimits& limits) : limits_(limits), left_(limits.values) {}

    Result<json::value> read(const YAML::Node& node, std::size_t depth) {
        if (depth > limits_.depth) return too_much(node, "nested too deeply");
        if (left_ == 0) return too_much(node, "too many values");
        --left_;
        switch (node.Type()) {
            case YAML::NodeType::Scalar:
                // "!" is the tag of quoted scalars: they stay strings.
                if (node.Tag() == "?" || node.Tag().empty()) return plain_scalar(node.Scalar());
                return json::value(repair_utf8(node.Scalar()));
            case YAML::NodeType::Sequence: {
                json::array items;
                for (const auto& item : node) {
                    TRY(auto value, read(item, depth + 1));
                    items.push_back(std::move(value));
                }
                return json::value(std::move(items));
            }
            case YAML::NodeType::Map:
                return read_map(node, depth);
            default:
                return json::value(nullptr);
        }
    }

private:
    Result<json::value> read_map(const YAML::Node& node, std::size_t depth) {
        json::object object, merged;
        for (const auto& entry : node) {
            if (!entry.first.IsScalar()) return too_much(entry.first, "a key must be plain text");
            TRY(auto value, read(entry.second, depth + 1));
            if (entry.first.Scalar() == "<<" && value.is_object()) {
                merged = std::move(value.get_object());
                continue;
            }
            object.insert_or_assign(repair_utf8(entry.first.Scalar()), std::move(value));
        }
        for (auto& [key, value] : merged)
            if (!object.contains(key)) object.emplace(key, std::move(value));
        return json::value(std::move(object));
    }

    static Error too_much(const YAML::Node& node, std::string_view why) {
        const int line = node.Mark().line;
        return invalid(line < 0 ? std::string(why) : fmt::format("line {}: {}", line + 1, why));
    }

    const TreeLimits& limits_;
    std::size_t left_;
};

std::optional<Error> unfit(std::string_view text, const TreeLimits& limits) {
    if (text.size() > limits.bytes) return invalid(fmt::format("larger than {} MiB", limits.bytes >> 20));
    if (!is_utf8(text)) return invalid("the text is not UTF-8");
    return std::nullopt;
}

std::string_view without_bom(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return text;
}

}  // namespace

Result<json::value> parse_json_tree(std::string_view text, const TreeLimits& limits) {
    text = without_bom(text);
    if (auto error = unfit(text, limits)) return std::move(*error);
    json::parse_options options;
    options.max_depth = limits.depth;
    json::parser parser({}, options);
    boost::system::error_code failed;
    const std::size_t read = parser.write(text, failed);
    if (failed == json::error::too_deep)
        return invalid(fmt::format("line {}: nested too deeply", line_of(text, read)));
    if (failed)
        return invalid(fmt::format("line {}: not valid JSON ({})", line_of(text, read), failed.message()));
    return parser.release();
}

Result<json::value> parse_yaml_tree(std::string_view text, const TreeLimits& limits) {
    text = without_bom(text);
    if (auto error = unfit(text, limits)) return std::move(*error);
    try {
        const YAML::Node root = YAML::Load(std::string(text));
        return YamlReader(limits).read(root, 0);
    } catch (const YAML::Exception& e) {
        if (e.mark.line < 0) return invalid("not valid YAML (" + e.msg + ")");
        return invalid(fmt::format("line {}: not valid YAML ({})", e.mark.line + 1, e.msg));
    }
}

Result<json::value> parse_json_or_yaml_tree(std::string_view text, std::string_view file) {
    const bool yaml = file.ends_with(".yaml") || file.ends_with(".yml");
    const auto first = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    const bool object = first != std::string_view::npos && text[first] == '{';
    auto tree = object ? parse_json_tree(text) : parse_yaml_tree(text);
    if (!tree && object && yaml) tree = parse_yaml_tree(text);
    return tree;
}

}  // namespace docent::docs
