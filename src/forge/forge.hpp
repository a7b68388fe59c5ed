#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/pools.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "forge/merge_method.hpp"
#include "forge/pipeline.hpp"
#include "git/transport.hpp"
#include "git/workspace.hpp"
#include "store/merge_requests.hpp"
#include "store/repositories.hpp"

namespace docent::net {
class HttpClient;
}
namespace docent {
class Clock;
}

namespace docent::forge {

class Credentials;

/// A session's branch, and the repository on a forge that it is to be merged into.
struct Place {
    store::Repository repository;
    std::string api_url;                 // of the code provider; "": none
    std::string token;                   // of the same
    Credentials* credentials = nullptr;  // what renews the token when the forge refuses it; null: nothing
    git::Remote remote;                  // what git fetches from and pushes to
    git::Workspace workspace;            // the session's; its branch has been pushed
    std::filesystem::path work;          // a folder that may be made, and is removed, for a merge
    git::Identity committer;
};

/// What a forge says of a merge request.
struct State {
    std::string external_id;  // the forge's number; "": Docent's own
    std::string web_url;
    std::string status = "open";  // "open", "merged", "closed"
    std::optional<bool> mergeable;
    std::optional<int> behind_by;                // commits of the target that the branch has not
    std::vector<std::string> conflicting_files;  // as far as they are known
    std::optional<bool> draft;
    std::string head_sha;  // of its branch there; "": not told
    std::string merge_commit_sha;
    std::string by;  // who merged or closed it; "": not known
};

/// Where merge requests live. One file for each forge; forges.cpp lists them. All calls: upstream_failed,
/// timed_out (the forge cannot be reached), upstream_failed "forge_refused" (the token does not suffice),
/// rate_limited.
class Forge {
public:
    virtual ~Forge() = default;

    /// Makes it, as a draft if it says so, or finds the open one for the same branches and updates that: a
    /// second call makes no second one.
    virtual Task<Result<State>> open(const Place& place, const store::MergeRequest& request) = 0;
    /// As it is now.
    virtual Task<Result<State>> read(const Place& place, const store::MergeRequest& request) = 0;
    /// Title, description and draft become those of `request`.
    virtual Task<Result<State>> update(const Place& place, const store::MergeRequest& request) = 0;
    /// Says `text` (Markdown) under it, once for a `key` ("": always): the key goes along unseen.
    virtual Task<Status> comment(const Place& place, const store::MergeRequest& request, std::string text,
                                 std::string key) = 0;
    /// Merges what `request.head_sha` names. conflict "not_mergeable": the branches conflict, it is a draft,
    /// or a rule of the forge forbids it or this method; conflict "head_changed": the branch has other
    /// commits by now.
    virtual Task<Result<State>> merge(const Place& place, const store::MergeRequest& request,
                                      MergeMethod method) = 0;
    virtual Task<Result<State>> close(const Place& place, const store::MergeRequest& request) = 0;
    /// Its newest pipeline; nothing when it has none, or the forge runs none.
    virtual Task<Result<std::optional<Pipeline>>> pipeline(const Place& place,
                                                           const store::MergeRequest& request);
};

/// True for an error of a call that can pass by itself: the same call may succeed later.
bool may_pass(const Error& error);

/// The forges there are, by the platform of a repository. They outlive no call.
class Forges {
public:
    /// `http` null: forges that are reached by HTTP refuse every call.
    Forges(Pools& pools, const Clock& clock, net::HttpClient* http);
    ~Forges();
    /// "github", "forgejo" and "gitlab" have their own, everything else Docent's.
    Forge& of(const store::Repository& repository);

private:
    struct Entry {
        std::string platform;
        std::unique_ptr<Forge> forge;
    };
    std::vector<Entry> all_;
};

/// Docent's own: the merge request is a row in its store, and a merge is a commit that is pushed.
std::unique_ptr<Forge> local_forge(Pools& pools);
/// GitHub's REST API, version 2022-11-28, of github.com and of GitHub Enterprise Server; a draft is made
/// ready by its GraphQL API, the only one that can. Source: the OpenAPI description in the npm package
/// @octokit/openapi; https://docs.github.com/en/graphql/reference/mutations
std::unique_ptr<Forge> github_forge(const Clock& clock, net::HttpClient* http);
/// The API, version 1, of Forgejo and Gitea: https://codeberg.org/api/swagger
std::unique_ptr<Forge> forgejo_forge(const Clock& clock, net::HttpClient* http);
/// GitLab's REST API, version 4. https://docs.gitlab.com/api/merge_requests/
std::unique_ptr<Forge> gitlab_forge(const Clock& clock, net::HttpClient* http);

}  // namespace docent::forge
