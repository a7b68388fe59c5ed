#pragma once
#include "agent/sessions.hpp"
#include "agent/workspaces.hpp"
#include "forge/forge.hpp"
#include "store/merge_requests.hpp"

namespace docent::agent {

/// A merge request, and what its forge says of it now.
struct ShownMergeRequest {
    store::MergeRequest request;
    std::optional<bool> mergeable;  // nothing: not known (yet)
};

/// What a person says of one; what is empty is made of the session.
struct Proposal {
    std::string title;
    std::string description;
};

/// What a forge reports by webhook.
struct ForgeReport {
    std::string repository_id, external_id, title, web_url, source_branch, target_branch, head_sha;
    std::string status;  // "open", "merged", "closed"
    std::string merge_commit_sha, by;
};

/// The merge requests of sessions: a session's branch is pushed, and a forge is asked to merge it. How one
/// ends is an event of the session; merging ends the session. On the event loop.
class MergeRequests {
public:
    /// `http`: what forges are called through.
    MergeRequests(Services& services, Sessions& sessions, store::Store& store, net::HttpClient* http)
        : services_(services), sessions_(sessions), stored_(store), forges_(services.pools, http) {}

    /// What is not committed becomes a commit, the branch is pushed, and the merge request is made; the open
    /// one is brought up to date. conflict: "turn_running", "session_closed", "no_changes"; "push_rejected"
    /// says what the remote has against it. Errors of the forge.
    Task<Result<ShownMergeRequest>> open(store::Session session, Proposal proposal);
    /// As the forge has it; as it was known last when the forge cannot be reached. not_found.
    Task<Result<ShownMergeRequest>> read(store::Session session);
    /// conflict: "turn_running"; "merge_request_closed"; those of forge::Forge::merge(). Merged already: no
    /// change.
    Task<Result<ShownMergeRequest>> merge(store::Session session, std::string by);
    /// Closed already: no change. conflict "merge_request_merged".
    Task<Result<ShownMergeRequest>> close(store::Session session, std::string by);

    /// True if it concerns a session: its own merge request, or one that a person made for its branch.
    Task<Result<bool>> take(ForgeReport report);

private:
    Task<Result<forge::Place>> place_of(const store::Session& session, const Tree& tree);
    Task<Result<forge::Place>> place_of(const store::Session& session);
    Task<Result<store::MergeRequest>> describe(const store::Session& session, const Tree& tree,
                                               Proposal said);
    Task<Status> push(const store::Session& session, const Tree& tree, store::MergeRequest& request);
    Task<Result<ShownMergeRequest>> propose(store::Session session, Proposal proposal);
    Task<Result<ShownMergeRequest>> finish(store::Session session, std::string by, bool merges);
    Task<Result<ShownMergeRequest>> settle(store::MergeRequest request, forge::State state);
    Task<Result<store::MergeRequest>> adopt(const ForgeReport& report);

    Services& services_;
    Sessions& sessions_;
    store::MergeRequests stored_;
    forge::Forges forges_;
    std::set<std::string> busy_;  // sessions whose merge request a call works on
};

}  // namespace docent::agent
