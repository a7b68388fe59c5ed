#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace docent::docs::test {

inline std::filesystem::path fixtures() {
    return std::filesystem::path(DOCENT_SOURCE_DIR) / "tests/docs/fixtures";
}

inline std::string slurp(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace docent::docs::test
