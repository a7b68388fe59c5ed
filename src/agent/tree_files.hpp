#pragma once
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/tree_path.hpp"
#include "base/result.hpp"

namespace docent::agent {

/// An open file or folder.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

enum class FileKind { file, directory, symlink, other };
/// "file", "directory", "symlink"; what is none of them is "file" too, but has no size.
std::string_view kind_name(FileKind kind);

struct FileInfo {
    FileKind kind = FileKind::file;
    std::uint64_t size = 0;
    mode_t mode = 0;  // the permission bits
};

struct ReadFile {
    std::string path;  // where it really is: symbolic links inside the tree are followed
    std::string bytes;
    mode_t mode = 0;
};

/// The files of one working tree, which foreign commands change at the same time. Nothing outside of the tree
/// and nothing of git's is ever reached: a path is walked folder by folder, from an open descriptor to the
/// next, without following a symbolic link; links that stay inside are resolved first, and what was resolved
/// is walked the same way. So a link that is swapped in between a check and its use finds nobody.
///
/// Blocks. Paths are as tree_path() makes them, and are checked again. Errors have as `reason` the code that
/// a tool's result shows: "not_found", "not_a_file", "not_a_directory", "already_exists", "too_large",
/// "outside_repository", "not_allowed", "invalid_path"; without a reason the disk itself failed.
class TreeFiles {
public:
    static Result<TreeFiles> open(const std::filesystem::path& root);

    /// The path without symbolic links. The last part is followed only if wanted; parts that do not exist
    /// stay as they are.
    Result<std::string> resolve(std::string_view path, bool follow_last) const;

    /// The file or link itself.
    Result<FileInfo> info(std::string_view path) const;
    /// A regular file; links are followed.
    Result<ReadFile> read(std::string_view path, std::size_t most) const;
    /// What a symbolic link says.
    Result<std::string> read_link(std::string_view path) const;
    /// Names in a folder, sorted, without git's own. `path` may be a link.
    Result<std::vector<std::string>> list(std::string_view path) const;

    /// The file is there as a whole or not at all. Folders above it are made. `replace` false:
    /// "already_exists" if anything is there.
    Status write(std::string_view path, std::string_view bytes, mode_t mode, bool replace) const;
    Status make_link(std::string_view path, const std::string& target) const;
    /// A file, a link or an empty folder.
    Status remove(std::string_view path) const;
    /// Folders above `to` are made.
    Status move(std::string_view from, std::string_view to, bool replace) const;

    /// An open folder, for reading its entries or opening its files with O_NOFOLLOW. No link is followed.
    Result<Descriptor> open_folder(std::string_view path) const;
    /// A regular file of an open folder, for reading; never one that waits for a writer.
    static Result<Descriptor> open_file(int folder, const std::string& name, FileInfo* info = nullptr);

private:
    explicit TreeFiles(Descriptor root) : root_(std::move(root)) {}
    Result<Descriptor> walk(std::string_view folder, bool make) const;
    Error missing(std::string_view path) const;

    Descriptor root_;
};

/// Reads what is left of it; "too_large" when that is more than `most` bytes.
Result<std::string> read_all(int fd, std::size_t most, std::size_t expected = 0);

}  // namespace docent::agent
