#pragma once
#include <optional>
#include <string>
#include <vector>

#include "store/page.hpp"
#include "store/timeline.hpp"

namespace docent::store {

/// A proposal to merge the branch of a session into its target.
struct MergeRequest {
    std::string id;  // UUID v7
    std::string session_id;
    std::string repository_id;
    std::string external_id;  // the forge's number; "": Docent's own
    std::string title;
    std::string description;  // Markdown
    std::string source_branch;
    std::string target_branch;
    std::string status = "open";  // "open", "merged", "closed"
    std::string head_sha;         // what was proposed last
    std::string base_sha;         // where the branch began then; "": not known
    std::string merge_commit_sha;
    std::string web_url;
    bool draft = false;         // not yet to be merged
    Millis reported = 0;        // when, by the forge's clock, what it reported last happened; 0: nothing yet
    std::string conflict_told;  // the commit of the target that a conflict was told of; "": none
    Millis created = 0;
    Millis updated = 0;
    Millis merged = 0;  // 0: not
};

/// How one ends.
struct MergeRequestEnd {
    std::string status;  // "merged" or "closed"
    std::string merge_commit_sha;
    Event event;  // merge_request_merged or merge_request_closed, of its session
    Millis now = 0;
};

/// What ending one left behind. No `appended`: it had ended before, and nothing was written.
struct EndedMergeRequest {
    MergeRequest request;
    std::optional<Appended> appended;
};

class MergeRequests {
public:
    explicit MergeRequests(Store& store) : store_(store) {}

    /// conflict "already_exists" when the session has an open one; not_found: the session.
    Task<Result<MergeRequest>> add(MergeRequest request);
    /// The newest of a session: the open one, if there is one. not_found.
    Task<Result<MergeRequest>> latest(std::string session_id);
    /// latest() of each of these sessions that has one, in no order.
    Task<Result<std::vector<MergeRequest>>> latest_of(std::vector<std::string> session_ids);
    /// By its id, with the project that its session belongs to. not_found, also for one of another project
    /// than `project_id` ("": any).
    struct Placed {
        MergeRequest request;
        std::string project_id;
    };
    Task<Result<Placed>> get(std::string project_id, std::string id);
    /// Newest first; of one status, or of all with "".
    Task<Result<std::vector<MergeRequest>>> list(std::string project_id, std::string status, Page page);
    /// By the forge's number. not_found.
    Task<Result<MergeRequest>> find(std::string repository_id, std::string external_id);
    /// The open ones of a repository into this branch, the oldest first.
    Task<Result<std::vector<MergeRequest>>> open_into(std::string repository_id, std::string target_branch);
    /// Title, description, base, head, address, draft, and what was reported and told. not_found.
    Task<Result<MergeRequest>> change(MergeRequest request);
    /// A closed one is open again; nothing else changes. not_found.
    Task<Result<MergeRequest>> reopen(std::string id, Millis now);
    /// In one transaction with the event in the timeline; "merged" is final and ends the session. A second
    /// call for the same end, or one for a merged one, writes nothing. not_found.
    Task<Result<EndedMergeRequest>> end(std::string id, MergeRequestEnd end);

private:
    Store& store_;
};

}  // namespace docent::store
