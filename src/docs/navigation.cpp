#include "docs/navigation.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace docent::docs {

namespace json = boost::json;

namespace {

constexpr std::size_t max_group_depth = 40;
constexpr std::size_t max_entries = 400'000;

std::string string_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->as_string().c_str()) : "";
}

std::optional<bool> bool_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_bool() ? std::optional<bool>(value->as_bool()) : std::nullopt;
}

std::string without_slashes(std::string_view path) {
    while (!path.empty() && path.front() == '/') path.remove_prefix(1);
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    for (const std::string_view ending : {".mdx", ".md"})
        if (path.size() > ending.size() && path.substr(path.size() - ending.size()) == ending)
            path.remove_suffix(ending.size());
    return std::string(path);
}

bool is_operation(std::string_view entry) {
    static constexpr std::array<std::string_view, 10> methods{"get",  "post",    "put",   "patch", "delete",
                                                              "head", "options", "trace", "query", "webhook"};
    for (const auto& word : split(entry, ' '))
        if (std::find(methods.begin(), methods.end(), lower_ascii(word)) != methods.end()) return true;
    return false;
}

/// The files of an `openapi` or `asyncapi`: a name, a list of names, or {source, directory}.
std::vector<std::string> files_of(const json::object& node, std::string_view key) {
    const auto* value = node.if_contains(key);
    if (!value) return {};
    std::vector<std::string> files;
    const auto add = [&](const json::value& one) {
        if (one.is_string() && !one.get_string().empty() && files.size() < 100)
            files.emplace_back(one.get_string().c_str());
    };
    add(*value);
    if (const auto* list = value->if_array())
        for (const auto& one : *list) add(one);
    if (const auto* object = value->if_object())
        if (const auto* source = object->if_contains("source")) add(*source);
    return files;
}

std::string directory_of(const json::object& node, std::string_view key) {
    const auto* value = node.if_contains(key);
    return value && value->is_object() ? without_slashes(string_at(value->get_object(), "directory")) : "";
}

class Walker {
public:
    explicit Walker(Navigation& out) : out_(out) {}

    void walk(const json::object& node, NavEntry inherited, std::size_t depth) {
        if (depth > max_group_depth) return;
        inherit(node, inherited);
        const auto before = out_.entries.size();
        if (const auto root = string_at(node, "root"); !root.empty()) add_page(root, inherited);
        // `languages` and `versions` are divisions of their own; the rest are titles above the pages.
        for (const auto* key : {"languages", "versions", "products", "tabs", "dropdowns", "anchors", "menu",
                                "groups", "pages", "navigation"}) {
            const auto* children = node.if_contains(key);
            if (!children) continue;
            if (children->is_object()) walk(children->as_object(), inherited, depth + 1);
            if (!children->is_array()) continue;
            for (const auto& child : children->as_array()) {
                if (out_.entries.size() >= max_entries) return;
                if (child.is_string()) add_page(std::string(child.as_string().c_str()), inherited);
                if (child.is_object()) walk(child.as_object(), inherited, depth + 1);
            }
        }
        if (out_.entries.size() == before)
            for (const auto& file : files_of(node, "openapi")) {
                auto entry = inherited;
                entry.spec = file;
                entry.all_operations = true;
                out_.entries.push_back(std::move(entry));
            }
        for (const auto& file : files_of(node, "asyncapi")) {
            auto entry = inherited;
            entry.async_spec = file;
            if (auto directory = directory_of(node, "asyncapi"); !directory.empty())
                entry.directory = std::move(directory);
            out_.entries.push_back(std::move(entry));
        }
    }

private:
    static void inherit(const json::object& node, NavEntry& entry) {
        for (const auto* key : {"product", "tab", "dropdown", "anchor", "item", "group"})
            if (auto title = string_at(node, key); !title.empty())
                entry.breadcrumbs.push_back(std::move(title));
        if (const auto language = string_at(node, "language"); !language.empty())
            entry.language = normalise_language(language);
        if (const auto version = string_at(node, "version"); !version.empty()) entry.version = version;
        if (const auto tag = string_at(node, "tag"); !tag.empty() && node.contains("group")) entry.tag = tag;
        if (const auto* boost = node.if_contains("boost"); boost && boost->is_number()) {
            const double value = boost->to_number<double>();
            if (value > 0) entry.boost = std::min(value, 100.0);
        }
        if (const auto files = files_of(node, "openapi"); !files.empty()) entry.spec = files.front();
        if (auto directory = directory_of(node, "openapi"); !directory.empty())
            entry.directory = std::move(directory);
        if (auto directory = string_at(node, "directory"); !directory.empty())
            entry.directory = without_slashes(directory);
        const auto searchable = bool_of(node, "searchable");
        if (bool_of(node, "hidden").value_or(false))
            entry.state = searchable.value_or(false) ? NavState::hidden_searchable : NavState::hidden;
        else if (searchable && entry.state != NavState::shown && entry.state != NavState::unsearchable)
            entry.state = *searchable ? NavState::hidden_searchable : NavState::hidden;
        else if (searchable)
            entry.state = *searchable ? NavState::shown : NavState::unsearchable;
    }

    void add_page(const std::string& written, const NavEntry& inherited) {
        if (written.find("://") != std::string::npos) return;
        auto entry = inherited;
        if (is_operation(written))
            entry.operation = written;
        else
            entry.path = without_slashes(written);
        out_.entries.push_back(std::move(entry));
    }

    Navigation& out_;
};

/// The `default` one, or the first, of a list of languages or versions.
std::string default_of(const json::value* list, std::string_view key) {
    if (!list || !list->is_array()) return "";
    std::string first;
    for (const auto& item : list->as_array()) {
        if (!item.is_object()) continue;
        const auto name = string_at(item.as_object(), key);
        if (bool_of(item.as_object(), "default").value_or(false)) return name;
        if (first.empty()) first = name;
    }
    return first;
}

}  // namespace

std::string normalise_language(std::string_view code) {
    std::string out = lower_ascii(trim(code));
    std::replace(out.begin(), out.end(), '_', '-');
    if (out == "cn") return "zh";
    if (out == "jp" || out == "ja-jp") return "ja";
    return out;
}

Navigation read_navigation(const json::object& config) {
    Navigation out;
    const auto* navigation = config.if_contains("navigation");
    if (!navigation) return out;
    NavEntry top;
    // API settings for the whole site.
    if (const auto* api = config.if_contains("api"); api && api->is_object()) {
        const auto* openapi = api->as_object().if_contains("openapi");
        if (openapi && openapi->is_string()) top.spec = openapi->as_string().c_str();
    }
    Walker walker(out);
    if (navigation->is_array()) {  // mint.json
        json::object groups;
        groups["groups"] = *navigation;
        walker.walk(groups, top, 0);
    } else if (navigation->is_object()) {
        const auto& object = navigation->as_object();
        walker.walk(object, top, 0);
        const auto first = normalise_language(default_of(object.if_contains("languages"), "language"));
        if (!first.empty()) out.languages.push_back(first);
        out.default_version = default_of(object.if_contains("versions"), "version");
        if (const auto* global = object.if_contains("global"); global && global->is_object())
            walker.walk(global->as_object(), top, 1);
    }
    for (const auto& entry : out.entries)
        if (!entry.language.empty() &&
            std::find(out.languages.begin(), out.languages.end(), entry.language) == out.languages.end())
            out.languages.push_back(entry.language);
    return out;
}

}  // namespace docent::docs
