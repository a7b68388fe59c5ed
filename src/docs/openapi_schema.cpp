#include "docs/openapi_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"

namespace docent::docs {
namespace json = boost::json;
namespace {

constexpr std::size_t max_hops = 32;         // "$ref" to "$ref" to ...
constexpr std::size_t max_levels = 6;        // of nested fields
constexpr std::size_t max_merge_depth = 16;  // allOf in allOf in ...
constexpr std::size_t max_fields = 2'000;    // an operation
constexpr std::size_t max_text = 256 << 10;  // bytes, an operation
constexpr std::size_t max_enum = 60;
constexpr std::size_t max_choices = 12;
constexpr std::size_t max_work = 200'000;  // schemas and fields looked at, an operation

bool is_null_schema(const json::value& schema) {
    const auto* object = schema.if_object();
    return object && text_of(*object, "type") == "null";
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string all;
    for (const auto& word : words) {
        if (!all.empty()) all += between;
        all += word;
    }
    return all;
}

}  // namespace

std::string_view text_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    const auto* text = value ? value->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

const json::object* object_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value ? value->if_object() : nullptr;
}

bool flag_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_bool() && value->get_bool();
}

std::string in_list(std::string_view text, std::size_t level) {
    const std::string indent(2 * (level + 1), ' ');
    std::string out;
    for (const char c : trim(text)) {
        if (c == '\r') continue;
        out += c;
        if (c == '\n') out += indent;
    }
    return out;
}

std::string code_span(std::string_view text) {
    std::string line(cut_utf8(text, 200));
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' ');
    if (line.size() < text.size()) line += "...";
    if (line.find('`') == std::string::npos) return "`" + line + "`";
    return "`` " + line + " ``";
}

std::string inline_value(const json::value& value) {
    if (const auto* text = value.if_string()) return text->empty() ? "`\"\"`" : code_span(*text);
    if (value.is_structured()) {
        const auto size = value.is_array() ? value.get_array().size() : value.get_object().size();
        if (size > 40) return "a longer value";
    }
    return code_span(json::serialize(value));
}

const json::value* RefResolver::pointer(std::string_view ref) const {
    if (!ref.starts_with("#")) return nullptr;
    std::string path;
    if (!percent_decode(ref.substr(1), path)) return nullptr;
    boost::system::error_code failed;
    const auto* found = root_.find_pointer(path, failed);
    return failed ? nullptr : found;
}

const json::value* RefResolver::resolve(const json::value& value) const {
    const json::value* at = &value;
    for (std::size_t hop = 0; hop < max_hops; ++hop) {
        const auto* object = at->if_object();
        if (!object) return at;
        const auto* ref = object->if_contains("$ref");
        if (!ref || !ref->is_string()) return at;
        at = pointer(ref->get_string());
        if (!at) return nullptr;
    }
    return nullptr;
}

/// A schema with its allOf laid over each other.
struct SchemaWriter::Shape {
    struct Field {
        std::string_view name;
        const json::value* schema;
    };
    std::vector<const json::object*> parts;  // the schema and its allOf members, resolved
    std::vector<Field> fields;
    std::vector<std::string_view> required;
    std::vector<std::string> types;
    std::vector<const json::value*> choices;  // oneOf or anyOf, without null
    bool any_of = false;
    bool nullable = false;
    const json::value* items = nullptr;
    const json::value* values = nullptr;  // additionalProperties

    /// The first part that has the key: the outermost wins.
    const json::value* find(std::string_view key) const {
        for (const auto* part : parts)
            if (const auto* value = part->if_contains(key)) return value;
        return nullptr;
    }
    std::string_view text(std::string_view key) const {
        const auto* value = find(key);
        return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
    }
    bool flag(std::string_view key) const {
        const auto* value = find(key);
        return value && value->is_bool() && value->get_bool();
    }
    bool is_required(std::string_view name) const {
        return std::find(required.begin(), required.end(), name) != required.end();
    }
};

/// Marks a shape's schemas as being written, for as long as it lives.
struct SchemaWriter::Visit {
    Visit(SchemaWriter& writer, const Shape& shape) : writer_(writer), before_(writer.open_.size()) {
        writer_.open_.insert(writer_.open_.end(), shape.parts.begin(), shape.parts.end());
    }
    ~Visit() { writer_.open_.resize(before_); }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

private:
    SchemaWriter& writer_;
    std::size_t before_;
};

bool SchemaWriter::has_room() const {
    return out_.size() < max_text && fields_ < max_fields && work_ < max_work;
}

void SchemaWriter::gather(const json::value& schema, Shape& shape, std::size_t depth) const {
    if (depth > max_merge_depth || shape.parts.size() > 64 || ++work_ > max_work) return;
    // What stands beside a "$ref" (3.1 allows it) goes before what it leads to.
    const auto* beside = schema.if_object();
    const auto* found = refs_.resolve(schema);
    std::vector<const json::object*> here;
    if (beside && found != &schema && beside->size() > 1) here.push_back(beside);
    if (found && found->is_object()) here.push_back(&found->get_object());
    for (const auto* part : here) {
        if (std::find(shape.parts.begin(), shape.parts.end(), part) != shape.parts.end()) continue;
        shape.parts.push_back(part);
        shape.nullable = shape.nullable || flag_of(*part, "nullable");
        if (const auto* type = part->if_contains("type")) {
            const auto add = [&](const json::value& word) {
                if (!word.is_string()) return;
                if (word.get_string() == "null")
                    shape.nullable = true;
                else if (std::string text(word.get_string());
                         std::find(shape.types.begin(), shape.types.end(), text) == shape.types.end())
                    shape.types.push_back(text);
            };
            if (type->is_array()) {
                if (shape.types.empty())
                    for (const auto& word : type->get_array()) add(word);
            } else if (shape.types.empty()) {
                add(*type);
            }
        }
        if (const auto* required = part->if_contains("required"); required && required->is_array())
            for (const auto& name : required->get_array())
                if (name.is_string()) shape.required.emplace_back(name.get_string());
        if (const auto* fields = object_of(*part, "properties"))
            for (const auto& [name, field] : *fields) {
                ++work_;
                const auto known = [&, n = std::string_view(name)](const Shape::Field& f) {
                    return f.name == n;
                };
                if (std::none_of(shape.fields.begin(), shape.fields.end(), known))
                    shape.fields.push_back({name, &field});
                if (shape.fields.size() > max_fields) break;
            }
        if (const auto* items = part->if_contains("items"); items && !shape.items) shape.items = items;
        if (const auto* values = part->if_contains("additionalProperties"); values && !shape.values)
            shape.values = values;
        for (const std::string_view word : {"oneOf", "anyOf"}) {
            const auto* list = part->if_contains(word);
            if (!list || !list->is_array() || !shape.choices.empty()) continue;
            for (const auto& choice : list->get_array()) {
                if (is_null_schema(choice))
                    shape.nullable = true;
                else
                    shape.choices.push_back(&choice);
            }
            shape.any_of = word == "anyOf";
        }
        if (const auto* all = part->if_contains("allOf"); all && all->is_array())
            for (const auto& member : all->get_array()) gather(member, shape, depth + 1);
        // One choice besides null is no choice.
        if (shape.choices.size() == 1) {
            const auto* only = shape.choices.front();
            shape.choices.clear();
            gather(*only, shape, depth + 1);
        }
    }
}

SchemaWriter::Shape SchemaWriter::shape_of(const json::value& schema) const {
    Shape shape;
    gather(schema, shape, 0);
    if (shape.types.empty()) {
        if (!shape.fields.empty() || (shape.values && shape.values->is_object()))
            shape.types.emplace_back("object");
        else if (shape.items)
            shape.types.emplace_back("array");
    }
    return shape;
}

std::string SchemaWriter::type_of(const json::value& schema) const { return type_of(shape_of(schema), 0); }

std::string SchemaWriter::type_of(const Shape& shape, std::size_t depth) const {
    if (depth > 4) return "any";
    std::vector<std::string> words;
    for (const auto& type : shape.types) {
        if (type == "array" && shape.items) {
            const std::string item = type_of(shape_of(*shape.items), depth + 1);
            words.push_back(item.find(' ') == std::string::npos ? item + "[]" : "(" + item + ")[]");
        } else if (type == "object" && shape.fields.empty() && shape.values && shape.values->is_object()) {
            words.push_back("map of " + type_of(shape_of(*shape.values), depth + 1));
        } else {
            words.push_back(std::string(cut_utf8(type, 60)));
        }
    }
    if (words.empty())
        for (const auto* choice : shape.choices) {
            std::string word = type_of(shape_of(*choice), depth + 1);
            if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
            if (words.size() == max_choices) break;
        }
    if (words.empty()) words.emplace_back("any");
    if (const auto format = shape.text("format"); !format.empty() && shape.types.size() == 1)
        words.back() += fmt::format(" <{}>", cut_utf8(format, 40));
    if (shape.nullable) words.emplace_back("null");
    return joined(words, " or ");
}

std::string SchemaWriter::facts(const Shape& shape) const {
    std::string text;
    if (const auto* value = shape.find("const")) text += " Always " + inline_value(*value) + ".";
    const auto* list = shape.find("enum");
    if (!list && shape.items) {
        // The choices of an array are those of its items.
        const auto* items = refs_.resolve(*shape.items);
        if (items && items->is_object()) list = items->get_object().if_contains("enum");
    }
    if (list && list->is_array() && !list->get_array().empty()) {
        std::vector<std::string> words;
        for (const auto& value : list->get_array()) {
            if (words.size() == max_enum) {
                words.emplace_back("...");
                break;
            }
            words.push_back(inline_value(value));
        }
        text += " One of: " + joined(words, ", ") + ".";
    }
    if (const auto* value = shape.find("default"); value && !value->is_null())
        text += " Default: " + inline_value(*value) + ".";
    const std::pair<std::string_view, std::string_view> limits[] = {
        {"minimum", "Minimum"},          {"exclusiveMinimum", "More than"},
        {"maximum", "Maximum"},          {"exclusiveMaximum", "Less than"},
        {"minLength", "Minimum length"}, {"maxLength", "Maximum length"},
        {"minItems", "Minimum items"},   {"maxItems", "Maximum items"},
    };
    for (const auto& [key, words] : limits)
        if (const auto* value = shape.find(key); value && value->is_number())
            text += fmt::format(" {}: {}.", words, inline_value(*value));
    if (const auto pattern = shape.text("pattern"); !pattern.empty())
        text += " Pattern: " + code_span(pattern) + ".";
    if (const auto* value = shape.find("example"); value && !value->is_structured() && !value->is_null())
        text += " Example: " + inline_value(*value) + ".";
    return text;
}

void SchemaWriter::field(std::string_view name, const json::value& schema, bool required, std::size_t level,
                         std::string_view description, std::string_view more) {
    if (!has_room()) return;
    ++fields_;
    const Shape shape = shape_of(schema);
    out_ += fmt::format("{:{}}- {} ({}", "", 2 * level, code_span(name), type_of(shape, 0));
    if (!more.empty()) out_ += fmt::format(", {}", more);
    if (required) out_ += ", required";
    if (shape.flag("deprecated")) out_ += ", deprecated";
    if (shape.flag("readOnly")) out_ += ", read only";
    if (shape.flag("writeOnly")) out_ += ", write only";
    out_ += ")";
    if (description.empty()) description = shape.text("description");
    const std::string facts_text = facts(shape);
    if (!trim(description).empty() || !facts_text.empty()) out_ += ":";
    if (!trim(description).empty()) out_ += " " + in_list(cut_utf8(description, 16 << 10), level);
    // A description that ends in a code block must not swallow the facts.
    if (!facts_text.empty() && description.find("```") != std::string_view::npos)
        out_ += fmt::format("\n\n{:{}}{}", "", 2 * (level + 1), trim(facts_text));
    else
        out_ += facts_text;
    out_ += '\n';
    contents(shape, level + 1);
}

void SchemaWriter::contents(const json::value& schema, std::size_t level) {
    contents(shape_of(schema), level);
}

void SchemaWriter::contents(const Shape& shape, std::size_t level) {
    if (level > max_levels || shape.parts.empty()) return;
    for (const auto* part : shape.parts)
        if (std::find(open_.begin(), open_.end(), part) != open_.end()) return;  // inside itself
    const Visit visit(*this, shape);
    for (const auto& [name, schema] : shape.fields) {
        if (!has_room()) return;
        field(name, *schema, shape.is_required(name), level);
    }
    if (shape.items) contents(shape_of(*shape.items), level);
    if (shape.values && shape.values->is_object()) contents(shape_of(*shape.values), level);
    if (shape.choices.empty()) return;
    std::size_t number = 0;
    for (const auto* choice : shape.choices) {
        if (++number > max_choices || !has_room()) return;
        const Shape option = shape_of(*choice);
        if (option.fields.empty() && option.text("description").empty() && !option.find("enum")) continue;
        const auto title = option.text("title");
        out_ += fmt::format(
            "{:{}}- {} {}{} ({})", "", 2 * level, shape.any_of ? "Any of, option" : "Option", number,
            title.empty() ? std::string() : ": " + in_list(cut_utf8(title, 200), level), type_of(option, 0));
        ++fields_;
        if (const auto text = option.text("description"); !trim(text).empty())
            out_ += ": " + in_list(cut_utf8(text, 16 << 10), level);
        out_ += facts(option) + "\n";
        contents(option, level + 1);
    }
}

}  // namespace docent::docs
