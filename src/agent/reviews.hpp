#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/follow_ups.hpp"
#include "agent/workspaces.hpp"
#include "docs/page_preview.hpp"
#include "git/commit_range.hpp"
#include "store/merge_requests.hpp"
#include "store/review_comments.hpp"

namespace docent::agent {

/// What a person says of a merge request.
struct CommentToAdd {
    std::string author;
    std::string body;       // Markdown
    std::string path;       // as that side names the file; "": of the whole
    std::string side;       // "before", "after"
    std::int64_t line = 0;  // from 1; 0: of the file
    std::string client_id;
    bool for_agent = true;    // it is sent to the session as a message
    bool may_reopen = false;  // a completed job becomes active again by it
};

/// A comment, and what the agent said to it.
struct ShownComment {
    store::ReviewComment comment;
    std::string answer;           // "": none yet
    std::string answer_event_id;  // agent_message
    Millis answered = 0;
    std::string unsent;  // why the agent was not told: "session_closed", "job_ended", "model_unavailable";
                         // "": it was, or was not to be
};

/// The two sides of a merge request.
enum class ReviewSide { before, after };

/// What people look at and say when they review a merge request. What is shown comes from the commits alone,
/// so it stays when the branch is gone. On the event loop.
class Reviews {
public:
    Reviews(Services& services, FollowUps& follow_ups, store::Store& store)
        : services_(services), follow_ups_(follow_ups), comments_(store) {}

    /// From where the branch left its target to what was proposed. not_found when the commits are nowhere.
    Task<Result<git::CommitRange>> range(store::Session session, store::MergeRequest request);

    /// True when the session's tree has work that was not proposed.
    Task<Result<bool>> has_newer_work(store::Session session, store::MergeRequest request);

    /// A page on one side. not_found: it has no such file; invalid_argument: it is no page; too_large.
    Task<Result<docs::PagePreview>> preview(git::CommitRange range, std::string path, ReviewSide side);

    /// Stored, then sent to the session; a second call with the same client_id adds none and sends none
    /// twice. invalid_argument names the field; conflict "client_id_conflict"; errors of Sessions::send() but
    /// those that `unsent` tells.
    Task<Result<ShownComment>> comment(store::Session session, store::MergeRequest request, CommentToAdd add);

    /// Oldest first, with the agent's answers so far.
    Task<Result<std::vector<ShownComment>>> comments(store::Session session, store::MergeRequest request,
                                                     store::Page page);

private:
    Task<Result<std::string>> quoted_line(const store::Session& session, const store::MergeRequest& request,
                                          const CommentToAdd& add);

    Services& services_;
    FollowUps& follow_ups_;
    store::ReviewComments comments_;
};

}  // namespace docent::agent
