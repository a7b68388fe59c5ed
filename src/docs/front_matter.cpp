#include "docs/front_matter.hpp"

#include <yaml-cpp/yaml.h>

#include <cmath>

#include "base/text.hpp"

namespace docent::docs {

namespace {

constexpr std::size_t max_block = 64 * 1024;  // bytes; more is not front matter
constexpr std::size_t max_flow_nesting = 40;  // of flow collections: yaml-cpp recurses

struct Block {
    std::string_view yaml;
    std::size_t body = 0;
    std::uint32_t body_line = 1;
};

std::optional<Block> find_block(std::string_view text) {
    std::size_t at = text.substr(0, 3) == "\xef\xbb\xbf" ? 3 : 0;
    std::uint32_t line = 1;
    const auto read_line = [&](std::string_view& out) {
        if (at >= text.size()) return false;
        const auto end = text.find('\n', at);
        out = text.substr(at, end == std::string_view::npos ? text.size() - at : end - at);
        at = end == std::string_view::npos ? text.size() : end + 1;
        ++line;
        return true;
    };
    std::string_view current;
    do {
        if (!read_line(current)) return std::nullopt;
    } while (trim(current).empty());
    if (trim(current) != "---" || current[0] != '-') return std::nullopt;
    const auto from = at;
    while (at - from < max_block) {
        const auto start = at;
        if (!read_line(current)) return std::nullopt;
        if (current.substr(0, 3) == "---" && trim(current) == "---")
            return Block{text.substr(from, start - from), at, line};
    }
    return std::nullopt;
}

bool too_deep(std::string_view yaml) {
    std::size_t depth = 0, deepest = 0;
    for (const char c : yaml) {
        if (c == '[' || c == '{') deepest = std::max(deepest, ++depth);
        if ((c == ']' || c == '}') && depth > 0) --depth;
    }
    std::size_t dashes = 0;  // "- - - -" nests as well
    for (std::size_t i = 0; i + 1 < yaml.size(); ++i) {
        if (yaml[i] == '\n') dashes = 0;
        if ((yaml[i] == '-' || yaml[i] == '?' || yaml[i] == ':') && yaml[i + 1] == ' ')
            deepest = std::max(deepest, ++dashes);
    }
    return deepest > max_flow_nesting;
}

std::string text_of(const YAML::Node& node) {
    return node.IsScalar() ? std::string(trim(node.Scalar())) : "";
}

std::optional<bool> bool_of(const YAML::Node& node) {
    const auto word = lower_ascii(text_of(node));
    if (word == "true" || word == "yes" || word == "on") return true;
    if (word == "false" || word == "no" || word == "off") return false;
    return std::nullopt;
}

void add_words(const YAML::Node& node, std::vector<std::string>& out) {
    if (node.IsScalar()) {
        for (const auto& word : split(node.Scalar(), ','))
            if (!trim(word).empty()) out.emplace_back(trim(word));
    } else if (node.IsSequence()) {
        for (const auto& item : node) {
            if (item.IsScalar() && !trim(item.Scalar()).empty()) out.emplace_back(trim(item.Scalar()));
            if (item.IsMap() && item["includes"]) add_words(item["includes"], out);
            if (item.IsMap() && item["label"]) add_words(item["label"], out);
        }
    } else if (node.IsMap() && node["includes"]) {
        add_words(node["includes"], out);
    }
}

/// Names, or {includes, excludes} with names; who is excluded has a "!" before it (docs::Page::groups).
void add_groups(const YAML::Node& node, std::vector<std::string>& out) {
    add_words(node, out);
    const auto exclude = [&](const YAML::Node& item) {
        if (!item.IsMap() || !item["excludes"]) return;
        std::vector<std::string> names;
        add_words(item["excludes"], names);
        for (auto& name : names) out.push_back("!" + name);
    };
    exclude(node);
    if (node.IsSequence())
        for (const auto& item : node) exclude(item);
}

void take(const std::string& key, const YAML::Node& value, FrontMatter& to) {
    if (key == "title")
        to.title = text_of(value);
    else if (key == "sidebarTitle" || key == "sidebar_label" || key == "sidebar_title")
        to.sidebar_title = text_of(value);
    else if (key == "label")
        to.label = text_of(value);
    else if (key == "description")
        to.description = text_of(value);
    else if (key == "id")
        to.id = text_of(value);
    else if (key == "slug" || key == "permalink")
        to.slug = text_of(value);
    else if (key == "url")
        to.url = text_of(value);
    else if (key == "openapi")
        to.openapi = text_of(value);
    else if (key == "asyncapi")
        to.asyncapi = text_of(value);
    else if (key == "api")
        to.api = text_of(value);
    else if (key == "tag")
        to.tag = text_of(value);
    else if (key == "version")
        to.version = text_of(value);
    else if (key == "lang" || key == "language" || key == "locale")
        to.language = text_of(value);
    else if (key == "mode" || key == "layout")
        to.mode = text_of(value);
    else if (key == "canonical")
        to.canonical = text_of(value);
    else if (key == "keywords" || key == "tags")
        add_words(value, to.keywords);
    else if (key == "groups")
        add_groups(value, to.groups);
    else if (key == "hidden")
        to.hidden = bool_of(value);
    else if (key == "noindex" || key == "noIndex")
        to.noindex = bool_of(value);
    else if (key == "searchable" || key == "search")
        to.searchable = bool_of(value);
    else if (key == "robots" && lower_ascii(text_of(value)).find("noindex") != std::string::npos)
        to.noindex = true;
    else if (key == "draft")
        to.draft = bool_of(value).value_or(false);
    else if (key == "unlisted")
        to.unlisted = bool_of(value).value_or(false);
    else if (key == "deprecated")
        to.deprecated = bool_of(value).value_or(false);
    else if (key == "boost") {
        double boost = 0;
        if (value.IsScalar() && YAML::convert<double>::decode(value, boost) && std::isfinite(boost) &&
            boost > 0)
            to.boost = std::min(boost, 100.0);
    }
}

/// One `key: value` a line, quotes taken off: what can be had of a block that is no YAML.
void take_plain_lines(std::string_view yaml, FrontMatter& to) {
    for (const auto& line : split(yaml, '\n')) {
        const auto colon = line.find(':');
        if (colon == std::string::npos || colon == 0 || line[0] == ' ' || line[0] == '-' || line[0] == '#')
            continue;
        auto value = trim(std::string_view(line).substr(colon + 1));
        if (!value.empty() && (value.front() == '"' || value.front() == '\'')) {
            const char quote = value.front();
            value.remove_prefix(1);
            if (!value.empty() && value.back() == quote) value.remove_suffix(1);
        }
        if (value.empty()) continue;
        take(std::string(trim(std::string_view(line).substr(0, colon))), YAML::Node(std::string(value)), to);
    }
}

}  // namespace

FrontMatterBlock read_front_matter(std::string_view text) {
    FrontMatterBlock out;
    const auto block = find_block(text);
    if (!block) {
        out.body = text.substr(0, 3) == "\xef\xbb\xbf" ? 3 : 0;
        return out;
    }
    out.body = block->body;
    out.body_line = block->body_line;
    if (too_deep(block->yaml)) {
        out.error = "the front matter is nested too deeply";
        out.error_line = 1;
        take_plain_lines(block->yaml, out.fields);
        return out;
    }
    try {
        const auto node = YAML::Load(std::string(block->yaml));
        if (node.IsMap()) {
            for (const auto& field : node)
                if (field.first.IsScalar()) take(field.first.Scalar(), field.second, out.fields);
        } else if (!node.IsNull()) {
            out.error = "the front matter is not a list of fields (key: value)";
            out.error_line = 2;
        }
    } catch (const YAML::Exception& e) {
        out.error = "the front matter is no valid YAML: " + e.msg;
        out.error_line = e.mark.is_null() ? 1 : static_cast<std::uint32_t>(e.mark.line) + 2;
        out.fields = {};
        take_plain_lines(block->yaml, out.fields);
    } catch (const std::exception& e) {
        out.error = std::string("the front matter cannot be read: ") + e.what();
        out.error_line = 1;
        out.fields = {};
    }
    return out;
}

}  // namespace docent::docs
