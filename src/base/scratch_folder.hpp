#pragma once
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <utility>

#include "base/result.hpp"

namespace docent {

/// A folder of the machine's temporary ones that is gone with the object.
class ScratchFolder {
public:
    static Result<ScratchFolder> blocking_make() {
        std::error_code failed;
        auto pattern = (std::filesystem::temp_directory_path(failed) / "docent-XXXXXX").string();
        if (failed || !mkdtemp(pattern.data()))
            return Error(ErrorCode::unavailable, "no temporary folder can be made");
        return ScratchFolder(pattern);
    }
    ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

private:
    explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

}  // namespace docent
