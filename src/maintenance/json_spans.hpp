#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docent::maintenance {

/// A JSON value with its place in the text, so that a string can be changed and all else stays, byte for
/// byte.
struct JsonNode {
    enum class Kind { object, array, string, other };
    Kind kind = Kind::other;
    std::size_t begin = 0, end = 0;  // bytes of the value; of strings with their quotes
    std::string text;                // of strings: decoded
    std::vector<std::pair<std::string, JsonNode>> members;  // of objects, in order
    std::vector<JsonNode> items;                            // of arrays

    JsonNode();  // written out: what holds itself in pairs is not complete enough for a default one

    const JsonNode* find(std::string_view key) const;
};

/// Reads JSON as docs.json may be written: with comments, trailing commas and a byte order mark. Nothing when
/// it is broken or nested more than 64 deep.
std::optional<JsonNode> read_json_spans(std::string_view text);

/// `value` as a JSON string without its quotes.
std::string json_escaped(std::string_view value);

/// The text with one more item at the end of the array, written as its neighbours are: on lines of its own
/// with their indentation, or on the array's line. `members`: of the item, an object. Returns where to insert
/// and what.
std::pair<std::size_t, std::string> json_insertion(
    std::string_view text, const JsonNode& array,
    const std::vector<std::vector<std::pair<std::string, std::string>>>& objects);

/// The bytes that go with item `index` of the array: itself, its comma and the blanks before it.
std::pair<std::size_t, std::size_t> json_removal(std::string_view text, const JsonNode& array,
                                                 std::size_t index);

/// The text's way to indent one level: "  ", "    " or a tab.
std::string json_indent(std::string_view text);

}  // namespace docent::maintenance
