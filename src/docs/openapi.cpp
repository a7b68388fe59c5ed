#include "docs/openapi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/text.hpp"
#include "docs/json_tree.hpp"
#include "docs/openapi_schema.hpp"

namespace docent::docs {
namespace json = boost::json;
namespace {

constexpr std::array methods = {"get", "put", "post", "delete", "options", "head", "patch", "trace"};
constexpr std::size_t max_operations = 20'000;

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

/// A path to compare by: no slash at the end, every placeholder the same.
std::string path_key(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    std::string key;
    bool inside = false;
    for (const char c : path) {
        if (c == '{') key += "{}";
        if (c == '{')
            inside = true;
        else if (c == '}')
            inside = false;
        else if (!inside)
            key += c;
    }
    return key;
}

OpenApi::Operation describe(const json::object& item, const json::object& object) {
    OpenApi::Operation op;
    op.operation_id = text_of(object, "operationId");
    op.summary = text_of(object, "summary");
    op.description = text_of(object, "description");
    if (op.summary.empty()) op.summary = text_of(item, "summary");
    if (op.description.empty()) op.description = text_of(item, "description");
    if (const auto* tags = object.if_contains("tags"); tags && tags->is_array() && !tags->get_array().empty())
        if (const auto* tag = tags->get_array().front().if_string()) op.tag = std::string(*tag);
    if (const auto* mint = object_of(object, "x-mint")) {
        op.content = text_of(*mint, "content");
        op.href = text_of(*mint, "href");
        if (const auto* metadata = object_of(*mint, "metadata")) {
            if (const auto title = text_of(*metadata, "title"); !title.empty()) op.summary = title;
            if (const auto text = text_of(*metadata, "description"); !text.empty() && op.description.empty())
                op.description = text;
        }
    }
    op.hidden = flag_of(object, "x-hidden") || flag_of(item, "x-hidden");
    op.deprecated = flag_of(object, "deprecated");
    return op;
}

}  // namespace

Result<OpenApi> OpenApi::parse(std::string_view text, std::string_view file) {
    TRY(auto tree, parse_json_or_yaml_tree(text, file));
    OpenApi api;
    api.root_ = std::make_shared<const json::value>(std::move(tree));
    const auto* root = api.root_->if_object();
    if (!root) return invalid("not an OpenAPI document: the text is no object");
    if (root->contains("swagger"))
        return invalid("Swagger 2.0 is not read; convert the document to OpenAPI 3");
    const auto* version = root->if_contains("openapi");
    if (!version) return invalid("not an OpenAPI document: the field openapi is missing");
    // An unquoted 3.1 in YAML is a number.
    std::string number =
        version->is_string() ? std::string(version->get_string()) : json::serialize(*version);
    if (version->is_double()) number = "3";
    if (!number.starts_with("3") || (version->is_double() && version->get_double() >= 4))
        return invalid("only OpenAPI 3 is read; the field openapi says another version");
    api.add_operations("paths", false);
    api.add_operations("webhooks", true);
    return api;
}

void OpenApi::add_operations(std::string_view section, bool webhook) {
    const RefResolver refs(*root_);
    const auto* items = object_of(root_->get_object(), section);
    if (!items) return;
    for (const auto& [path, value] : *items) {
        const auto* target = refs.resolve(value);
        const auto* item = target ? target->if_object() : nullptr;
        if (!item || flag_of(*item, "x-excluded")) continue;
        for (const auto& [word, body] : *item) {
            const std::string_view method = word;
            if (std::find(methods.begin(), methods.end(), method) == methods.end()) continue;
            const auto* object = body.if_object();
            if (!object || flag_of(*object, "x-excluded")) continue;
            if (operations_.size() == max_operations) return;
            Operation op = describe(*item, *object);
            op.method = webhook ? "WEBHOOK" : upper(method);
            op.path = std::string(path);
            op.webhook = webhook;
            operations_.push_back(std::move(op));
            nodes_.push_back({item, object});
            if (webhook) break;
        }
    }
}

const OpenApi::Operation* OpenApi::find(std::string_view method, std::string_view path) const {
    const std::string word = upper(method);
    const Operation* near = nullptr;
    const std::string key = path_key(path);
    for (const auto& op : operations_) {
        if (op.method != word) continue;
        if (op.path == path) return &op;
        if (!near && !op.webhook && path_key(op.path) == key) near = &op;
    }
    return near;
}

std::string OpenApi::title() const {
    const auto* info = object_of(root_->get_object(), "info");
    return info ? std::string(text_of(*info, "title")) : std::string();
}

}  // namespace docent::docs
