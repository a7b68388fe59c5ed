#pragma once
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace docent::git {

/// A session's private clone: a git directory and a working tree beside each other.
///
/// The git directory is not inside the tree, since commands of the session may write everything there, and
/// what stands in a git directory decides what git runs and where it writes (hooks, config, core.worktree,
/// alternates, links in refs). Our git is told both places on each call and never looks for a ".git", so
/// what a command plants in the tree under any name is only a file. A sandbox shows the git directory to its
/// commands as a real ".git" directory: it binds `git_dir` read-only over `tree`/.git, and mirror_objects()
/// read-only at its own path. Reading git commands work in there; history is changed by the functions of this
/// module alone. (A ".git" file that names another place would break inside of most sandboxes.)
///
/// Whatever reads or writes the tree is done by the git program, as a child with limits: a file that shrinks
/// while it is mapped ends the child, not this process. libgit2 is used for objects, which no command can
/// write.
///
/// Calls that write need that nothing else of ours writes to the workspace; calls that read may run beside
/// them. No call may run beside a command of the session that could swap files for links meanwhile.
struct Workspace {
    std::filesystem::path git_dir;
    std::filesystem::path tree;
    std::filesystem::path mirror;  // the bare repository that it shares objects with

    std::filesystem::path mirror_objects() const { return mirror / "objects"; }
};

/// Who makes a commit.
struct Identity {
    std::string name;
    std::string email;
    std::string signing_key = "";  // of a committer: see signing.hpp; "": unsigned
};

/// invalid_argument, naming the field, for what git cannot write into a commit.
Status check_identity(const Identity& identity);

struct CheckoutLimits {
    std::chrono::milliseconds time = std::chrono::minutes(2);
    std::size_t max_files = 200'000;
    std::size_t max_file = std::size_t{256} << 20;  // bytes of one file
    std::size_t max_bytes = std::size_t{4} << 30;   // of all files
};

struct Checkout {
    Workspace workspace;
    std::string branch;
    std::string head_sha;    // what is checked out
    std::string target_sha;  // the target branch's commit then
    bool branch_created = false;
};

/// Makes the workspace `folder`/{git,tree} with `branch` checked out: the mirror's branch of that name, or
/// else a new one that begins where `target_branch` stands. Objects are shared with the mirror, which must
/// never be pruned. `folder` must not exist, and appears only when all is done. Blocks.
/// invalid_argument (branch names), not_found (the target branch), conflict (the folder exists), too_large,
/// timed_out, unavailable (a damaged repository, a tree with names that git refuses, a full disk).
Result<Checkout> blocking_create_workspace(const std::filesystem::path& mirror,
                                           const std::filesystem::path& folder, const std::string& branch,
                                           const std::string& target_branch,
                                           const CheckoutLimits& limits = {});

/// The workspace in `folder`, to read it: others may read or write it now. not_found when it is not there
/// whole.
Result<Workspace> blocking_find_workspace(const std::filesystem::path& mirror,
                                          const std::filesystem::path& folder);

/// The same for the one who writes it, after a restart maybe: locks of a killed call are removed, and its
/// temporary files once they are an hour old. Its files are as they were left.
Result<Workspace> blocking_open_workspace(const std::filesystem::path& mirror,
                                          const std::filesystem::path& folder);

/// The workspace and all work in it is gone then. Links are not followed. No error when it does not exist.
Status blocking_remove_workspace(const std::filesystem::path& folder);

struct Head {
    std::string branch;  // "" when detached, as during a rebase
    std::string sha;
};
Result<Head> blocking_head(const Workspace& workspace);

}  // namespace docent::git
