#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/merge_requests.hpp"
#include "base/clock.hpp"
#include "base/task_group.hpp"

namespace docent::agent {

/// What the pipelines of sessions' merge requests have come to, for those who list sessions: asked of their
/// forges a few at a time and remembered for some seconds. A forge that does not answer soon delays nobody:
/// its pipelines are left out. On the event loop.
class Pipelines {
public:
    static constexpr std::size_t most_calls = 4;  // at a time
    static constexpr Millis remembered = 10'000;  // ms; an unreachable forge is left alone for as long
    static constexpr std::chrono::milliseconds patience{2'000};    // of one list
    static constexpr std::chrono::milliseconds call_limit{5'000};  // of one merge request's

    /// `tasks` runs what outlives a list, and is stopped before `requests` goes.
    Pipelines(boost::asio::any_io_executor loop, const Clock& clock, TaskGroup& tasks,
              MergeRequests& requests);

    /// By session; those without a pipeline, or whose pipeline is not known, are not in it.
    Task<std::map<std::string, forge::Pipeline>> of(std::vector<std::string> sessions);

private:
    struct Known {
        bool asking = false;
        Millis asked = 0;
        std::optional<forge::Pipeline> pipeline;
    };
    bool is_fresh(Millis asked) const;
    void look(const store::MergeRequest& request);
    Task<> work();
    Task<> all_known(std::vector<std::string> requests);

    const Clock& clock_;
    TaskGroup& tasks_;
    MergeRequests& requests_;
    std::map<std::string, Known> known_;         // by merge request
    std::map<std::string, Millis> unreachable_;  // repositories whose forge failed, and when
    std::deque<store::MergeRequest> waiting_;
    std::size_t workers_ = 0;
    boost::asio::steady_timer answered_;
};

}  // namespace docent::agent
