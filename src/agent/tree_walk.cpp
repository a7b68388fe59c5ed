#include "agent/tree_walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "docs/ignore.hpp"

namespace docent::agent {
namespace {

constexpr std::size_t largest_rules = 1 << 20;

struct Close {
    void operator()(DIR* d) const { closedir(d); }
};

FileKind kind_of(int folder, const dirent& entry) {
    switch (entry.d_type) {
        case DT_REG:
            return FileKind::file;
        case DT_DIR:
            return FileKind::directory;
        case DT_LNK:
            return FileKind::symlink;
        case DT_UNKNOWN:
            break;
        default:
            return FileKind::other;
    }
    struct stat st {};
    if (fstatat(folder, entry.d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) return FileKind::other;
    if (S_ISREG(st.st_mode)) return FileKind::file;
    if (S_ISDIR(st.st_mode)) return FileKind::directory;
    return S_ISLNK(st.st_mode) ? FileKind::symlink : FileKind::other;
}

/// The .gitignore files of a folder and of those above it.
struct Rules {
    const Rules* above = nullptr;
    std::size_t base = 0;  // where paths relative to this folder begin
    docs::IgnoreRules own;

    bool ignored(std::string_view path, bool folder) const {
        for (const auto* rules = this; rules; rules = rules->above) {
            if (const auto decided = rules->own.decision(path.substr(rules->base), folder)) return *decided;
        }
        return false;
    }
};

class Walker {
public:
    Walker(const Walk& walk, Walked& out) : walk_(walk), out_(out) {}

    /// `fd` is an open folder whose path is `path`; it is taken over.
    void folder(Descriptor fd, const std::string& path, const Rules* above, int depth) {
        const int copy = fcntl(fd.get(), F_DUPFD_CLOEXEC, 0);
        const std::unique_ptr<DIR, Close> stream(copy < 0 ? nullptr : fdopendir(copy));
        if (!stream) {
            out_.truncated = true;
            return;
        }
        struct Name {
            std::string name;
            FileKind kind;
        };
        std::vector<Name> names;
        bool has_rules = false;
        while (const dirent* entry = readdir(stream.get())) {
            const std::string_view name = entry->d_name;
            if (name == "." || name == ".." || is_git_folder(name)) continue;
            has_rules = has_rules || name == ".gitignore";
            names.push_back({std::string(name), kind_of(fd.get(), *entry)});
            if (names.size() > walk_.most_entries) break;
        }
        std::ranges::sort(names, {}, &Name::name);
        Rules rules;
        rules.above = above;
        rules.base = path.empty() ? 0 : path.size() + 1;
        if (has_rules && !walk_.ignored) read_rules(fd.get(), rules.own);
        const Rules* in_force = has_rules ? &rules : above;
        for (const auto& [name, kind] : names) {
            auto at = joined(path, name);
            const bool is_folder = kind == FileKind::directory;
            if (!walk_.ignored && in_force && in_force->ignored(at, is_folder)) continue;
            if (is_folder && walk_.enter && !walk_.enter(at)) continue;
            if (out_.entries.size() >= walk_.most_entries) {
                out_.truncated = true;
                return;
            }
            out_.entries.push_back({at, kind});
            if (!is_folder || depth >= walk_.depth) continue;
            Descriptor below(openat(fd.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            if (below) folder(std::move(below), at, in_force, depth + 1);
        }
    }

    static void read_rules(int folder, docs::IgnoreRules& rules) {
        const auto file = TreeFiles::open_file(folder, ".gitignore");
        if (!file) return;
        const auto text = read_all(file->get(), largest_rules);
        if (text) rules.add(*text);
    }

private:
    const Walk& walk_;
    Walked& out_;
};

}  // namespace

Result<Walked> blocking_walk(const TreeFiles& files, const Walk& walk) {
    TRY(const auto start, files.resolve(walk.folder, true));
    TRY(auto fd, files.open_folder(start));
    // The rules of the folders above hold here, too.
    std::vector<std::unique_ptr<Rules>> above;
    if (!walk.ignored && !start.empty()) {
        std::string path;
        const auto parts = split(start, '/');
        for (std::size_t i = 0; i < parts.size(); ++i) {
            auto rules = std::make_unique<Rules>();
            rules->above = above.empty() ? nullptr : above.back().get();
            rules->base = path.empty() ? 0 : path.size() + 1;
            if (auto folder = files.open_folder(path)) Walker::read_rules(folder->get(), rules->own);
            above.push_back(std::move(rules));
            path = joined(path, parts[i]);
        }
    }
    Walked out;
    Walker(walk, out).folder(std::move(fd), start, above.empty() ? nullptr : above.back().get(), 1);
    return out;
}

}  // namespace docent::agent
