#pragma once
#include "agent/sessions.hpp"
#include "agent/workspaces.hpp"
#include "base/task_group.hpp"
#include "forge/merge_method.hpp"
#include "forge/pipeline.hpp"
#include "store/forge_memory.hpp"
#include "store/merge_requests.hpp"

namespace docent::forge {
class Forges;
struct Place;
struct State;
}  // namespace docent::forge

namespace docent::agent {

/// A merge request, and what its forge says of it now.
struct ShownMergeRequest {
    store::MergeRequest request;
    std::optional<bool> mergeable;  // nothing: not known (yet)
    std::optional<int> behind_by;   // commits of the target that the branch has not
    std::vector<std::string> conflicting_files;
};

/// How one is to be merged.
struct MergeWish {
    forge::MergeMethod method = forge::MergeMethod::merge;
    std::string id;        // of which one; "": the session's latest
    std::string head_sha;  // of what the caller has seen; "": whatever was proposed last
};

/// What a person says of one; what is empty is made of the session.
struct Proposal {
    std::string title;
    std::string description;
    std::optional<bool> draft;  // nothing: as it is; a new one is none
};

/// What a forge reports of a merge request by webhook.
struct ForgeReport {
    std::string repository_id, external_id, title, web_url, source_branch, target_branch, head_sha;
    std::string status;  // "open", "merged", "closed"
    std::string merge_commit_sha, by;
    bool reopened = false;  // "open" after "closed"; else a report of an open one is older than its end
    std::optional<bool> draft;
    Millis at = 0;  // by the forge's clock; 0: not said
};

/// A comment under a merge request on its forge.
struct ForgeComment {
    std::string platform, repository_id, external_id;  // of the merge request
    std::string id;                                    // of the comment
    std::string by, text;
    bool may_write = false;  // its author may write to the repository, as the forge says
};

/// The merge requests of sessions: a session's branch is pushed, and a forge is asked to merge it. How one
/// ends is an event of the session; merging ends the session. On the event loop.
class MergeRequests {
public:
    /// `http`: what forges are called through.
    MergeRequests(boost::asio::any_io_executor loop, Services& services, Sessions& sessions,
                  store::Store& store, net::HttpClient* http);
    ~MergeRequests();

    /// Goes on with what could not be said yet.
    void start();
    Task<> stop();

    /// What is not committed becomes a commit, the branch is pushed, and the merge request is made; the open
    /// one is brought up to date. When the remote has a branch of that name with commits that are not the
    /// session's, another name is taken. conflict: "turn_running", "session_closed", "no_changes";
    /// "push_rejected" says what the remote has against it. Errors of the forge.
    Task<Result<ShownMergeRequest>> open(store::Session session, Proposal proposal);
    /// Title, description, draft: of the open one, and nothing is pushed. conflict "merge_request_merged",
    /// "merge_request_closed".
    Task<Result<ShownMergeRequest>> update(store::Session session, Proposal proposal);
    /// Says `text` (Markdown) under the newest one on its forge, once for a `key`; when the forge cannot take
    /// it now, again later, for a day. not_found; errors of forge::Forge::comment().
    Task<Status> say(store::Session session, std::string text, std::string key);
    /// As the forge has it; as it was known last when the forge cannot be reached. not_found.
    Task<Result<ShownMergeRequest>> read(store::Session session);
    /// The same for any of a session, not its latest alone.
    Task<Result<ShownMergeRequest>> read(store::Session session, store::MergeRequest request);
    /// conflict: "turn_running"; "merge_request_closed"; "head_changed"; those of forge::Forge::merge().
    /// Merged already: no change.
    Task<Result<ShownMergeRequest>> merge(store::Session session, std::string by, MergeWish wish);
    /// `id` as in MergeWish. Closed already: no change. conflict "merge_request_merged".
    Task<Result<ShownMergeRequest>> close(store::Session session, std::string by, std::string id = "");
    /// A closed one of Docent's own forge is open again. conflict: "merge_request_merged", "already_exists"
    /// (the session has another open one), "session_closed", "not_local" (its forge reopens it).
    Task<Result<ShownMergeRequest>> reopen(store::Session session, std::string id);

    /// What stored merge requests these sessions have, one each.
    Task<Result<std::vector<store::MergeRequest>>> latest_of(std::vector<std::string> session_ids) {
        return stored_.latest_of(std::move(session_ids));
    }
    /// Its newest pipeline, asked of the forge; nothing when there is none. not_found: its repository is
    /// gone.
    Task<Result<std::optional<forge::Pipeline>>> pipeline(store::MergeRequest request);

    /// True if it concerns a session: its own merge request, or one that a person made for its branch. Late
    /// and repeated reports change nothing.
    Task<Result<bool>> take(ForgeReport report);
    /// Somebody pushed to a branch: open merge requests into it are brought up to date, in the background.
    void base_moved(std::string repository_id, std::string branch);

private:
    /// A repository on its forge, without a token, and without a branch.
    Task<Result<forge::Place>> place_of(std::string repository_id, store::CodeProvider& provider);
    Task<Result<forge::Place>> place_of(const store::Session& session, const Tree& tree);
    Task<Result<forge::Place>> place_of(const store::Session& session);
    Task<Result<store::MergeRequest>> describe(const store::Session& session, const Tree& tree,
                                               Proposal said);
    Task<Status> push(const store::Session& session, const Tree& tree, store::MergeRequest& request);
    Task<Result<ShownMergeRequest>> propose(store::Session session, Proposal proposal);
    /// Merges it with a method, closes it without one.
    Task<Result<ShownMergeRequest>> finish(store::Session session, std::string by, std::string id,
                                           std::optional<MergeWish> wish);
    Task<Result<store::MergeRequest>> open_one(std::string session_id);
    Task<Result<ShownMergeRequest>> settle(store::MergeRequest request, forge::State state);
    Task<Result<store::MergeRequest>> adopt(const ForgeReport& report);
    Task<Status> tell(std::string session_id, std::string message, std::string code);
    // forge_comments.cpp
    Task<> say_later();
    Task<Status> comment(store::Session session, std::string text, std::string key);
    // base_updates.cpp
    Task<> bring_up_to_date(std::string repository_id, std::string branch);
    Task<Status> bring_one(store::MergeRequest request);
    Task<Status> bring_claimed(store::MergeRequest request);
    Task<Status> tell_conflicts(store::Session session, store::MergeRequest request, std::string target_sha,
                                std::vector<std::string> files);

    Services& services_;
    Sessions& sessions_;
    store::MergeRequests stored_;
    store::ForgeMemory memory_;
    std::unique_ptr<forge::Forges> forges_;
    std::set<std::string> busy_;  // sessions whose merge request a call works on
    TaskGroup group_;
};

}  // namespace docent::agent
