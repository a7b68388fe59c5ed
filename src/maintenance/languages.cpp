#include "maintenance/languages.hpp"

#include <unicode/uloc.h>

#include <algorithm>
#include <map>
#include <set>

#include "docs/navigation.hpp"
#include "docs/page_path.hpp"
#include "docs/site_config.hpp"
#include "maintenance/page_files.hpp"

namespace docent::maintenance {
namespace {

std::string first_folder_of(std::string_view path) {
    const auto slash = path.find('/');
    return slash == path.npos ? "" : std::string(path.substr(0, slash));
}

/// "es", "zh-Hans", "pt_BR": a language that ICU knows.
bool is_language_name(const std::string& folder) {
    if (folder.size() < 2 || folder.size() > 10) return false;
    const auto part = folder.substr(0, folder.find_first_of("-_"));
    if (part.size() < 2 || part.size() > 3) return false;
    for (const char c : part)
        if (c < 'a' || c > 'z') return false;
    return *uloc_getISO3Language(part.c_str()) != '\0' && part != "api" && part != "cli";
}

bool names_language(std::string_view folder, std::string_view language) {
    const auto normal = docs::normalise_language(folder);
    return normal == language || normal.substr(0, normal.find('-')) == language.substr(0, language.find('-'));
}

/// The folder that nearly all pages of a language are in, when it is named after it.
std::string folder_of_language(const std::vector<std::string>& paths, std::string_view language) {
    std::map<std::string, std::size_t> counts;
    for (const auto& path : paths) ++counts[first_folder_of(path + "/")];
    for (const auto& [folder, n] : counts)
        if (n * 10 >= paths.size() * 8 && names_language(folder, language)) return folder;
    return "";
}

std::string below_folder(const std::string& folder, const std::string& file) {
    return folder.empty() ? file : folder + "/" + file;
}

/// The source language's files without its folder, and those of no translation.
std::vector<std::string> sources_of(const std::vector<std::string>& files, const std::string& folder,
                                    const std::set<std::string>& others) {
    std::vector<std::string> out;
    for (const auto& file : files) {
        if (folder.empty() ? others.contains(first_folder_of(file)) : !file.starts_with(folder + "/"))
            continue;
        out.push_back(folder.empty() ? file : file.substr(folder.size() + 1));
    }
    return out;
}

void pair_pages(Languages& out, const std::vector<std::string>& files,
                const std::set<std::string>* expected) {
    std::set<std::string> others;
    for (const auto& language : out.translations) others.insert(language.folder);
    const auto sources = sources_of(files, out.source_folder, others);
    const std::set<std::string> known(files.begin(), files.end());
    for (auto& language : out.translations)
        for (const auto& file : sources) {
            Translated page;
            page.source = below_folder(out.source_folder, file);
            page.translation = below_folder(language.folder, file);
            const std::string stem(docs::without_extension(page.translation));
            for (const auto* ending : {".mdx", ".md"})
                if (!known.contains(page.translation) && known.contains(stem + ending))
                    page.translation = stem + ending;
            page.expected =
                !expected || expected->contains(std::string(docs::without_extension(page.source)));
            language.pages.push_back(std::move(page));
        }
}

}  // namespace

Languages find_languages(const Tree& tree, const std::vector<std::string>& files) {
    Languages out;
    std::vector<docs::Problem> ignored;
    if (const auto config = docs::read_site_config(docs_folder(tree), ignored)) {
        const auto navigation = docs::read_navigation(config->root);
        if (navigation.languages.size() > 1) {
            std::map<std::string, std::vector<std::string>> paths;
            for (const auto& entry : navigation.entries)
                if (!entry.path.empty()) paths[entry.language].push_back(entry.path);
            const auto& source = navigation.languages.front();
            out.source_folder = folder_of_language(paths[source], source);
            for (std::size_t i = 1; i < navigation.languages.size(); ++i) {
                const auto& code = navigation.languages[i];
                auto folder = folder_of_language(paths[code], code);
                if (!folder.empty() && folder != out.source_folder)
                    out.translations.push_back({code, std::move(folder), {}});
            }
            const std::set<std::string> expected(paths[source].begin(), paths[source].end());
            pair_pages(out, files, &expected);
            return out;
        }
    }
    std::map<std::string, std::set<std::string>> folders;
    for (const auto& file : files)
        if (const auto folder = first_folder_of(file); is_language_name(folder))
            folders[folder].insert(std::string(docs::without_extension(file.substr(folder.size() + 1))));
    std::set<std::string> sources;
    if (folders.contains("en")) {
        out.source_folder = "en";
        sources = folders["en"];
    } else {
        for (const auto& file : files)
            if (!folders.contains(first_folder_of(file)))
                sources.insert(std::string(docs::without_extension(file)));
    }
    for (const auto& [folder, names] : folders) {
        if (folder == out.source_folder) continue;
        const auto same =
            std::ranges::count_if(names, [&](const auto& name) { return sources.contains(name); });
        if (static_cast<std::size_t>(same) * 2 >= names.size())
            out.translations.push_back({docs::normalise_language(folder), folder, {}});
    }
    pair_pages(out, files, nullptr);
    return out;
}

}  // namespace docent::maintenance
