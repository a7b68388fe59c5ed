#include "sources/scan.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <vector>

#include "base/crypto.hpp"

namespace docent::sources {
namespace fs = std::filesystem;
namespace {

constexpr int most_depth = 64;

bool is_skipped_folder(const std::string& name) {
    return name == ".git" || name == ".hg" || name == ".svn" || name == "node_modules";
}

/// Swap files, backups and halves of a save.
bool is_passing(const std::string& name) {
    return name.ends_with("~") || name.ends_with(".swp") || name.ends_with(".swx") ||
           name.ends_with(".tmp") || name.starts_with(".#") || name == "4913";
}

class Scan {
public:
    explicit Scan(const std::function<void(const fs::path&)>& on_folder) : on_folder_(on_folder) {}

    void folder(const fs::path& path, const std::string& name, int depth) {
        if (on_folder_) on_folder_(path);
        if (depth > most_depth) return;
        std::error_code failed;
        fs::directory_iterator it(path, fs::directory_options::skip_permission_denied, failed);
        for (; !failed && it != fs::directory_iterator(); it.increment(failed)) {
            const auto entry = it->path().filename().string();
            struct stat state {};
            if (lstat(it->path().c_str(), &state) != 0) continue;  // gone meanwhile
            if (S_ISDIR(state.st_mode)) {
                if (!is_skipped_folder(entry)) folder(it->path(), name + entry + "/", depth + 1);
            } else if (!is_passing(entry)) {
                // The mode too: a page that became readable is a change. NUL cannot be in a name.
                lines_.push_back(name + entry + '\0' + std::to_string(state.st_size) + ' ' +
                                 std::to_string(state.st_mtim.tv_sec) + '.' +
                                 std::to_string(state.st_mtim.tv_nsec) + ' ' + std::to_string(state.st_mode) +
                                 '\n');
            }
        }
    }

    std::string digest() {
        std::sort(lines_.begin(), lines_.end());
        std::string all;
        for (const auto& line : lines_) all += line;
        return hash_hex(all);
    }

private:
    const std::function<void(const fs::path&)>& on_folder_;
    std::vector<std::string> lines_;
};

}  // namespace

Result<std::string> blocking_scan(const fs::path& folder,
                                  const std::function<void(const fs::path&)>& on_folder) {
    std::error_code failed;
    if (!fs::is_directory(folder, failed)) return not_found("the documentation folder is missing");
    Scan scan(on_folder);
    scan.folder(folder, "", 0);
    return scan.digest();
}

}  // namespace docent::sources
