#include "agent/disk_use.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace docent::agent {
namespace {

constexpr std::uint64_t block = 512;  // what st_blocks counts

}  // namespace

std::uint64_t blocking_disk_use(const std::filesystem::path& folder, std::uint64_t enough) {
    std::uint64_t sum = 0;
    std::vector<std::string> folders{folder.string()};
    while (!folders.empty() && sum <= enough) {
        const std::string path = std::move(folders.back());
        folders.pop_back();
        const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0) continue;
        DIR* dir = ::fdopendir(fd);
        if (!dir) {
            ::close(fd);
            continue;
        }
        while (const dirent* entry = ::readdir(dir)) {
            const std::string_view name = entry->d_name;
            if (name == "." || name == "..") continue;
            struct stat is {};
            if (::fstatat(fd, entry->d_name, &is, AT_SYMLINK_NOFOLLOW) != 0) continue;
            sum += static_cast<std::uint64_t>(is.st_blocks) * block;
            if (S_ISDIR(is.st_mode)) folders.push_back(path + "/" + entry->d_name);
        }
        ::closedir(dir);
    }
    return sum;
}

}  // namespace docent::agent
