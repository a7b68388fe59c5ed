#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "git/transport.hpp"
#include "git/workspace.hpp"

namespace docent::git {

enum class PushResult { pushed, already_up_to_date, rejected, failed };
std::string_view to_string(PushResult result);

struct PushRequest {
    std::string branch;  // on the remote; HEAD goes there
    /// Replaces what the remote's branch has, but only when that still is the commit named here.
    std::optional<std::string> replaces;
    /// Where the remote is a repository of this machine that has the branch checked out: its files follow,
    /// unless they have changes that are not committed. Else such a push is rejected.
    bool updates_checkout = false;
};

struct Pushed {
    PushResult result = PushResult::failed;
    std::optional<std::string> old_sha;  // what the remote's branch was; nothing when it is new
    std::optional<std::string> new_sha;
    int commits_pushed = 0;
    bool moved = false;  // of `rejected`: the branch has commits that are not here
    std::string reason;  // of `rejected` and `failed`: a sentence for people
    std::string detail;  // of the same, what git or the remote said: for the log
};

/// Pushes the branch that is checked out, and nothing else: no tags, no submodules, no hooks. `rejected`: the
/// remote has other commits, or refuses by a rule of its own. `failed`: it cannot be reached or let us not
/// in. invalid_argument (address, branch); timed_out, after which the remote may have taken it or not.
Result<Pushed> blocking_push(const Workspace& workspace, const Remote& remote, const PushRequest& request,
                             std::chrono::milliseconds limit = std::chrono::minutes(5));

}  // namespace docent::git
