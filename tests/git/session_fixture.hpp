#pragma once
#include <gtest/gtest.h>

#include <stdexcept>

#include "base/process.hpp"
#include "git/transport.hpp"
#include "git/workspace.hpp"
#include "support/temp_dir.hpp"

namespace docent::git {

/// A remote (bare, on this disk), a person's checkout of it, and a session's workspace.
class SessionTest : public ::testing::Test {
protected:
    const Identity docent{"Docent", "docent@example.com"};

    Finished try_git(const std::filesystem::path& directory, std::vector<std::string> words) {
        Command command;
        command.argv = {"git",
                        "-c",
                        "user.name=Person",
                        "-c",
                        "user.email=p@example.com",
                        "-c",
                        "protocol.file.allow=always"};
        command.argv.insert(command.argv.end(), words.begin(), words.end());
        command.directory = directory;
        auto done = blocking_run(command);
        if (!done) throw std::runtime_error(done.error().message);
        return *std::move(done);
    }
    std::string git(const std::filesystem::path& directory, std::vector<std::string> words) {
        auto done = try_git(directory, std::move(words));
        if (done.exit_code != 0) throw std::runtime_error(done.err);
        return done.out.substr(0, done.out.find('\n'));
    }

    /// The remote begins with these files on its branch main.
    void begin(std::vector<std::pair<std::string, std::string>> files) {
        std::filesystem::create_directories(person);
        git(person, {"init", "-q", "-b", "main"});
        for (const auto& [name, text] : files) folder.write("person/" + name, text);
        git(person, {"add", "-A"});
        git(person, {"commit", "-q", "--allow-empty", "-m", "first"});
        git(folder.path(), {"clone", "-q", "--bare", person.string(), remote_path.string()});
        git(person, {"remote", "add", "origin", remote_path.string()});
        refresh();
    }
    /// The person changes a file and pushes.
    std::string person_pushes(const std::string& name, std::string_view text,
                              const std::string& branch = "main") {
        folder.write("person/" + name, text);
        git(person, {"add", "-A"});
        git(person, {"commit", "-q", "-m", "of a person"});
        git(person, {"push", "-q", "origin", "HEAD:" + branch});
        return git(person, {"rev-parse", "HEAD"});
    }
    void refresh() {
        auto done = blocking_refresh_mirror(remote, mirror);
        if (!done) throw std::runtime_error(done.error().message + ": " + done.error().detail);
    }
    void open(const std::string& branch = "work", const std::string& target = "main") {
        auto made = blocking_create_workspace(mirror, folder.path() / "session", branch, target);
        if (!made) throw std::runtime_error(made.error().message + ": " + made.error().detail);
        checkout = *std::move(made);
        workspace = checkout.workspace;
    }
    void write(const std::string& name, std::string_view text) { folder.write("session/tree/" + name, text); }
    std::string read(const std::string& name) const { return folder.read("session/tree/" + name); }
    bool is_there(const std::string& name) const {
        return std::filesystem::exists(std::filesystem::symlink_status(workspace.tree / name));
    }
    std::string remote_sha(const std::string& branch) {
        return git(remote_path, {"rev-parse", "refs/heads/" + branch});
    }

    test::TempDir folder;
    std::filesystem::path person = folder.path() / "person";
    std::filesystem::path remote_path = folder.path() / "remote.git";
    std::filesystem::path mirror = folder.path() / "mirror.git";
    Remote remote{remote_path.string(), {}, {}, {}, {}};
    Checkout checkout;
    Workspace workspace;
};

}  // namespace docent::git
