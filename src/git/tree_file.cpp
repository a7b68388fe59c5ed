#include "git/tree_file.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace docent::git {
namespace fs = std::filesystem;
namespace {

class Fd {
public:
    explicit Fd(int fd) : fd_(fd) {}
    ~Fd() {
        if (fd_ >= 0) ::close(fd_);
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_;
};

int open_below(int root, const std::string& path, int flags) {
    open_how how{};
    how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
    return static_cast<int>(syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
}

int open_root(const fs::path& root) { return ::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC); }

}  // namespace

std::optional<struct stat> stat_in_tree(const fs::path& root, const std::string& path) {
    const Fd at(open_root(root));
    const Fd file(at ? open_below(at.get(), path, O_PATH | O_NOFOLLOW) : -1);
    struct stat info {};
    if (!file || fstat(file.get(), &info) != 0) return std::nullopt;
    return info;
}

std::optional<std::string> read_in_tree(const fs::path& root, const std::string& path, std::size_t most) {
    const Fd at(open_root(root));
    // Not blocked by a pipe that stands where a file was.
    const Fd file(at ? open_below(at.get(), path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) : -1);
    struct stat info {};
    if (!file || fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
    std::string text;
    char buffer[65536];
    while (text.size() < most) {
        const auto n = ::read(file.get(), buffer, std::min(sizeof buffer, most - text.size()));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        text.append(buffer, static_cast<std::size_t>(n));
    }
    return text;
}

bool remove_in_tree(const fs::path& root, const std::string& path) {
    const Fd at(open_root(root));
    if (!at) return false;
    const auto slash = path.rfind('/');
    if (slash == path.npos) return !path.empty() && unlinkat(at.get(), path.c_str(), 0) == 0;
    const Fd folder(open_below(at.get(), path.substr(0, slash), O_PATH | O_DIRECTORY));
    const auto name = path.substr(slash + 1);
    return folder && !name.empty() && unlinkat(folder.get(), name.c_str(), 0) == 0;
}

}  // namespace docent::git
