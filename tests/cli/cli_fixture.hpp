#pragma once
#include <gtest/gtest.h>

#include "cli/cli.hpp"
#include "support/temp_dir.hpp"

namespace docent::test {

struct Ran {
    int code = 0;
    std::string out, err;
};

/// The program, in process, with its two outputs apart.
inline Ran docent_cli(std::vector<std::string> args) {
    args.insert(args.begin(), "docent");
    std::vector<char*> argv;
    for (auto& arg : args) argv.push_back(arg.data());
    argv.push_back(nullptr);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Ran ran;
    ran.code = cli::run(static_cast<int>(args.size()), argv.data());
    ran.out = testing::internal::GetCapturedStdout();
    ran.err = testing::internal::GetCapturedStderr();
    return ran;
}

class CliTest : public testing::Test {
protected:
    CliTest() {
        dir.write("docs/index.md", "# Welcome\n\nThe capybara server answers questions.\n");
        dir.write("docs/install.md",
                  "# Install\n\nRun the installer to install the capybara server.\n\n## Updates\n\nUpdates "
                  "come weekly.\n");
    }
    Ran run(std::vector<std::string> args) {
        args.push_back("--data=" + data());
        return docent_cli(std::move(args));
    }
    std::string data() const { return (dir.path() / "data").string(); }
    std::string docs() const { return (dir.path() / "docs").string(); }
    void add_project() { ASSERT_EQ(run({"project", "add", "zoo", "--docs", docs()}).code, 0); }

    TempDir dir;
};

inline bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace docent::test
