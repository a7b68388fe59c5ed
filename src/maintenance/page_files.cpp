#include "maintenance/page_files.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "docs/ignore.hpp"
#include "docs/source_files.hpp"
#include "git/files.hpp"
#include "maintenance/docs_folder.hpp"

namespace docent::maintenance {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_file = 4 << 20;  // as the importer

bool names(std::string_view pattern, std::string_view path) {
    while (pattern.starts_with("./")) pattern.remove_prefix(2);
    while (pattern.starts_with('/')) pattern.remove_prefix(1);
    while (pattern.ends_with('/')) pattern.remove_suffix(1);
    if (docs::glob_match(pattern, path)) return true;
    if (pattern.find('/') == pattern.npos && docs::glob_match(pattern, path.substr(path.rfind('/') + 1)))
        return true;
    for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1))
        if (docs::glob_match(pattern, path.substr(0, slash))) return true;
    return false;
}

}  // namespace

fs::path docs_folder(const Tree& tree) {
    return tree.docs.empty() ? tree.workspace.tree : tree.workspace.tree / tree.docs;
}

std::string in_tree(const Tree& tree, std::string_view file) {
    return tree.docs.empty() ? std::string(file) : tree.docs + "/" + std::string(file);
}

std::string_view below_docs(const Tree& tree, std::string_view path) {
    return tree.docs.empty() ? path : path.substr(std::min(path.size(), tree.docs.size() + 1));
}

bool is_named(const Tree& tree, const Arguments& arguments, std::string_view path) {
    if (!arguments.has("in")) return true;
    const auto below = below_docs(tree, path);
    return std::ranges::any_of(arguments.options, [&](const auto& option) {
        return option.first == "in" && (names(option.second, path) || names(option.second, below));
    });
}

Result<PageFiles> read_page_files(const Tree& tree, const Arguments& arguments) {
    const auto root = docs_folder(tree);
    std::error_code failed;
    if (!fs::is_directory(root, failed))
        return not_found(tree.docs.empty() ? "there is no such folder" : "there is no folder " + tree.docs);
    PageFiles out;
    out.mintlify = has_site_config(root);
    auto rules = out.mintlify ? docs::IgnoreRules::mintlify() : docs::IgnoreRules::plain();
    rules.add("!/snippets/\n!/_snippets/");  // no pages, but readers see them on pages
    if (const auto own = docs::read_source(root, ".mintignore", 1 << 20)) rules.add(*own);
    std::optional<std::set<std::string>> known;  // what git does not ignore
    if (!tree.workspace.git_dir.empty()) {
        TRY(auto files, git::blocking_list_files(tree.workspace, tree.docs));
        known.emplace(std::make_move_iterator(files.begin()), std::make_move_iterator(files.end()));
    }
    std::vector<docs::Problem> problems;
    std::set<std::string> used;  // patterns that name a file
    for (const auto& file : docs::list_files(root, rules, problems)) {
        const auto path = in_tree(tree, file.path);
        if (!docs::is_page_extension(docs::extension_of(file.path)) || (known && known->count(path) == 0))
            continue;
        if (!is_named(tree, arguments, path)) continue;
        if (fs::is_symlink(root / file.path, failed)) continue;
        for (const auto& [name, value] : arguments.options)
            if (name == "in" && !used.contains(value) && is_named(tree, {{}, {{"in", value}}}, path))
                used.insert(value);
        auto text = docs::read_source(root, file.path, max_file);
        const auto skip = [&](std::string_view why) {
            out.skipped += "- `" + path + "`: " + std::string(why) + "\n";
        };
        if (!text)
            skip(text.error().message);
        else if (!is_utf8(*text))
            skip("this file is not UTF-8");
        else
            out.files.push_back(
                {path, *std::move(text), out.mintlify || docs::extension_of(file.path) == ".mdx"});
    }
    for (const auto& [name, value] : arguments.options)
        if (name == "in" && !used.contains(value))
            return invalid("--in " + value +
                           " names no page: it takes a file, a folder or a pattern such as "
                           "guides/**");
    return out;
}

}  // namespace docent::maintenance
