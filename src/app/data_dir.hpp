#pragma once
#include <sys/types.h>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace docent::app {

/// The directory with everything that an installation keeps. One process serves it at a time; others
/// (commands) may use it beside.
///
/// docent.db (SQLite) · docent.lock · docent.toml (settings, optional) · index/ · repos/ · assistant-key
class DataDir {
public:
    /// Makes the directory (mode 0700) when it is missing. unavailable when that cannot be.
    static Result<std::filesystem::path> create(const std::filesystem::path& path);

    /// Takes the directory for serving, for as long as the DataDir lives. conflict, naming the process,
    /// when another one serves it. Waits up to two seconds for what a process that is gone left behind.
    static Result<DataDir> lock(const std::filesystem::path& path);
    DataDir(DataDir&& other) noexcept;
    DataDir& operator=(DataDir&&) = delete;
    ~DataDir();

    /// Tells other processes where the server listens: "http://127.0.0.1:8080".
    void set_address(const std::string& address);

    /// Who serves the directory just now, or nothing.
    struct Holder {
        pid_t pid = 0;
        std::string address;  // "" until it listens
    };
    static std::optional<Holder> holder(const std::filesystem::path& path);

private:
    explicit DataDir(int file) : file_(file) {}
    int file_ = -1;
};

/// Writes a small file that only its owner can read, whole or not at all.
Status write_private_file(const std::filesystem::path& file, const std::string& text);
/// "" when there is none.
std::string read_small_file(const std::filesystem::path& file);

}  // namespace docent::app
