#pragma once
#include <boost/json/value.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace docent::docs {

/// Follows "$ref" inside one document. Never fails: what cannot be followed is given back as it is.
class RefResolver {
public:
    explicit RefResolver(const boost::json::value& root) : root_(root) {}

    /// The value itself, or what its chain of "$ref" leads to; null when it leads nowhere.
    const boost::json::value* resolve(const boost::json::value& value) const;

private:
    const boost::json::value* pointer(std::string_view ref) const;

    const boost::json::value& root_;
};

/// Writes JSON Schemas as nested Markdown lists. Cycles, depth and length are bounded.
class SchemaWriter {
public:
    SchemaWriter(const RefResolver& refs, std::string& out) : refs_(refs), out_(out) {}

    /// "string", "integer[]", "Pet or null": a type in a few words.
    std::string type_of(const boost::json::value& schema) const;

    /// One line for a field, its facts and description after it, its own fields below.
    void field(std::string_view name, const boost::json::value& schema, bool required, std::size_t level,
               std::string_view description = {}, std::string_view more = {});

    /// What a schema holds (the fields of an object, of an array's items, the choices), without itself.
    void contents(const boost::json::value& schema, std::size_t level);

    /// False once the text has reached its limit: what follows is left out.
    bool has_room() const;

private:
    struct Shape;
    struct Visit;
    Shape shape_of(const boost::json::value& schema) const;
    void gather(const boost::json::value& schema, Shape& shape, std::size_t depth) const;
    std::string type_of(const Shape& shape, std::size_t depth) const;
    std::string facts(const Shape& shape) const;
    void contents(const Shape& shape, std::size_t level);

    const RefResolver& refs_;
    std::string& out_;
    std::vector<const boost::json::object*> open_;  // the schemas being written, outermost first
    std::size_t fields_ = 0;
    mutable std::size_t work_ = 0;  // schemas and fields looked at
};

/// The string under `key`, or "".
std::string_view text_of(const boost::json::object& object, std::string_view key);
/// The object under `key`, or null.
const boost::json::object* object_of(const boost::json::object& object, std::string_view key);
bool flag_of(const boost::json::object& object, std::string_view key);
/// Text inside a list item at `level`: its later lines are indented to stay in the item.
std::string in_list(std::string_view text, std::size_t level);
/// A value for people: `"a"` as a, others as JSON, cut to a line.
std::string inline_value(const boost::json::value& value);
std::string code_span(std::string_view text);

}  // namespace docent::docs
