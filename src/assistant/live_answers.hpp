#pragma once
#include <chrono>
#include <list>
#include <memory>
#include <string>

#include "assistant/conversation.hpp"
#include "base/clock.hpp"

namespace docent::assistant {

/// The answers in memory: those that run, and those that ended a moment ago and can still be resumed. On the
/// event loop.
class LiveAnswers {
public:
    using Shared = std::shared_ptr<Conversation>;

    LiveAnswers(const Clock& clock, std::chrono::milliseconds keep_finished, std::size_t max_finished)
        : clock_(clock), keep_finished_(keep_finished), max_finished_(max_finished) {}

    void add(Shared c) { running_.push_back(std::move(c)); }
    void take_back(const Shared& c) { running_.remove(c); }
    /// The answer has ended: it is kept for a while where its chat has an id.
    void retire(const Shared& c);
    void drop_expired();
    void drop_finished() { finished_.clear(); }

    /// The newest answer of this chat that the caller may resume: same key, and the thread key or an
    /// unguessable chat id. Null otherwise.
    Shared find(const std::string& project_id, const std::string& chat_id, const std::string& key_id,
                const std::string& thread_key) const;

    const std::list<Shared>& running() const { return running_; }
    bool any_finished() const { return !finished_.empty(); }

private:
    const Clock& clock_;
    const std::chrono::milliseconds keep_finished_;
    const std::size_t max_finished_;  // the oldest go first
    std::list<Shared> running_;       // newest last
    std::list<Shared> finished_;      // oldest first
};

}  // namespace docent::assistant
