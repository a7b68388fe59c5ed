#include "maintenance/docs_folder.hpp"

#include <algorithm>
#include <vector>

namespace docent::maintenance {
namespace {

namespace fs = std::filesystem;

constexpr int deepest = 4;                   // folders below the root
constexpr std::size_t most_folders = 5'000;  // that are looked at

/// Folders of one level, by name; hidden ones and packages of others are nobody's documentation.
std::vector<fs::path> folders_below(const fs::path& folder) {
    std::vector<fs::path> out;
    std::error_code failed;
    for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
        const auto name = it->path().filename().string();
        if (name.starts_with('.') || name == "node_modules" || name == "vendor") continue;
        if (fs::is_directory(it->symlink_status(failed))) out.push_back(it->path());
    }
    std::ranges::sort(out);
    return out;
}

}  // namespace

bool has_site_config(const fs::path& folder) {
    std::error_code failed;
    return fs::is_regular_file(folder / "docs.json", failed) ||
           fs::is_regular_file(folder / "mint.json", failed);
}

std::string blocking_find_docs(const fs::path& tree, std::string_view configured) {
    std::error_code failed;
    const auto inside = fs::path(configured).lexically_normal();
    const bool leaves = inside.is_absolute() || (!inside.empty() && *inside.begin() == "..");
    if (!configured.empty() && !leaves && fs::is_directory(tree / inside, failed)) {
        auto name = inside.generic_string();
        while (name.ends_with('/')) name.pop_back();
        return name == "." ? "" : name;
    }
    std::vector<fs::path> level{tree};
    std::size_t seen = 0;
    for (int depth = 0; depth <= deepest && !level.empty(); ++depth) {
        std::vector<fs::path> next;
        for (const auto& folder : level) {
            if (++seen > most_folders) return "";
            if (has_site_config(folder)) {
                const auto name = folder.lexically_relative(tree).generic_string();
                return name == "." ? "" : name;
            }
            for (auto& below : folders_below(folder)) next.push_back(std::move(below));
        }
        level = std::move(next);
    }
    return fs::is_directory(tree / "docs", failed) ? "docs" : "";
}

}  // namespace docent::maintenance
