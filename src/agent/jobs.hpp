#pragma once
#include <set>
#include <string>

#include "agent/merge_requests.hpp"
#include "agent/sessions.hpp"
#include "base/task_group.hpp"
#include "store/jobs.hpp"

namespace docent::agent {

/// What a job is made with.
struct NewJob {
    std::string project_id, user_id, repository_id;
    std::string prompt;
    std::string title;   // "": made of the prompt
    std::string model;   // "": the configured order
    std::string branch;  // "": made of the prompt
    std::string target;  // the branch that the pull request is for; "": the repository's default
    std::string cause = "api";
    std::string idempotency_key;  // "": none
    bool draft = false, dry_run = false;
    std::chrono::milliseconds follow_up{15 * 60'000};  // it stays open so long after a turn; 0: not at all
};

struct LastTurn;

/// Jobs: a prompt becomes a turn of a session, its work is checked, and what passes becomes a pull request.
/// Each step is a row before it begins, so that a restart goes on from where a crash left it. On the event
/// loop.
class Jobs {
public:
    Jobs(boost::asio::any_io_executor loop, Services& services, Sessions& sessions, MergeRequests& requests,
         store::Store& store);
    ~Jobs();

    /// After Sessions::start(): goes on with what was under way.
    Task<Status> start();
    Task<> stop();

    /// Durable when it returns; the work goes on by itself. A repeated idempotency key answers the job that
    /// there is, or conflict "idempotency_key" when that has another prompt. invalid_argument names the
    /// field; unavailable "model_unavailable": free text, and no model is configured. Errors of
    /// Sessions::create().
    Task<Result<store::Job>> create(NewJob wanted);
    /// A follow-up. conflict "job_ended" unless it is active; `may_reopen`: a completed one becomes active
    /// again, as long as its pull request was not merged or closed. Errors of Sessions::send().
    Task<Result<store::Job>> message(std::string job_id, MessageToSend message, bool may_reopen);
    /// Stops what runs: the job has failed, with the code "canceled". One that has ended: no change.
    Task<Result<store::Job>> cancel(std::string job_id);
    /// The follow-up time is over now. conflict "turn_running" while the agent works.
    Task<Result<store::Job>> complete(std::string job_id);
    /// An active one is cancelled first.
    Task<Result<store::Job>> archive(std::string job_id);

private:
    /// How the newest turn of a job leaves it.
    struct Ending {
        store::JobPatch patch;
        std::string back_to_agent;  // what it is to mend first; "": nothing
    };
    Task<Status> deliver(store::Job job);
    void end_soon(const std::string& job_id);
    Task<> end_work(std::string job_id);
    Task<Result<Ending>> finish(const store::Job& job, store::Session session);
    Task<Result<Ending>> propose(const store::Job& job, store::Session session, const Tree& tree,
                                 const LastTurn& turn, Ending so_far);
    Task<> settle(store::Job job, Ending ending);
    Task<> watch();

    boost::asio::any_io_executor loop_;
    Services& services_;
    Sessions& sessions_;
    MergeRequests& requests_;
    store::Jobs stored_;
    store::MergeRequests proposals_;
    std::set<std::string> ending_;
    TaskGroup group_;
};

}  // namespace docent::agent
