#include "docs/js_value.hpp"
#include "docs/mdx_renderer.hpp"

namespace docent::docs {

namespace {

namespace json = boost::json;

std::string field_text(const json::object& object, std::initializer_list<std::string_view> keys) {
    for (const auto key : keys)
        if (const auto* value = object.if_contains(key); value && value->is_string()) {
            std::string out(value->as_string().c_str());
            for (auto& c : out)
                if (c == '\n') c = ' ';
            return out;
        }
    return "";
}

bool field_true(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_bool() && value->as_bool();
}

void write(const json::value& value, std::size_t depth, std::string& out);

/// One thing of a list: a parameter, a card, an example.
void write_object(const json::object& object, std::size_t depth, std::string& out) {
    const auto name = field_text(object, {"name"});
    const auto title = field_text(object, {"title", "label", "heading", "question"});
    const auto type = field_text(object, {"type"});
    const auto text = field_text(object, {"description", "content", "text", "answer", "subtitle"});
    const auto href = field_text(object, {"href", "link", "url", "to"});
    std::string line;
    if (!name.empty())
        line = "`" + name + "`";
    else if (!title.empty())
        line = href.empty() ? "**" + title + "**" : "[" + title + "](" + href + ")";
    std::string notes;
    if (!type.empty() && (!name.empty() || title.empty())) notes = "`" + type + "`";
    if (field_true(object, "isOptional") || field_true(object, "optional"))
        notes += notes.empty() ? "optional" : ", optional";
    if (field_true(object, "required")) notes += notes.empty() ? "required" : ", required";
    if (const auto standard = field_text(object, {"default", "defaultValue"}); !standard.empty())
        notes += (notes.empty() ? "default: `" : ", default: `") + standard + "`";
    if (!notes.empty()) line += line.empty() ? notes : " (" + notes + ")";
    if (!text.empty()) line += (line.empty() ? "" : ": ") + text;
    const bool item = !line.empty();
    if (item) out += std::string(depth * 2, ' ') + "- " + line + "\n";
    for (const auto* key : {"properties", "parameters", "children", "items", "cards", "options"})
        if (const auto* more = object.if_contains(key)) write(*more, depth + item, out);
}

void write(const json::value& value, std::size_t depth, std::string& out) {
    if (depth > 20) return;
    if (value.is_object()) write_object(value.as_object(), depth, out);
    if (value.is_array())
        for (const auto& item : value.as_array()) write(item, depth, out);
}

}  // namespace

/// A component whose text is in its properties: <PropertiesTable content={[{ name, type, description }]}>.
bool MdxRenderer::data_component(const Node& node, std::string& out) {
    bool any = false;
    for (const auto& attribute : node.tag.attributes) {
        if (!attribute.expression || attribute.value.empty() ||
            (attribute.value[0] != '[' && attribute.value[0] != '{'))
            continue;
        if (attribute.name == "style" || attribute.name == "className" || attribute.name == "actions")
            continue;
        const auto value = read_js_value(attribute.value);
        if (!value) continue;
        std::string text;
        write(*value, 0, text);
        if (text.empty()) continue;
        any = true;
        out += text;
    }
    return any && node.children.empty();
}

}  // namespace docent::docs
