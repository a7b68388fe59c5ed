#include "app/data_dir.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

#include "base/text.hpp"

namespace docent::app {
namespace fs = std::filesystem;
namespace {

constexpr const char* lock_name = "docent.lock";

DataDir::Holder parse_holder(const std::string& text) {
    DataDir::Holder holder;
    const auto lines = split(text, '\n');
    if (!lines.empty()) holder.pid = static_cast<pid_t>(std::atol(lines[0].c_str()));
    if (lines.size() > 1) holder.address = lines[1];
    return holder;
}

/// A child that a killed server was about to start holds the lock until it has closed its files: moments.
bool take_lock(int file, const fs::path& name) {
    constexpr int most_looks = 100;
    for (int i = 0; i < most_looks; ++i) {
        if (flock(file, LOCK_EX | LOCK_NB) == 0) return true;
        const auto holder = parse_holder(read_small_file(name));
        const bool gone = holder.pid > 0 && kill(holder.pid, 0) != 0 && errno == ESRCH;
        if (!gone) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
}

bool write_all(int file, const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t n = write(file, text.data() + done, text.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        done += static_cast<std::size_t>(n);
    }
    return true;
}

}  // namespace

Result<fs::path> DataDir::create(const fs::path& path) {
    std::error_code error;
    const fs::path absolute = fs::weakly_canonical(fs::absolute(path), error);
    const fs::path directory = error ? fs::absolute(path) : absolute;
    if (fs::exists(directory, error)) {
        if (!fs::is_directory(directory, error))
            return Error(ErrorCode::unavailable, "the data directory " + path.string() + " is a file");
    } else {
        if (directory.has_parent_path()) fs::create_directories(directory.parent_path(), error);
        if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
            return Error(ErrorCode::unavailable, fmt::format("the data directory {} cannot be made: {}",
                                                             path.string(), std::strerror(errno)));
    }
    // Copies of documentation that need not be public; the directory itself may be somebody's with another
    // mode.
    for (const char* inside : {"index", "repos"}) (void)!mkdir((directory / inside).c_str(), 0700);
    if (access(directory.c_str(), R_OK | W_OK | X_OK) != 0)
        return Error(ErrorCode::unavailable,
                     "the data directory " + path.string() + " cannot be written; check its owner and mode");
    return directory;
}

Result<DataDir> DataDir::lock(const fs::path& path) {
    const fs::path name = path / lock_name;
    const int file = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return Error(
            ErrorCode::unavailable,
            fmt::format("the lock of the data directory cannot be opened: {}", std::strerror(errno)));
    if (!take_lock(file, name)) {
        close(file);
        const auto other = parse_holder(read_small_file(name));
        return conflict(
            fmt::format("the data directory {} is in use by another docent serve (process {}{}); stop it or "
                        "give another --data",
                        path.string(), other.pid, other.address.empty() ? "" : ", " + other.address));
    }
    DataDir taken(file);
    taken.set_address("");
    return taken;
}

DataDir::DataDir(DataDir&& other) noexcept : file_(other.file_) { other.file_ = -1; }

DataDir::~DataDir() {
    if (file_ < 0) return;
    // The file stays: removing it would let two processes lock two different files of the same name.
    (void)!ftruncate(file_, 0);
    close(file_);
}

void DataDir::set_address(const std::string& address) {
    const std::string text = fmt::format("{}\n{}\n", getpid(), address);
    if (ftruncate(file_, 0) == 0 && lseek(file_, 0, SEEK_SET) == 0) (void)write_all(file_, text);
}

std::optional<DataDir::Holder> DataDir::holder(const fs::path& path) {
    const fs::path name = path / lock_name;
    const int file = open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    const bool free = flock(file, LOCK_SH | LOCK_NB) == 0;
    close(file);
    if (free) return std::nullopt;
    return parse_holder(read_small_file(name));
}

Status write_private_file(const fs::path& file, const std::string& text) {
    std::string temporary = file.string() + ".XXXXXX";
    const int out = mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
    bool ok = out >= 0 && write_all(out, text) && fsync(out) == 0;
    if (out >= 0) close(out);
    ok = ok && rename(temporary.c_str(), file.c_str()) == 0;
    if (ok) return {};
    const std::string why = std::strerror(errno);
    if (out >= 0) unlink(temporary.c_str());
    return Error(ErrorCode::unavailable, "a file in the data directory cannot be written: " + why);
}

std::string read_small_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text(64 * 1024, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

}  // namespace docent::app
