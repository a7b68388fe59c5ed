#include "base/json_fields.hpp"

#include <boost/json/parse.hpp>

namespace docent {
namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string number_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_int64() ? std::to_string(value->get_int64()) : std::string();
}

std::optional<bool> bool_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (!value || !value->is_bool()) return std::nullopt;
    return value->get_bool();
}

bool is_true(const json::object& object, std::string_view name) {
    return bool_of(object, name).value_or(false);
}

const json::object& part_of(const json::object& object, std::string_view name) {
    static const json::object none;
    const auto* value = object.if_contains(name);
    return value && value->is_object() ? value->get_object() : none;
}

json::object object_in(std::string_view text) {
    boost::system::error_code failed;
    auto value = json::parse(text, failed);
    return !failed && value.is_object() ? std::move(value.get_object()) : json::object();
}

}  // namespace docent
