#include <algorithm>

#include "base/text.hpp"
#include "docs/mdx.hpp"
#include "docs/source_files.hpp"
#include "maintenance/linked_site.hpp"

namespace docent::maintenance {

namespace {

constexpr std::size_t max_config_bytes = 16 << 20;

bool is_page_list(std::string_view key) {
    return is_one_of(key, {"languages", "versions", "products", "tabs", "dropdowns", "anchors", "menu",
                           "groups", "pages", "navigation", "global"});
}

/// Walks docs.json as it is written, from file to file.
/// An entry of a list of pages that names an operation of a description: "GET /pets", "api.json POST /pets",
/// "webhook order".
bool is_operation(const std::string& entry) {
    return entry.find(" /") != std::string::npos || entry.starts_with("webhook ") ||
           entry.find(" webhook ") != std::string::npos;
}

class ConfigReader {
public:
    ConfigReader(LinkedSite& site, const std::filesystem::path& folder) : site_(site), folder_(folder) {}

    /// The file itself, which lives as long as the reader; null when it cannot be read.
    const JsonNode* run(const std::string& file) {
        const auto* root = load(file);
        if (!root) return nullptr;
        open_.push_back(file);
        for (const auto& [key, value] : root->members) {
            if (key == "navigation")
                navigation(value, file, true);
            else if (key == "redirects")
                redirects(value, file);
            else
                other(key, value, file);
        }
        return root;
    }

private:
    const JsonNode* load(const std::string& file) {
        if (const auto known = nodes_.find(file); known != nodes_.end()) return known->second.get();
        auto text = docs::read_source(folder_, file, max_config_bytes);
        if (!text) return nullptr;
        auto node = read_json_spans(*text);
        site_.config_texts.emplace(file, std::move(*text));
        if (!node) {
            site_.broken_config.insert(file);
            return nullptr;
        }
        return nodes_.emplace(file, std::make_unique<JsonNode>(std::move(*node))).first->second.get();
    }

    /// Calls with what a `$ref` of the object leads to.
    template <class F>
    void reference(const JsonNode& node, const std::string& file, F&& call) {
        const auto* ref = node.find("$ref");
        if (!ref || ref->kind != JsonNode::Kind::string || open_.size() > 16) return;
        const auto path = docs::resolve_path(ref->text, file);
        if (path.empty() || ref->text.find("://") != std::string::npos ||
            std::find(open_.begin(), open_.end(), path) != open_.end())
            return;
        const auto* target = load(path);
        if (!target) return;
        open_.push_back(path);
        call(*target, path);
        open_.pop_back();
    }

    std::size_t add(ConfigString::Role role, const JsonNode& node, const std::string& file) {
        const auto known = seen_.emplace(file + "\n" + std::to_string(node.begin), site_.config.size());
        if (!known.second) return known.first->second;
        const auto& text = site_.config_texts.at(file);
        const auto line = line_of(text, node.begin);
        site_.config.push_back(
            {role, file, node.begin + 1, node.end - 1, static_cast<std::uint32_t>(line), node.text});
        return site_.config.size() - 1;
    }

    void files_of(const JsonNode& node, const std::string& file) {
        if (node.kind == JsonNode::Kind::string && node.text.find("://") == std::string::npos)
            add(ConfigString::Role::file, node, file);
        for (const auto& item : node.items) files_of(item, file);
        if (const auto* source = node.find("source")) files_of(*source, file);
    }

    void navigation(const JsonNode& node, const std::string& file, bool list) {
        if (node.kind == JsonNode::Kind::array) {
            for (const auto& item : node.items)
                if (item.kind == JsonNode::Kind::string)
                    page(item, file, list);
                else
                    navigation(item, file, list);
            return;
        }
        reference(node, file,
                  [&](const JsonNode& target, const std::string& in) { navigation(target, in, list); });
        for (const auto& [key, value] : node.members) {
            if (key == "root" && value.kind == JsonNode::Kind::string)
                page(value, file, true);
            else if (key == "openapi" || key == "asyncapi")
                files_of(value, file);
            else if (is_page_list(key) && value.kind != JsonNode::Kind::string)
                navigation(value, file, true);
            else
                other(key, value, file);
        }
    }

    void page(const JsonNode& node, const std::string& file, bool list) {
        if (!list || node.text.empty() || node.text.find("://") != std::string::npos ||
            is_operation(node.text))
            return;
        add(ConfigString::Role::page, node, file);
    }

    void redirects(const JsonNode& node, const std::string& file) {
        if (node.kind == JsonNode::Kind::object)
            reference(node, file,
                      [&](const JsonNode& target, const std::string& in) { redirects(target, in); });
        if (node.kind != JsonNode::Kind::array || site_.redirect_array) return;
        site_.redirect_array = node;
        site_.redirect_file = file;
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            const auto* source = node.items[i].find("source");
            const auto* destination = node.items[i].find("destination");
            if (!source || !destination || source->kind != JsonNode::Kind::string ||
                destination->kind != JsonNode::Kind::string)
                continue;
            const auto from = add(ConfigString::Role::source, *source, file);
            const auto to = add(ConfigString::Role::destination, *destination, file);
            site_.redirects.push_back({source->text, destination->text, from, to, i});
        }
    }

    void other(const std::string& key, const JsonNode& node, const std::string& file) {
        if (node.kind == JsonNode::Kind::string) {
            const auto& text = node.text;
            if (text.empty() || text[0] != '/' || text.find(' ') != std::string::npos) return;
            const auto extension = docs::extension_of(text.substr(0, text.find_first_of("?#")));
            if (is_one_of(key, {"href", "url", "to", "link"}))
                add(ConfigString::Role::link, node, file);
            else if (is_picture(text) || is_one_of(extension, {".json", ".yaml", ".yml", ".css", ".js"}))
                add(ConfigString::Role::file, node, file);
            return;
        }
        if (node.kind == JsonNode::Kind::object)
            reference(node, file,
                      [&](const JsonNode& target, const std::string& in) { other(key, target, in); });
        for (const auto& item : node.items) other(key, item, file);
        for (const auto& [name, value] : node.members) other(name, value, file);
    }

    LinkedSite& site_;
    const std::filesystem::path& folder_;
    std::map<std::string, std::unique_ptr<JsonNode>> nodes_;
    std::map<std::string, std::size_t> seen_;
    std::vector<std::string> open_;
};

}  // namespace

void LinkedSite::read_config(const std::filesystem::path& folder) {
    for (const std::string name : {"docs.json", "mint.json"}) {
        std::error_code failed;
        if (!std::filesystem::is_regular_file(folder / name, failed)) continue;
        config_file = name;
        mintlify = true;
        ConfigReader reader(*this, folder);
        const auto* top = reader.run(name);
        const auto* seo = top ? top->find("seo") : nullptr;
        const auto* tags = seo ? seo->find("metatags") : nullptr;
        const auto* canonical = tags ? tags->find("canonical") : nullptr;
        if (!canonical || canonical->text.find("://") == std::string::npos) return;
        own_address_ = canonical->text;
        while (own_address_.ends_with('/')) own_address_.pop_back();
        const auto host = own_address_.find("://") + 3;
        if (const auto slash = own_address_.find('/', host); slash != std::string::npos)
            base_path_ = own_address_.substr(slash);
        return;
    }
}

}  // namespace docent::maintenance
