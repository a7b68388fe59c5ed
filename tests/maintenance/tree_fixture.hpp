#pragma once
#include <gtest/gtest.h>

#include <stdexcept>

#include "base/process.hpp"
#include "maintenance/command.hpp"
#include "support/temp_dir.hpp"

namespace docent::maintenance {

/// A git repository with documentation in it, whose commits have dates of the test's own.
class TreeTest : public ::testing::Test {
protected:
    TreeTest() {
        std::filesystem::create_directories(root);
        git({"init", "-q", "-b", "main"});
        tree.workspace.tree = root;
        tree.workspace.git_dir = root / ".git";
        tree.now = 1'700'000'000'000;  // 2023-11-14
    }

    std::string git(std::vector<std::string> words, const std::string& date = "") {
        docent::Command command;
        command.argv = {"git", "-c", "user.name=Person", "-c", "user.email=p@example.com"};
        command.argv.insert(command.argv.end(), words.begin(), words.end());
        command.directory = root;
        if (!date.empty()) command.environment = {{"GIT_AUTHOR_DATE", date}, {"GIT_COMMITTER_DATE", date}};
        auto done = docent::blocking_run(command);
        if (!done) throw std::runtime_error(done.error().message);
        if (done->exit_code != 0) throw std::runtime_error(done->err);
        return done->out;
    }
    void write(const std::string& name, std::string_view text) const { folder.write("tree/" + name, text); }
    std::string read(const std::string& name) const { return folder.read("tree/" + name); }
    void commit(const std::string& message, const std::string& date = "2023-11-01T12:00:00Z") {
        git({"add", "-A"});
        git({"commit", "-q", "-m", message}, date);
    }
    Outcome run(std::string_view line) const {
        auto got = maintenance::blocking_run(tree, line);
        if (!got) throw std::runtime_error(got.error().message);
        return *std::move(got);
    }
    std::string complaint(std::string_view line) const {
        const auto got = maintenance::blocking_run(tree, line);
        return got ? "" : got.error().message;
    }
    /// The file as a command would leave it; "" when it leaves it alone.
    static std::string after(const Outcome& outcome, std::string_view path) {
        for (const auto& change : outcome.changes)
            if (change.path == path) return change.after;
        return "";
    }
    /// Writes the changes, as whoever runs a command does.
    void apply(const Outcome& outcome) const {
        for (const auto& change : outcome.changes) write(change.path, change.after);
    }

    test::TempDir folder;
    std::filesystem::path root = folder.path() / "tree";
    Tree tree;
};

}  // namespace docent::maintenance
