#pragma once
#include <chrono>
#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace docent::git {

/// invalid_argument unless it is https, http, ssh, git, file, user@host:path or an absolute path.
Status check_url(const std::string& url);

/// The address without user and password: for people and logs.
std::string masked(const std::string& url);

/// Brings one branch of a remote ("" is its default branch) up to date in the bare repository `mirror`, which
/// is made when it is not there. The git program does it, asks nobody anything, and runs no hook. Blocks. The
/// branch's commit id, or: invalid_argument (address, branch), not_found (no such branch), permission_denied
/// (the repository on this machine is another user's), timed_out, upstream_failed.
Result<std::string> blocking_fetch(const std::string& url, const std::string& branch,
                                   const std::filesystem::path& mirror,
                                   std::chrono::milliseconds limit = std::chrono::minutes(10));

}  // namespace docent::git
