#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace docent::test {

TempDir::TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "docent-test-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp");
    path_ = pattern;
}

TempDir::~TempDir() {
    if (::testing::Test::HasFailure()) {
        std::printf("kept: %s\n", path_.c_str());
        return;
    }
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void TempDir::write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
}

std::string TempDir::read(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::filesystem::path shared_data() {
    const auto path = std::filesystem::path(DOCENT_SOURCE_DIR) / ".." / "shared" / "data";
    return std::filesystem::exists(path / "questions.tsv") ? std::filesystem::canonical(path)
                                                           : std::filesystem::path();
}

}  // namespace docent::test
