#include <algorithm>
#include <unordered_map>

#include "base/text.hpp"
#include "docs/importer.hpp"
#include "docs/page_path.hpp"
#include "docs/slug.hpp"
#include "docs/visibility.hpp"

namespace docent::docs {

namespace json = boost::json;

namespace {

std::string string_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->as_string().c_str()) : "";
}

std::string first_folder(std::string_view path) {
    const auto slash = path.find('/');
    return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash));
}

std::string without_slash(std::string_view path) {
    while (!path.empty() && path[0] == '/') path.remove_prefix(1);
    return std::string(path);
}

}  // namespace

void Importer::read_settings() {
    index_all_ = options_.index_all;
    if (!config_) return;
    const auto& root = config_->root;
    site_.name = string_at(root, "name");
    site_.description = string_at(root, "description");
    navigation_ = read_navigation(root);
    if (const auto* variables = root.if_contains("variables"); variables && variables->is_object())
        for (const auto& variable : variables->as_object())
            if (variable.value().is_string())
                variables_[std::string(variable.key())] = variable.value().as_string().c_str();
    if (const auto* seo = root.if_contains("seo"); seo && seo->is_object())
        index_all_ = index_all_ || string_at(seo->as_object(), "indexing") == "all";
    if (const auto* redirects = root.if_contains("redirects"); redirects && redirects->is_array())
        for (const auto& redirect : redirects->as_array()) {
            if (!redirect.is_object()) continue;
            const auto from = string_at(redirect.as_object(), "source");
            auto to = string_at(redirect.as_object(), "destination");
            if (from.empty() || to.empty()) continue;
            if (to.find("://") == std::string::npos) to = without_slash(to);
            site_.redirects.emplace(without_slash(from), std::move(to));
        }
}

/// What front matter and navigation say about a page that has its path.
void Importer::place(Draft& draft, const NavEntry* entry) {
    auto& page = draft.page;
    const auto& fields = draft.fields;
    page.description = fields.description;
    page.keywords = fields.keywords;
    page.groups = fields.groups;
    page.url = fields.url.find("://") != std::string::npos ? fields.url : "";
    page.tag = fields.tag;
    if (!fields.language.empty()) page.language = normalise_language(fields.language);
    page.version = fields.version;
    if (entry) {
        page.breadcrumbs = entry->breadcrumbs;
        if (page.language.empty()) page.language = entry->language;
        if (page.version.empty()) page.version = entry->version;
        if (page.tag.empty()) page.tag = entry->tag;
        page.boost = entry->boost.value_or(1.0);
    }
    if (fields.boost) page.boost = *fields.boost;
    if (page.title.empty()) {
        const auto name =
            page.path == "index" ? site_.name : title_of_name(page.path.substr(page.path.rfind('/') + 1));
        page.title = name.empty() ? "Home" : name;
    }
    if (page.language.empty()) page.language = normalise_language(options_.language);
    if (fields.sidebar_title != page.title && !fields.sidebar_title.empty())
        page.keywords.push_back(fields.sidebar_title);
}

void Importer::apply_visibility(Draft& draft, std::optional<NavState> state) const {
    const auto seen = visibility_of(draft.fields, state, index_all_);
    draft.page.searchable = seen.searchable;
    draft.page.listed = seen.listed;
}

void Importer::place_mintlify() {
    std::unordered_map<std::string, const NavEntry*> by_path;
    for (const auto& entry : navigation_.entries)
        if (!entry.path.empty()) by_path.emplace(fold_index(entry.path), &entry);
    std::vector<Draft> kept;
    std::unordered_map<std::string, std::string> taken;
    for (auto& draft : drafts_) {
        auto& page = draft.page;
        const std::string plain(without_extension(page.file));
        page.path = fold_index(plain);
        if (const auto [at, fresh] = taken.emplace(page.path, page.file); !fresh) {
            if (plain == page.path || !taken.emplace(plain, page.file).second) {
                report(page.file, 0, "the page \"" + page.path + "\" is already in " + at->second, true);
                continue;
            }
            page.path = plain;
        }
        const auto at = by_path.find(fold_index(page.path));
        const NavEntry* entry = at == by_path.end() ? nullptr : at->second;
        place(draft, entry);
        if (!entry) {  // a page of another language's folder stays in that language
            const auto folder = normalise_language(first_folder(page.path));
            if (std::find(navigation_.languages.begin(), navigation_.languages.end(), folder) !=
                navigation_.languages.end())
                page.language = folder;
        }
        if (entry) draft.spec = entry->spec;
        apply_visibility(draft, entry ? std::optional(entry->state) : std::nullopt);
        kept.push_back(std::move(draft));
    }
    drafts_ = std::move(kept);
    for (const auto& entry : navigation_.entries)
        if (!entry.path.empty() && !taken.count(fold_index(entry.path)) && !taken.count(entry.path))
            report(config_->file, 0, "the navigation names \"" + entry.path + "\", which has no page", false);
}

void Importer::place_plain() {
    std::vector<std::string> names;
    for (const auto& page : pages_) names.push_back(page.path);
    const auto root = content_root(names);
    std::unordered_map<std::string, std::size_t> taken;
    std::vector<Draft> kept;
    for (auto& draft : drafts_) {
        if (draft.fields.draft) continue;
        auto& page = draft.page;
        page.path = plain_page_path(page.file, root, draft.fields);
        if (!taken.emplace(page.path, kept.size()).second) {
            // Two files whose names differ in their numbers only: the later keeps its own.
            const bool readme =
                lower_ascii(page.file.substr(page.file.rfind('/') + 1)).substr(0, 6) == "readme";
            page.path = std::string(without_extension(page.file)).substr(root.empty() ? 0 : root.size() + 1);
            if (readme || !taken.emplace(page.path, kept.size()).second) {
                report(page.file, 0, "there is another page at \"" + page.path + "\"", true);
                continue;
            }
        }
        place(draft, nullptr);
        page.searchable = !draft.fields.unlisted && !draft.fields.hidden.value_or(false) &&
                          !draft.fields.noindex.value_or(false) && draft.fields.searchable.value_or(true);
        page.listed = !draft.fields.unlisted && !draft.fields.hidden.value_or(false) &&
                      !draft.fields.noindex.value_or(false);
        kept.push_back(std::move(draft));
    }
    drafts_ = std::move(kept);
    read_folder_titles(root);
    // The titles of the folders' own pages stand above the pages in them.
    std::unordered_map<std::string, std::string> titles;
    for (const auto& draft : drafts_)
        titles.emplace(draft.page.path,
                       draft.fields.sidebar_title.empty() ? draft.page.title : draft.fields.sidebar_title);
    for (auto& draft : drafts_) {
        auto& page = draft.page;
        for (auto slash = page.path.find('/'); slash != std::string::npos;
             slash = page.path.find('/', slash + 1)) {
            const auto folder = page.path.substr(0, slash);
            const auto own = folder_titles_.find(folder);
            const auto index = titles.find(folder);
            page.breadcrumbs.push_back(own != folder_titles_.end() ? own->second
                                       : index != titles.end()
                                           ? index->second
                                           : title_of_name(folder.substr(folder.rfind('/') + 1)));
        }
    }
}

/// Docusaurus: `label` of each folder's _category_.json or .yml.
void Importer::read_folder_titles(const std::string& root) {
    std::set<std::string> folders;
    for (const auto& draft : drafts_) {
        const auto& file = draft.page.file;
        for (auto slash = file.find('/'); slash != std::string::npos; slash = file.find('/', slash + 1))
            if (slash > root.size()) folders.insert(file.substr(0, slash));
    }
    for (const auto& folder : folders)
        for (const auto* name : {"_category_.json", "_category_.yml", "_category_.yaml"}) {
            const auto text = read_source(root_, folder + "/" + name, 64 * 1024);
            if (!text) continue;
            const auto label = read_front_matter("---\n" + *text + "\n---\n").fields.label;
            if (!label.empty()) folder_titles_.emplace(plain_page_path(folder, root, {}), label);
        }
}

/// Files at known places that are no pages but say something to assistant and agent.
void Importer::read_meaningful_files() {
    const auto take = [&](const std::string& path, const std::string& name) {
        auto text = read_source(root_, path, options_.max_file);
        if (text && is_utf8(*text)) site_.files.emplace(name, std::move(*text));
    };
    for (const auto* name :
         {"llms.txt", "llms-full.txt", "skill.md", ".mintlify/Assistant.md", ".mintlify/AGENTS.md"})
        take(name, name);
    take(".mintlify/ASSISTANT.md", ".mintlify/Assistant.md");
    take(".mintlify/Agents.md", ".mintlify/AGENTS.md");
    for (const auto* folder : {".mintlify/skills", ".mintlify/assistant/skills"}) {
        std::error_code failed;
        if (!std::filesystem::is_directory(root_ / folder, failed)) continue;
        for (const auto& file : list_files(root_ / folder, {}, site_.problems))
            if (lower_ascii(file.path.substr(file.path.rfind('/') + 1)) == "skill.md")
                take(std::string(folder) + "/" + file.path, std::string(folder) + "/" + file.path);
    }
}

}  // namespace docent::docs
