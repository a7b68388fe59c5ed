#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

// Reads JSON that others wrote: answers and webhooks of forges, what the store keeps as text. What is absent
// or of another type is empty.
namespace docent {

std::string text_of(const boost::json::object& object, std::string_view name);
/// A whole number, as text: the id of something on a forge.
std::string number_of(const boost::json::object& object, std::string_view name);
std::optional<bool> bool_of(const boost::json::object& object, std::string_view name);
/// True for true alone.
bool is_true(const boost::json::object& object, std::string_view name);
const boost::json::object& part_of(const boost::json::object& object, std::string_view name);
/// What `text` is, when it is a JSON object.
boost::json::object object_in(std::string_view text);

}  // namespace docent
