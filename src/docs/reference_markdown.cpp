#include "docs/reference_markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"

namespace docent::docs {
namespace json = boost::json;
namespace {

/// JSON over several lines. Gives up beyond longest_example: an example is there to be read.
bool pretty(const json::value& value, std::string& out, std::size_t depth) {
    if (out.size() > longest_example) return false;
    const std::string indent(2 * (depth + 1), ' ');
    if (const auto* array = value.if_array(); array && !array->empty()) {
        out += "[";
        for (std::size_t i = 0; i < array->size(); ++i) {
            out += (i ? ",\n" : "\n") + indent;
            if (!pretty((*array)[i], out, depth + 1)) return false;
        }
        out += "\n" + indent.substr(2) + "]";
    } else if (const auto* object = value.if_object(); object && !object->empty()) {
        out += "{";
        bool first = true;
        for (const auto& [key, member] : *object) {
            out += (first ? "\n" : ",\n") + indent + json::serialize(json::value(key)) + ": ";
            first = false;
            if (!pretty(member, out, depth + 1)) return false;
        }
        out += "\n" + indent.substr(2) + "}";
    } else {
        out += json::serialize(value);
    }
    return out.size() <= longest_example;
}

}  // namespace

std::string code_block(std::string_view text, std::string_view language) {
    std::size_t run = 0, longest = 2;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(longest + 1, '`');
    std::string word;
    for (const char c : cut_utf8(language, 30))
        if (c > ' ' && c != '`') word += c;
    return fmt::format("{}{}\n{}\n{}\n\n", fence, word, text, fence);
}

std::string example_block(const json::value& value, std::string_view language) {
    std::string text;
    if (const auto* string = value.if_string())
        text = std::string(*string);
    else if (!pretty(value, text, 0))
        return "";
    return text.empty() || text.size() > longest_example ? "" : code_block(text, language);
}

void write_schema(const json::value& schema, const RefResolver& refs, SchemaWriter& schemas,
                  std::string& out) {
    const std::size_t before = out.size();
    schemas.contents(schema, 0);
    if (out.size() > before) {
        const std::string type = schemas.type_of(schema);
        if (type.ends_with("[]")) out.insert(before, fmt::format("{}, each with:\n\n", type));
        out += '\n';
        return;
    }
    // Not an object: the type alone says what it is.
    const auto* target = refs.resolve(schema);
    const auto* object = target ? target->if_object() : nullptr;
    const auto text = object ? trim(text_of(*object, "description")) : std::string_view();
    out += fmt::format("Type: {}.{}{}\n\n", schemas.type_of(schema), text.empty() ? "" : " ", text);
}

}  // namespace docent::docs
