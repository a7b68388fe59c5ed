#pragma once
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace docent::git {

/// invalid_argument unless it is https, http, ssh, git, file, user@host:path or an absolute path.
Status check_url(const std::string& url);

/// Where a repository comes from and how to be let in. What is empty is not used. Credentials reach the git
/// program by its environment alone: never in arguments, configuration files, errors or logs.
struct Remote {
    std::string url;
    std::string user;               // goes with the token; "" is "git"
    std::string token;              // a password or access token, for https and http
    std::filesystem::path ssh_key;  // a private key file, for ssh
    /// With `ssh_key`: where the keys of servers are kept. The first one that a server shows is believed, and
    /// another one later is refused. "": the user's own files.
    std::filesystem::path known_hosts;
};

/// The address without user and password: for people and logs.
std::string masked(const std::string& url);

/// Brings one branch of a remote ("" is its default branch) up to date in the bare repository `mirror`, which
/// is made when it is not there. The git program does it, asks nobody anything, and runs no hook. Blocks. The
/// branch's commit id, or: invalid_argument (address, branch), not_found (no such branch), permission_denied
/// (the repository on this machine is another user's), timed_out, upstream_failed.
Result<std::string> blocking_fetch(const std::string& url, const std::string& branch,
                                   const std::filesystem::path& mirror,
                                   std::chrono::milliseconds limit = std::chrono::minutes(10));

struct FetchLimits {
    std::chrono::milliseconds time = std::chrono::minutes(10);
    std::size_t max_pack = std::size_t{8} << 30;  // bytes that one fetch may bring
};

/// Brings branches of a remote up to date in the bare repository `mirror`, which is made when it is not
/// there: those named, or all of them (branches that the remote no longer has go then; their objects stay,
/// since sessions share them). Calls for one mirror wait for each other. Blocks. Errors as blocking_fetch;
/// too_large when a pack passes its limit.
Status blocking_refresh_mirror(const Remote& remote, const std::filesystem::path& mirror,
                               const std::vector<std::string>& branches = {}, const FetchLimits& limits = {});

/// The branch that the remote's HEAD names. not_found when it names none.
Result<std::string> blocking_default_branch(const Remote& remote,
                                            std::chrono::milliseconds limit = std::chrono::minutes(1));

struct Branch {
    std::string name;
    std::string sha;
};

/// The mirror's branches by name, at most `most`. not_found when there is no mirror.
Result<std::vector<Branch>> blocking_branches(const std::filesystem::path& mirror, std::size_t most = 10'000);

/// The commit of a branch of the mirror. not_found.
Result<std::string> blocking_branch_sha(const std::filesystem::path& mirror, const std::string& branch);

}  // namespace docent::git
