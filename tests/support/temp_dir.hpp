#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace docent::test {

/// A folder of the test's own. Kept, and its path printed, when the test failed.
class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    const std::filesystem::path& path() const { return path_; }
    /// Writes a file below it, folders included.
    void write(const std::string& name, std::string_view text) const;
    std::string read(const std::string& name) const;

private:
    std::filesystem::path path_;
};

/// The real documentation and questions (../shared/data beside the project), or empty when absent:
/// the test then skips, visibly.
std::filesystem::path shared_data();

}  // namespace docent::test
