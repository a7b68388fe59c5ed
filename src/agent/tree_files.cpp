#include "agent/tree_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <deque>
#include <memory>

#include "base/crypto.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace {

constexpr int most_links = 40;
constexpr std::size_t deepest = 200;

Error outside(std::string_view path) {
    return invalid(shown_path(path) + " leads out of the repository").because("outside_repository");
}

Error taken(std::string_view path) {
    return conflict(shown_path(path) + " exists already").because("already_exists");
}

/// What the system said, in the words of a tool.
Error failed(int code, std::string_view path) {
    const auto shown = shown_path(path);
    switch (code) {
        case ENOENT:
            return not_found("there is no " + shown).because("not_found");
        case ENOTDIR:
        case ELOOP:
            return invalid("a part of " + shown + " is not a folder").because("not_a_directory");
        case EISDIR:
            return invalid(shown + " is a folder").because("not_a_file");
        case EEXIST:
            return taken(path);
        case ENOTEMPTY:
            return conflict(shown + " is a folder that is not empty").because("already_exists");
        case ENAMETOOLONG:
        case EINVAL:
            return invalid("the system does not take the path " + shown).because("invalid_path");
        case EACCES:
        case EPERM:
            return Error(ErrorCode::permission_denied, shown + " may not be read or changed")
                .because("not_allowed");
        default:
            return Error(ErrorCode::unavailable, "the disk refused " + shown, std::strerror(code));
    }
}

FileInfo info_of(const struct stat& st) {
    FileInfo info;
    info.kind = S_ISREG(st.st_mode)   ? FileKind::file
                : S_ISDIR(st.st_mode) ? FileKind::directory
                : S_ISLNK(st.st_mode) ? FileKind::symlink
                                      : FileKind::other;
    info.size = S_ISREG(st.st_mode) ? static_cast<std::uint64_t>(st.st_size) : 0;
    info.mode = st.st_mode & 07777;
    return info;
}

Result<std::string> link_at(int folder, const std::string& name, std::string_view path) {
    std::string target(4096, '\0');
    const auto n = readlinkat(folder, name.c_str(), target.data(), target.size());
    if (n < 0) return failed(errno, path);
    target.resize(static_cast<std::size_t>(n));
    return target;
}

Descriptor open_part(int folder, const std::string& name) {
    return Descriptor(openat(folder, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

}  // namespace

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

std::string_view kind_name(FileKind kind) {
    switch (kind) {
        case FileKind::directory:
            return "directory";
        case FileKind::symlink:
            return "symlink";
        case FileKind::file:
        case FileKind::other:
            return "file";
    }
    return "file";
}

Result<std::string> read_all(int fd, std::size_t most, std::size_t expected) {
    std::string out;
    std::size_t have = 0;
    // One byte more than expected, so that the end of an unchanged file is seen without another round.
    out.resize(std::min(expected, most) + 1);
    for (;;) {
        if (have == out.size()) out.resize(std::min(most + 1, out.size() * 2 + 4096));
        const auto n = ::read(fd, out.data() + have, out.size() - have);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return Error(ErrorCode::unavailable, "the file cannot be read", std::strerror(errno));
        if (n == 0) break;
        have += static_cast<std::size_t>(n);
        if (have > most) return Error(ErrorCode::too_large, "the file is too large").because("too_large");
    }
    out.resize(have);
    return out;
}

Result<TreeFiles> TreeFiles::open(const std::filesystem::path& root) {
    Descriptor fd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return Error(ErrorCode::unavailable, "the session's files are not there", std::strerror(errno));
    return TreeFiles(std::move(fd));
}

Result<std::string> TreeFiles::resolve(std::string_view path, bool follow_last) const {
    TRY(const auto asked, tree_path(path));
    std::deque<std::string> ahead;
    if (!asked.empty()) {
        for (auto& part : split(asked, '/')) ahead.push_back(std::move(part));
    }
    std::vector<std::pair<std::string, Descriptor>> above;  // the folders on the way
    const auto here = [&] { return above.empty() ? root_.get() : above.back().second.get(); };
    std::string rest;  // what does not exist
    int links = 0;
    while (!ahead.empty()) {
        const std::string part = std::move(ahead.front());
        ahead.pop_front();
        if (part.empty() || part == ".") continue;
        if (part == "..") {  // of a link's target
            if (above.empty() || !rest.empty()) return outside(path);
            above.pop_back();
            continue;
        }
        if (is_git_folder(part))
            return invalid("git's own folder is not to be touched").because("not_allowed");
        if (above.size() > deepest) return invalid("the path is too deep").because("invalid_path");
        struct stat st {};
        if (!rest.empty() || fstatat(here(), part.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0) {
            if (rest.empty() && errno != ENOENT) return failed(errno, path);
            rest = joined(rest, part);
            continue;
        }
        const bool last = ahead.empty();
        if (S_ISLNK(st.st_mode) && (!last || follow_last)) {
            if (++links > most_links)
                return invalid(shown_path(path) + " is a circle of links").because("invalid_path");
            TRY(const auto target, link_at(here(), part, path));
            if (target.starts_with('/')) return outside(path);
            auto parts = split(target, '/');
            for (auto it = parts.rbegin(); it != parts.rend(); ++it) ahead.push_front(std::move(*it));
            continue;
        }
        if (last || !S_ISDIR(st.st_mode)) {
            if (!last) return failed(ENOTDIR, path);
            rest = part;
            continue;
        }
        auto next = open_part(here(), part);
        if (!next) return failed(errno, path);
        above.emplace_back(part, std::move(next));
    }
    std::string out;
    for (const auto& [name, fd] : above) out = joined(out, name);
    return rest.empty() ? out : joined(out, rest);
}

Result<Descriptor> TreeFiles::walk(std::string_view folder, bool make) const {
    TRY(const auto checked, tree_path(folder));
    Descriptor at(openat(root_.get(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!at) return failed(errno, folder);
    if (checked.empty()) return at;
    for (const auto& part : split(checked, '/')) {
        auto next = open_part(at.get(), part);
        if (!next && errno == ENOENT && make) {
            if (mkdirat(at.get(), part.c_str(), 0777) != 0 && errno != EEXIST) return failed(errno, folder);
            next = open_part(at.get(), part);
        }
        if (!next) return failed(errno, folder);
        at = std::move(next);
    }
    return at;
}

Result<Descriptor> TreeFiles::open_folder(std::string_view path) const {
    TRY(const auto at, walk(path, false));
    Descriptor fd(openat(at.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return failed(errno, path);
    return fd;
}

/// "There is no a/readme.md", with the name that is there and was probably meant.
Error TreeFiles::missing(std::string_view path) const {
    std::string message = "there is no " + shown_path(path);
    const auto names = list(folder_of(path));
    if (names) {
        const std::string wanted(name_of(path));
        std::string near;
        for (const auto& name : *names) {
            if (lower_ascii(name) == lower_ascii(wanted)) near = name;
        }
        if (near.empty() && names->size() <= 5000) near = nearest(wanted, *names);
        if (!near.empty()) message += "; did you mean " + shown_path(joined(folder_of(path), near)) + "?";
    }
    return not_found(std::move(message)).because("not_found");
}

Result<FileInfo> TreeFiles::info(std::string_view path) const {
    TRY(const auto real, resolve(path, false));
    auto folder = walk(folder_of(real), false);
    if (!folder) {
        if (folder.error().reason == "not_found") return missing(path);
        return std::move(folder).error();
    }
    const std::string name(real.empty() ? "." : name_of(real));
    struct stat st {};
    if (fstatat(folder->get(), name.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return missing(real);
        return failed(errno, path);
    }
    return info_of(st);
}

Result<Descriptor> TreeFiles::open_file(int folder, const std::string& name, FileInfo* info) {
    struct stat st {};
    if (fstatat(folder, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0) return failed(errno, name);
    if (S_ISDIR(st.st_mode)) return failed(EISDIR, name);
    if (!S_ISREG(st.st_mode))
        return invalid(shown_path(name) + " is not a regular file").because("not_a_file");
    // What it is may change before it is opened: never wait for the other end of a pipe, and look again.
    Descriptor fd(openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (!fd) return failed(errno, name);
    if (fstat(fd.get(), &st) != 0) return failed(errno, name);
    if (!S_ISREG(st.st_mode))
        return invalid(shown_path(name) + " is not a regular file").because("not_a_file");
    if (info) *info = info_of(st);
    return fd;
}

Result<ReadFile> TreeFiles::read(std::string_view path, std::size_t most) const {
    ReadFile out;
    TRY(out.path, resolve(path, true));
    if (out.path.empty()) return failed(EISDIR, "the top of the repository");
    auto folder = walk(folder_of(out.path), false);
    FileInfo info;
    Result<Descriptor> file = folder ? open_file(folder->get(), std::string(name_of(out.path)), &info)
                                     : Result<Descriptor>(std::move(folder).error());
    if (!file) {
        if (file.error().reason == "not_found") return missing(out.path);
        if (file.error().reason == "not_a_file" && file.error().message.find("folder") != std::string::npos)
            return failed(EISDIR, path);
        return std::move(file).error();
    }
    out.mode = info.mode;
    if (info.size > most)
        return Error(ErrorCode::too_large,
                     shown_path(path) + " is too large: " + std::to_string(info.size >> 10) + " KiB")
            .because("too_large");
    TRY(out.bytes, read_all(file->get(), most, info.size));
    return out;
}

Result<std::string> TreeFiles::read_link(std::string_view path) const {
    TRY(const auto real, resolve(path, false));
    TRY(const auto folder, walk(folder_of(real), false));
    return link_at(folder.get(), std::string(name_of(real)), path);
}

Result<std::vector<std::string>> TreeFiles::list(std::string_view path) const {
    TRY(const auto real, resolve(path, true));
    TRY(auto fd, open_folder(real));
    struct Close {
        void operator()(DIR* d) const { closedir(d); }
    };
    const int copy = fcntl(fd.get(), F_DUPFD_CLOEXEC, 0);
    const std::unique_ptr<DIR, Close> folder(copy < 0 ? nullptr : fdopendir(copy));
    if (!folder) return failed(errno, path);
    std::vector<std::string> names;
    while (const dirent* entry = readdir(folder.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != ".." && !is_git_folder(name)) names.emplace_back(name);
    }
    std::ranges::sort(names);
    return names;
}

Status TreeFiles::write(std::string_view path, std::string_view bytes, mode_t mode, bool replace) const {
    TRY(const auto real, resolve(path, false));
    if (real.empty()) return failed(EISDIR, "the top of the repository");
    TRY(const auto folder, walk(folder_of(real), true));
    const std::string name(name_of(real));
    const std::string temporary = ".docent-" + random_hex(8) + ".tmp";
    {
        Descriptor fd(openat(folder.get(), temporary.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!fd) return failed(errno, path);
        int wrong = 0;
        for (std::size_t done = 0; done < bytes.size() && wrong == 0;) {
            const auto n = ::write(fd.get(), bytes.data() + done, bytes.size() - done);
            if (n >= 0)
                done += static_cast<std::size_t>(n);
            else if (errno != EINTR)
                wrong = errno;
        }
        if (wrong == 0 && (fchmod(fd.get(), mode) != 0 || fdatasync(fd.get()) != 0)) wrong = errno;
        if (wrong != 0) {
            unlinkat(folder.get(), temporary.c_str(), 0);
            return failed(wrong, path);
        }
    }
    const unsigned flags = replace ? 0 : RENAME_NOREPLACE;
    if (renameat2(folder.get(), temporary.c_str(), folder.get(), name.c_str(), flags) != 0) {
        const int wrong = errno;
        unlinkat(folder.get(), temporary.c_str(), 0);
        return failed(wrong, path);
    }
    return {};
}

Status TreeFiles::make_link(std::string_view path, const std::string& target) const {
    TRY(const auto real, resolve(path, false));
    TRY(const auto folder, walk(folder_of(real), true));
    if (symlinkat(target.c_str(), folder.get(), std::string(name_of(real)).c_str()) != 0)
        return failed(errno, path);
    return {};
}

Status TreeFiles::remove(std::string_view path) const {
    TRY(const auto real, resolve(path, false));
    if (real.empty()) return invalid("the top of the repository cannot be removed").because("not_allowed");
    TRY(const auto folder, walk(folder_of(real), false));
    const std::string name(name_of(real));
    struct stat st {};
    if (fstatat(folder.get(), name.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0) return failed(errno, path);
    if (unlinkat(folder.get(), name.c_str(), S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0) != 0)
        return failed(errno, path);
    return {};
}

Status TreeFiles::move(std::string_view from, std::string_view to, bool replace) const {
    TRY(const auto real_from, resolve(from, false));
    TRY(const auto real_to, resolve(to, false));
    if (real_from.empty() || real_to.empty())
        return invalid("the top of the repository cannot be moved").because("not_allowed");
    if (real_to.starts_with(real_from + "/"))
        return invalid("a folder cannot be moved into itself").because("invalid_path");
    TRY(const auto source, walk(folder_of(real_from), false));
    TRY(const auto target, walk(folder_of(real_to), true));
    if (renameat2(source.get(), std::string(name_of(real_from)).c_str(), target.get(),
                  std::string(name_of(real_to)).c_str(), replace ? 0 : RENAME_NOREPLACE) != 0)
        return failed(errno, errno == EEXIST || errno == ENOTEMPTY ? to : from);
    return {};
}

}  // namespace docent::agent
