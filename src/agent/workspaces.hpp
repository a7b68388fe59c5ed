#pragma once
#include <set>
#include <string>

#include "agent/tools/tool.hpp"
#include "git/transport.hpp"
#include "store/repositories.hpp"
#include "store/timeline.hpp"

namespace docent::agent {

/// Where sessions work: a bare mirror for each repository (DATA/mirrors), a private tree for each session
/// (DATA/trees), which survives restarts and the end of the session until that is deleted.
class Workspaces {
public:
    explicit Workspaces(Services& services) : services_(services) {}

    struct Opened {
        Tree tree;
        store::SessionPatch patch;  // what became known with it: branch, base commit, sandbox
        bool made = false;          // it was not there before
    };
    /// The tree of a session; made when there is none: the mirror is fetched, the branch checked out, or made
    /// from the target branch. invalid_argument: there is no repository, or no such target branch;
    /// upstream_failed, timed_out: it cannot be fetched.
    Task<Result<Opened>> open(const store::Session& session);

    /// The session's branch, or how it will be called:
    /// "<Settings::branch_prefix><words of the title>-<6 characters of the id>".
    std::string branch_name(const store::Session& session) const;

    /// The tree if it is there, without a look at the remote. not_found.
    Task<Result<Tree>> find(const store::Session& session);

    /// The token of a code provider; "" when it has none.
    Task<Result<std::string>> token(const store::CodeProvider& provider);
    /// Another enabled repository of the project, by its name: a copy for reading, as its default branch was
    /// when the session first asked for it. It has no branch, and no remote. not_found names those there are;
    /// errors as open().
    Task<Result<Tree>> reading(const store::Session& session, std::string name);
    /// The full names of those.
    Task<Result<std::vector<std::string>>> others(const store::Session& session);

    /// The remote with a token that was asked for anew where one can be: `was` had one that expired.
    Task<Result<git::Remote>> renewed(const store::Session& session, git::Remote was);

    /// Everything in the tree as a commit; its id, "" when there was nothing to commit.
    Task<Result<std::string>> commit(const Tree& tree, std::string message);

    /// The remote's branches by name, as they are now; as they were when it cannot be reached but was before.
    Task<Result<std::vector<git::Branch>>> branches(const store::Repository& repository);

    /// A session's files go in two steps, so that a kill between them leaves either all or nothing of it:
    /// they are set aside, the session is removed from the store, and they are removed. Nothing to do is no
    /// error.
    Task<Status> set_aside(std::string session_id);
    Task<Status> put_back(std::string session_id);
    Task<Status> remove(std::string session_id);
    /// A folder beside a session's that may be made for work of the moment; what a kill leaves of it goes
    /// with the next start.
    std::filesystem::path scratch(const std::string& session_id) const;
    /// What was set aside when the last process was killed: removed, or put back where the session still is.
    Task<Status> finish_removals();
    /// Files of sessions that were removed by another server are removed here, too.
    Task<Status> remove_left_files();

private:
    std::filesystem::path folder(const std::string& session_id) const;
    std::vector<std::filesystem::path> folders_of_sessions() const;
    std::set<std::string> blocking_names_of_folders() const;
    Status blocking_move(const std::string& session_id, const char* from, const char* to) const;
    std::filesystem::path mirror(const std::string& repository_id) const;
    Task<Result<store::Repository>> repository(const store::Session& session);
    Task<Result<git::Remote>> remote(const store::Repository& repository);
    Task<Result<git::Remote>> renewed_of(const store::Repository& repository, git::Remote was);
    /// Its mirror follows its remote, which is returned; a token that expired is renewed once.
    Task<Result<git::Remote>> refresh(const store::Repository& repository);
    Task<Result<std::vector<store::Repository>>> enabled(const store::Session& session);

    Services& services_;
};

}  // namespace docent::agent
