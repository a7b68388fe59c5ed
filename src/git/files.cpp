#include "git/files.hpp"

#include <algorithm>
#include <map>

#include "git/program.hpp"
#include "git/tree_file.hpp"

namespace docent::git {
namespace fs = std::filesystem;
namespace {

/// "docs/a/" -> "docs/a"; "" for the root.
Result<std::string> folder_path(const std::string& folder) {
    const auto wrong = invalid("path must be relative to the root and stay in it");
    if (folder.starts_with('/') || folder.find('\0') != folder.npos) return wrong;
    auto clean = fs::path(folder).lexically_normal().string();
    while (clean.ends_with('/')) clean.pop_back();
    if (clean == "..") return wrong;
    if (clean.starts_with("../")) return wrong;
    return clean == "." ? std::string() : clean;
}

EntryKind kind_of(const struct stat& info) {
    if (S_ISDIR(info.st_mode)) return EntryKind::directory;
    return S_ISLNK(info.st_mode) ? EntryKind::symlink : EntryKind::file;
}

}  // namespace

std::string_view to_string(EntryKind kind) {
    switch (kind) {
        case EntryKind::file:
            return "file";
        case EntryKind::directory:
            return "directory";
        case EntryKind::symlink:
            return "symlink";
    }
    return "";
}

Result<std::vector<std::string>> blocking_list_files(const Workspace& workspace, const std::string& folder,
                                                     std::chrono::milliseconds limit, std::size_t max_bytes) {
    TRY(const auto below, folder_path(folder));
    const Program git = Program(limit).in(workspace).reading().max_output(max_bytes);
    std::vector<std::string> words{"ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"};
    if (!below.empty()) words.push_back(below);
    auto printed = git.output(words, "git cannot list the files");
    if (!printed && printed.error().code == ErrorCode::too_large)
        return Error(ErrorCode::too_large, "there are too many files: name a folder");
    if (!printed) return std::move(printed).error();
    auto files = split_nul(*printed);
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()),
                files.end());  // a file in conflict is there up to three times
    return files;
}

Result<TreeListing> blocking_browse(const Workspace& workspace, const std::string& folder, int depth,
                                    std::size_t max_entries, std::chrono::milliseconds limit) {
    if (depth < 1) return invalid("depth must be at least 1");
    depth = std::min(depth, 64);
    TRY(const auto below, folder_path(folder));
    TRY(const auto files, blocking_list_files(workspace, folder, limit));
    const std::size_t start = below.empty() ? 0 : below.size() + 1;
    std::map<std::string, bool> shown;  // true: only a folder so far
    for (const auto& file : files) {
        if (file.size() <= start || (start > 0 && file[start - 1] != '/')) continue;  // the path is a file
        std::size_t at = start;
        for (int level = 1; level <= depth; ++level) {
            const auto slash = file.find('/', at);
            if (slash == file.npos) {
                shown.emplace(file, false);
                break;
            }
            shown.emplace(file.substr(0, slash), true);
            at = slash + 1;
            if (at >= file.size()) break;
        }
    }
    TreeListing listing;
    for (const auto& [path, is_folder] : shown) {
        // Files that were removed since, and those of a folder that is a link now, are not there.
        const auto info = stat_in_tree(workspace.tree, path);
        if (!info) continue;
        const auto kind = kind_of(*info);
        if (is_folder && kind == EntryKind::file) continue;
        ++listing.total_entries;
        if (listing.entries.size() >= max_entries) {
            listing.truncated = true;
            continue;
        }
        TreeEntry entry{path, kind, std::nullopt};
        if (kind == EntryKind::file) entry.size_bytes = info->st_size;
        listing.entries.push_back(std::move(entry));
    }
    if (listing.entries.empty() && !below.empty())
        return not_found("there is no such folder, or nothing in it");
    return listing;
}

}  // namespace docent::git
