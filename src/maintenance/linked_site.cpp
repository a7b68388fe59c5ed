#include "maintenance/linked_site.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "docs/front_matter.hpp"
#include "docs/import.hpp"
#include "docs/jsx.hpp"
#include "docs/mdx.hpp"
#include "docs/navigation.hpp"
#include "docs/page_path.hpp"
#include "docs/site_config.hpp"
#include "docs/source_files.hpp"

namespace docent::maintenance {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_source = 4 << 20;

bool is_source(std::string_view file) {
    const auto extension = docs::extension_of(file);
    return docs::is_page_extension(extension) || is_one_of(extension, {".html", ".htm", ".jsx", ".tsx"});
}

/// Paths in front matter: the items of `related`, and pictures by any key.
void front_matter_links(std::string_view block, std::vector<docs::LinkSpan>& out) {
    std::size_t at = 0;
    std::uint32_t number = 0;
    std::string key;
    while (at < block.size()) {
        const auto end = std::min(block.find('\n', at), block.size());
        auto line = block.substr(at, end - at);
        ++number;
        const auto first = line.find_first_not_of(" \t");
        const auto item = first != std::string_view::npos && line[first] == '-' && line.substr(0, 3) != "---";
        const auto colon = line.find(": ");
        if (!item && first == 0) key = std::string(line.substr(0, line.find(':')));
        std::size_t from = item ? first + 1 : first;
        if (colon != std::string_view::npos && colon > from) from = colon + 1;
        if (from != std::string_view::npos) {
            while (from < line.size() &&
                   std::string_view(" \t\"'").find(line[from]) != std::string_view::npos)
                ++from;
            const auto stop = std::min(line.find_first_of(" \t\r\"'", from), line.size());
            const auto value = line.substr(from, stop - from);
            const bool related = key == "related" && (item || first > 0);
            if (value.size() > 1 && value[0] == '/' && (related || is_picture(value)))
                out.push_back({related ? docs::LinkSpan::Form::attribute : docs::LinkSpan::Form::source,
                               at + from, at + stop, number, ""});
        }
        at = end + 1;
    }
}

bool is_language_code(std::string_view folder) {
    const auto low = [](char c) { return c >= 'a' && c <= 'z'; };
    if (folder.size() < 2 || !low(folder[0]) || !low(folder[1])) return false;
    if (folder.size() == 2)
        return is_one_of(folder, {"ar", "cn", "cs", "da", "de", "en", "es", "fi", "fr", "he", "hi",
                                  "hu", "id", "it", "ja", "jp", "ko", "lv", "nl", "no", "pl", "pt",
                                  "ro", "ru", "sv", "th", "tr", "ua", "uk", "uz", "vi", "zh"});
    return folder[2] == '-' && folder.size() <= 10;
}

}  // namespace

std::string folder_of(std::string_view file) {
    const auto slash = file.rfind('/');
    return slash == std::string_view::npos ? "" : std::string(file.substr(0, slash));
}

std::optional<std::string> joined_path(std::string_view folder, std::string_view path) {
    std::vector<std::string> parts;
    if (!folder.empty()) parts = split(folder, '/');
    for (const auto& part : split(path, '/')) {
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            if (parts.empty()) return std::nullopt;
            parts.pop_back();
        } else {
            parts.push_back(part);
        }
    }
    std::string out;
    for (const auto& part : parts) out += (out.empty() ? "" : "/") + part;
    return out;
}

std::string decoded(std::string_view text) {
    auto out = docs::decode_entities(text);
    std::string raw;
    return out.find('%') != std::string::npos && percent_decode(out, raw) && is_utf8(raw) ? raw : out;
}

bool is_picture(std::string_view file) {
    return is_one_of(docs::extension_of(file.substr(0, file.find_first_of("?#"))),
                     {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico", ".bmp", ".mp4",
                      ".webm", ".mov", ".mp3", ".pdf"});
}

Result<LinkedSite> LinkedSite::blocking_load(const fs::path& folder, const fs::path& tree) {
    LinkedSite out;
    out.folder_ = folder;
    out.tree_ = tree;
    auto site = docs::import_folder(folder, {});
    if (!site) return std::move(site).error();
    out.site = *std::move(site);
    out.read_config(folder);
    std::vector<docs::Problem> problems;
    auto rules = out.mintlify ? docs::IgnoreRules::mintlify() : docs::IgnoreRules::plain();
    // No pages of their own, but their links are those of the pages that take them in.
    rules.add("!/snippets/\n!/_snippets/\n!_partials\n!_*.md\n!_*.mdx");
    if (const auto own = docs::read_source(folder, ".mintignore", 1 << 20)) rules.add(*own);
    std::vector<std::string> pages;
    for (auto& file : docs::list_files(folder, rules, problems)) {
        if (docs::is_page_extension(docs::extension_of(file.path))) pages.push_back(file.path);
        out.files.insert(std::move(file.path));
    }
    if (!out.mintlify) out.root = docs::content_root(pages);
    for (std::size_t i = 0; i < out.site.pages.size(); ++i) {
        const auto& page = out.site.pages[i];
        out.by_path_.emplace(page.path, i);
        if (is_source(page.file)) out.by_file_.emplace(page.file, i);
    }
    std::set<std::string> codes;
    if (out.mintlify) {
        if (const auto config = docs::read_site_config(folder, problems)) {
            const auto navigation = docs::read_navigation(config->root);
            codes.insert(navigation.languages.begin(), navigation.languages.end());
            if (!navigation.languages.empty()) out.default_language = navigation.languages.front();
        }
    }
    std::set<std::string> folders;
    for (const auto& file : out.files)
        if (const auto slash = file.find('/'); slash != std::string::npos)
            folders.insert(file.substr(0, slash));
    bool default_has_folder = false;
    for (const auto& name : folders) {
        const bool named = codes.count(docs::normalise_language(name)) > 0;
        if (!named && !(codes.empty() && is_language_code(name))) continue;
        if (named && docs::normalise_language(name) == out.default_language) {
            out.default_language = name;
            default_has_folder = true;
        }
        out.languages.push_back(name);
    }
    if (!default_has_folder) out.default_language.clear();
    out.read_sources(folder);
    return out;
}

void LinkedSite::read_sources(const fs::path& folder) {
    for (const auto& file : files) {
        if (!is_source(file)) continue;
        auto text = docs::read_source(folder, file, max_source);
        if (!text) continue;
        Source source;
        source.file = file;
        source.text = *std::move(text);
        source.page = page_of(file);
        const auto syntax = docs::syntax_of(file, mintlify);
        std::uint32_t lines = 0;
        if (syntax == docs::Syntax::mdx || syntax == docs::Syntax::markdown) {
            source.body = docs::read_front_matter(source.text).body;
            const auto head = std::string_view(source.text).substr(0, source.body);
            lines = static_cast<std::uint32_t>(std::count(head.begin(), head.end(), '\n'));
            front_matter_links(head, source.links);
        }
        for (auto& link : docs::find_link_spans(std::string_view(source.text).substr(source.body), syntax)) {
            link.begin += source.body;
            link.end += source.body;
            link.line += lines;
            source.links.push_back(std::move(link));
        }
        sources.push_back(std::move(source));
    }
    // Who takes in whom, also through others.
    for (std::size_t i = 0; i < sources.size(); ++i)
        for (const auto& link : sources[i].links) {
            if (link.form != docs::LinkSpan::Form::import) continue;
            const auto found = resolve(sources[i], link);
            if (found.state == Resolution::State::file) included_by[found.file].push_back(i);
        }
    for (int round = 0; round < 4; ++round)
        for (auto& [file, users] : included_by) {
            const auto now = users;
            for (const auto user : now)
                if (const auto above = included_by.find(sources[user].file); above != included_by.end())
                    for (const auto more : above->second)
                        if (users.size() < 1000 && std::find(users.begin(), users.end(), more) == users.end())
                            users.push_back(more);
        }
}

std::optional<std::size_t> LinkedSite::page_at(const std::string& path) const {
    const auto at = by_path_.find(path);
    return at == by_path_.end() ? std::nullopt : std::optional(at->second);
}

std::optional<std::size_t> LinkedSite::page_of(const std::string& file) const {
    const auto at = by_file_.find(file);
    return at == by_file_.end() ? std::nullopt : std::optional(at->second);
}

const Source* LinkedSite::source_of(const std::string& file) const {
    const auto at =
        std::lower_bound(sources.begin(), sources.end(), file,
                         [](const Source& source, const std::string& name) { return source.file < name; });
    return at != sources.end() && at->file == file ? &*at : nullptr;
}

bool LinkedSite::has_file(const std::string& path) const {
    if (path.empty()) return false;
    if (files.count(path)) return true;
    std::error_code failed;
    const auto in = [&](const fs::path& folder) { return fs::is_regular_file(folder / path, failed); };
    if (in(folder_)) return true;
    return !mintlify && (in(folder_ / "static") || in(folder_ / "public") || in(tree_ / "static") ||
                         in(tree_ / "public") || in(tree_));
}

std::string LinkedSite::language_folder(std::string_view file) const {
    const auto first = std::string(file.substr(0, std::min(file.find('/'), file.size())));
    return std::find(languages.begin(), languages.end(), first) == languages.end() ? "" : first;
}

std::string LinkedSite::path_of(std::string_view file) const {
    if (mintlify) return docs::fold_index(docs::without_extension(file));
    return docs::plain_page_path(file, root, {});
}

}  // namespace docent::maintenance
