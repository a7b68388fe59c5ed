#include <fcntl.h>
#include <git2.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.hpp"
#include "git/libgit2.hpp"
#include "git/repository.hpp"

namespace docent::git {
namespace fs = std::filesystem;
namespace {

constexpr int most_depth = 64;
constexpr std::size_t most_files = 500'000;

/// Names that no folder may get from a repository.
bool is_unsafe(std::string_view name) {
    return name.empty() || name == "." || name == ".." || name.find('/') != name.npos || name.size() > 255 ||
           lower_ascii(name) == ".git";
}

class Export {
public:
    Export(git_repository* repository, git_tree* root, git_time_t time, std::size_t max_file)
        : repository_(repository), root_(root), time_(time), max_file_(max_file) {}

    /// `folder` is where the tree stands in the repository, with a slash at its end unless it is the root.
    Status tree(const git_tree* tree, const std::string& folder, const fs::path& into, int depth) {
        if (depth > most_depth) return {};
        std::error_code failed;
        fs::create_directories(into, failed);
        if (failed) return Error(ErrorCode::unavailable, "the disk refused a folder", failed.message());
        for (std::size_t i = 0; i < git_tree_entrycount(tree); ++i) {
            const git_tree_entry* entry = git_tree_entry_byindex(tree, i);
            const std::string name = git_tree_entry_name(entry);
            if (is_unsafe(name)) continue;
            TRY_VOID(one(entry, folder + name, into / name, depth));
        }
        return {};
    }

private:
    Status one(const git_tree_entry* entry, const std::string& path, const fs::path& file, int depth) {
        switch (git_tree_entry_filemode(entry)) {
            case GIT_FILEMODE_TREE: {
                git_tree* raw = nullptr;
                if (git_tree_lookup(&raw, repository_, git_tree_entry_id(entry)) != 0) return missing();
                const Handle<git_tree> below(raw);
                return tree(below.get(), path + "/", file, depth + 1);
            }
            case GIT_FILEMODE_LINK:
                return link(entry, path, file);
            case GIT_FILEMODE_COMMIT:
                return {};  // a submodule
            default:
                return blob(git_tree_entry_id(entry), file);
        }
    }

    /// The file that a link names, found by its words alone, inside the repository.
    Status link(const git_tree_entry* entry, const std::string& path, const fs::path& file) {
        git_blob* raw = nullptr;
        if (git_blob_lookup(&raw, repository_, git_tree_entry_id(entry)) != 0) return missing();
        const Handle<git_blob> text(raw);
        const auto size = static_cast<std::size_t>(git_blob_rawsize(text.get()));
        if (size == 0 || size > 4096) return {};
        const std::string target(static_cast<const char*>(git_blob_rawcontent(text.get())), size);
        if (target.find('\0') != target.npos || target.starts_with("/")) return {};
        const auto named = (fs::path(path).parent_path() / target).lexically_normal().string();
        if (named.empty() || named == "." || named.starts_with("..")) return {};
        git_tree_entry* found = nullptr;
        if (git_tree_entry_bypath(&found, root_, named.c_str()) != 0) return {};
        const Handle<git_tree_entry> there(found);
        const auto mode = git_tree_entry_filemode(there.get());
        if (mode != GIT_FILEMODE_BLOB && mode != GIT_FILEMODE_BLOB_EXECUTABLE) return {};
        return blob(git_tree_entry_id(there.get()), file);
    }

    Status blob(const git_oid* id, const fs::path& file) {
        git_blob* raw = nullptr;
        if (git_blob_lookup(&raw, repository_, id) != 0) return missing();
        const Handle<git_blob> content(raw);
        const auto size = static_cast<std::size_t>(git_blob_rawsize(content.get()));
        if (size > max_file_) return {};
        if (++files_ > most_files) return Error(ErrorCode::too_large, "the repository has too many files");
        // A new file in a folder of ours, which has no links in it: nothing can lead elsewhere.
        const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd < 0) return refused();
        const char* bytes = static_cast<const char*>(git_blob_rawcontent(content.get()));
        std::size_t done = 0;
        while (done < size) {
            const auto n = ::write(fd, bytes + done, size - done);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) break;
            done += static_cast<std::size_t>(n);
        }
        const Status status = done == size ? Status() : refused();
        timespec times[2] = {{time_, 0}, {time_, 0}};
        (void)futimens(fd, times);
        ::close(fd);
        return status;
    }

    static Error missing() {
        return git_error(ErrorCode::unavailable, "the repository is damaged: fetch it again");
    }
    static Error refused() {
        return Error(ErrorCode::unavailable, "the disk refused a file of the repository",
                     std::strerror(errno));
    }

    git_repository* repository_;
    git_tree* root_;
    git_time_t time_;
    std::size_t max_file_;
    std::size_t files_ = 0;
};

}  // namespace

Status blocking_export(const fs::path& path, const std::string& commit_id, const std::string& folder,
                       const fs::path& into, std::size_t max_file) {
    TRY(auto repository, open_repository(path.string(), false));
    git_oid id;
    git_commit* raw_commit = nullptr;
    if (git_oid_fromstr(&id, commit_id.c_str()) != 0 ||
        git_commit_lookup(&raw_commit, repository.get(), &id) != 0) {
        return git_error(ErrorCode::not_found, "there is no such commit");
    }
    const Handle<git_commit> commit(raw_commit);
    git_tree* raw_root = nullptr;
    if (git_commit_tree(&raw_root, commit.get()) != 0) {
        return git_error(ErrorCode::unavailable, "the repository is damaged: fetch it again");
    }
    const Handle<git_tree> root(raw_root);
    Export out(repository.get(), root.get(), git_commit_time(commit.get()), max_file);
    const auto below = fs::path(folder).relative_path().lexically_normal().string();
    const auto inside = below.ends_with('/') ? below.substr(0, below.size() - 1) : below;
    if (inside.empty() || inside == ".") return out.tree(root.get(), "", into, 0);
    git_tree_entry* raw_entry = nullptr;
    if (git_tree_entry_bypath(&raw_entry, root.get(), inside.c_str()) != 0) {
        return git_error(ErrorCode::not_found, "there is no folder \"" + folder + "\" in the repository");
    }
    const Handle<git_tree_entry> entry(raw_entry);
    git_tree* raw_tree = nullptr;
    if (git_tree_entry_filemode(entry.get()) != GIT_FILEMODE_TREE ||
        git_tree_lookup(&raw_tree, repository.get(), git_tree_entry_id(entry.get())) != 0) {
        return git_error(ErrorCode::not_found, "\"" + folder + "\" is not a folder of the repository");
    }
    const Handle<git_tree> tree(raw_tree);
    return out.tree(tree.get(), inside + "/", into, 0);
}

}  // namespace docent::git
