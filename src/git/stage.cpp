#include "git/stage.hpp"

#include <algorithm>
#include <filesystem>

namespace docent::git {

Status stage(const Program& git, const std::vector<StatusEntry>& entries) {
    std::vector<std::string> there, gone;
    for (const auto& entry : entries) {
        if (entry.nested_repository) continue;
        // D also where a folder, and maybe a repository, now stands in the place of a file.
        const bool removed = entry.unmerged.empty() && !entry.untracked && entry.tree == 'D';
        (removed ? gone : there).push_back(entry.path);
    }
    // Removed ones first: a link may stand in the place of the folder that they were in.
    if (!gone.empty()) {
        TRY(auto done, git.output({"update-index", "--force-remove", "-z", "--stdin"},
                                  "git cannot take a removed file", join_nul(gone)));
    }
    if (!there.empty()) {
        TRY(auto done, git.output({"update-index", "--add", "--remove", "--replace", "-z", "--stdin"},
                                  "git cannot take a changed file", join_nul(there)));
    }
    return {};
}

bool is_chosen(const std::string& path, const std::vector<std::string>& chosen) {
    return std::any_of(chosen.begin(), chosen.end(), [&](const std::string& one) {
        auto clean = std::filesystem::path(one).lexically_normal().string();
        if (clean.ends_with('/')) clean.pop_back();
        return clean == "." || path == clean ||
               (path.size() > clean.size() && path.starts_with(clean) && path[clean.size()] == '/');
    });
}

}  // namespace docent::git
