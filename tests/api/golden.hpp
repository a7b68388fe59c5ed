#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace docent::test {

/// Compares with tests/golden/NAME. DOCENT_REWRITE_GOLDEN=1 writes the files instead; the diff is then
/// reviewed like code.
inline void expect_golden(const std::string& name, const std::string& actual) {
    const auto file = std::filesystem::path(DOCENT_SOURCE_DIR) / "tests/golden" / name;
    if (std::getenv("DOCENT_REWRITE_GOLDEN")) {
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << actual;
        return;
    }
    std::ifstream in(file, std::ios::binary);
    ASSERT_TRUE(in) << "tests/golden/" << name << " is missing; write it with DOCENT_REWRITE_GOLDEN=1";
    const std::string expected(std::istreambuf_iterator<char>(in), {});
    EXPECT_EQ(actual, expected) << "if the change is wanted: DOCENT_REWRITE_GOLDEN=1 build/dev/test_api";
}

}  // namespace docent::test
