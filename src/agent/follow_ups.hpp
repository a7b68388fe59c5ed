#pragma once
#include <string>

#include "agent/jobs.hpp"
#include "agent/merge_requests.hpp"
#include "agent/sessions.hpp"
#include "store/jobs.hpp"

namespace docent::agent {

/// What people say of a session's work becomes a message to it: of a job under the rules of jobs, wherever
/// they say it. On the event loop.
class FollowUps {
public:
    FollowUps(Services& services, Sessions& sessions, Jobs& jobs, MergeRequests& requests,
              store::Store& store)
        : services_(services),
          sessions_(sessions),
          jobs_(jobs),
          requests_(requests),
          stored_jobs_(store),
          proposals_(store) {}

    /// The message as it is stored. `may_reopen`, and the errors of a job: see Jobs::message(). Else those of
    /// Sessions::send().
    Task<Result<store::Event>> send(std::string session_id, MessageToSend message, bool may_reopen);

    /// True if it became a message: it mentions the agent, its author may write, and it was not heard before.
    /// What cannot be taken is answered under the merge request, once, with a sentence that says why.
    Task<Result<bool>> hear(ForgeComment comment, bool may_reopen);

private:
    Services& services_;
    Sessions& sessions_;
    Jobs& jobs_;
    MergeRequests& requests_;
    store::Jobs stored_jobs_;
    store::MergeRequests proposals_;
};

}  // namespace docent::agent
