#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace docent::maintenance {

/// How a value is written in YAML.
enum class Scalar { plain, single_quoted, double_quoted, other };  // other: of several lines, a list, nothing

/// A field at the head of a page, as bytes of the page.
struct FieldSpan {
    std::string name;
    std::size_t begin = 0, end = 0;              // its lines, with their ends
    std::size_t value_begin = 0, value_end = 0;  // the value with its quotes; without blanks and comment
    Scalar scalar = Scalar::other;
    std::string value;  // read; of `other` ""
};

/// The block between its "---" lines.
struct FieldBlock {
    bool found = false;
    std::size_t begin = 0, end = 0;  // of the lines between
    std::vector<FieldSpan> fields;   // of the first level, in order
    const FieldSpan* find(std::string_view name) const;
};

/// Takes any bytes. A block that is no valid YAML counts as not found.
FieldBlock find_fields(std::string_view text);

/// `value` as YAML that reads as that text again: written as asked where that can be, else in double quotes.
std::string yaml_scalar(std::string_view value, Scalar style);

}  // namespace docent::maintenance
