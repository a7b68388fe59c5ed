#include "agent/pipelines.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/deadline.hpp"
#include "base/log.hpp"

namespace docent::agent {
namespace {

constexpr std::size_t most_remembered = 10'000, most_waiting = 1'000;

}  // namespace

Pipelines::Pipelines(boost::asio::any_io_executor loop, const Clock& clock, TaskGroup& tasks,
                     MergeRequests& requests)
    : clock_(clock), tasks_(tasks), requests_(requests), answered_(loop) {
    answered_.expires_at(std::chrono::steady_clock::time_point::max());
}

bool Pipelines::is_fresh(Millis asked) const {
    const auto age = clock_.now() - asked;
    return age >= 0 && age < remembered;
}

Task<std::map<std::string, forge::Pipeline>> Pipelines::of(std::vector<std::string> sessions) {
    std::map<std::string, forge::Pipeline> out;
    auto requests = co_await requests_.latest_of(std::move(sessions));
    if (!requests) {
        log::info("pipelines: " + requests.error().message + " " + requests.error().detail);
        co_return out;
    }
    std::vector<std::string> wanted;
    for (const auto& request : *requests) {
        if (request.external_id.empty()) continue;
        look(request);
        wanted.push_back(request.id);
    }
    [[maybe_unused]] const bool all = co_await finishes_within(patience, all_known(std::move(wanted)));
    for (const auto& request : *requests) {
        const auto found = known_.find(request.id);
        if (found != known_.end() && found->second.pipeline)
            out.emplace(request.session_id, *found->second.pipeline);
    }
    co_return out;
}

void Pipelines::look(const store::MergeRequest& request) {
    if (known_.size() >= most_remembered)
        std::erase_if(known_,
                      [&](const auto& one) { return !one.second.asking && !is_fresh(one.second.asked); });
    auto& known = known_[request.id];
    if (known.asking || (known.asked != 0 && is_fresh(known.asked))) return;
    if (waiting_.size() >= most_waiting) return;
    known.asking = true;
    waiting_.push_back(request);
    if (workers_ >= most_calls) return;
    ++workers_;
    if (tasks_.spawn("pipelines of merge requests", work()) == 0) --workers_;
}

Task<> Pipelines::work() {
    struct Leave {
        std::size_t& workers;
        ~Leave() { --workers; }
    } leave{workers_};
    while (!waiting_.empty()) {
        auto request = std::move(waiting_.front());
        waiting_.pop_front();
        const auto id = request.id, repository = request.repository_id;
        const auto failed = unreachable_.find(repository);
        std::optional<forge::Pipeline> pipeline;
        if (failed == unreachable_.end() || !is_fresh(failed->second)) {
            auto asked = co_await with_deadline(call_limit, requests_.pipeline(std::move(request)));
            unreachable_.erase(repository);
            if (asked) {
                pipeline = *std::move(asked);
            } else {
                log::info("pipelines: " + asked.error().message + " " + asked.error().detail);
                if (asked.error().code != ErrorCode::not_found) unreachable_[repository] = clock_.now();
            }
        }
        auto& known = known_[id];
        known.asking = false;
        known.asked = clock_.now();
        known.pipeline = std::move(pipeline);
        answered_.cancel();
    }
}

Task<> Pipelines::all_known(std::vector<std::string> requests) {
    const auto is_asked = [&](const std::string& id) { return known_[id].asking; };
    while (std::ranges::any_of(requests, is_asked)) {
        [[maybe_unused]] auto [woken] =
            co_await answered_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        const auto state = co_await boost::asio::this_coro::cancellation_state;
        if (state.cancelled() != boost::asio::cancellation_type::none) co_return;
    }
}

}  // namespace docent::agent
