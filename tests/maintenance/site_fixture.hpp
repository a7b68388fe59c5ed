#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "maintenance/command.hpp"
#include "maintenance/validate.hpp"
#include "support/temp_dir.hpp"

namespace docent::maintenance {

/// A documentation site in a git repository of its own.
class SiteTest : public ::testing::Test {
protected:
    std::string git(std::vector<std::string> words) {
        docent::Command command;
        command.argv = {"git", "-c", "user.name=Person", "-c", "user.email=p@example.com"};
        command.argv.insert(command.argv.end(), words.begin(), words.end());
        command.directory = root;
        auto done = docent::blocking_run(command);
        if (!done) throw std::runtime_error(done.error().message);
        if (done->exit_code != 0) throw std::runtime_error(done->err);
        return done->out.substr(0, done->out.find('\n'));
    }

    void write(const std::string& name, std::string_view text) { folder.write("site/" + name, text); }
    std::string read(const std::string& name) const { return folder.read("site/" + name); }
    bool is_there(const std::string& name) const { return std::filesystem::exists(root / name); }
    void move(const std::string& from, const std::string& to) {
        std::filesystem::create_directories((root / to).parent_path());
        std::filesystem::rename(root / from, root / to);
    }

    /// Commits all there is; the commit's id.
    std::string commit(const std::string& subject) {
        if (!is_there(".git")) git({"init", "-q", "-b", "main"});
        git({"add", "-A"});
        git({"commit", "-q", "--allow-empty", "-m", subject});
        return git({"rev-parse", "HEAD"});
    }

    Tree tree() const {
        Tree out;
        out.workspace = {root / ".git", root, root / ".git"};
        if (!is_there(".git")) out.workspace.git_dir.clear();
        out.docs = docs;
        return out;
    }

    Outcome run(const std::string& command) {
        auto outcome = blocking_run(tree(), command);
        if (!outcome) throw std::runtime_error(outcome.error().message + ": " + outcome.error().detail);
        return *std::move(outcome);
    }

    std::string refusal(const std::string& command) {
        const auto outcome = blocking_run(tree(), command);
        return outcome ? "" : outcome.error().message;
    }

    /// Writes what a command made of the files, and checks that it knew what was there.
    void apply(const Outcome& outcome) {
        for (const auto& change : outcome.changes) {
            if (change.kind != FileChange::Kind::create) {
                ASSERT_EQ(read(change.path), change.before) << change.path;
            }
            if (change.kind == FileChange::Kind::move) {
                move(change.path, change.destination);
                write(change.destination, change.after);
            } else if (change.kind == FileChange::Kind::remove) {
                std::filesystem::remove(root / change.path);
            } else {
                write(change.path, change.after);
            }
        }
    }

    std::vector<Finding> validate(const std::string& base) {
        auto found = blocking_validate(tree(), base == "HEAD" ? git({"rev-parse", base}) : base);
        if (!found) throw std::runtime_error(found.error().message + ": " + found.error().detail);
        return *std::move(found);
    }

    test::TempDir folder;
    std::filesystem::path root = folder.path() / "site";
    std::string docs;
};

}  // namespace docent::maintenance
