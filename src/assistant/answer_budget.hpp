#pragma once
#include <string>

#include "base/clock.hpp"
#include "llm/types.hpp"
#include "store/spending.hpp"

namespace docent::assistant {

/// What one answer may still spend on models, and the booking of what it spent. On the event loop.
class AnswerBudget {
public:
    /// `spending` may be null: nothing is booked then, and only the caps of the answer itself count.
    AnswerBudget(store::Spending* spending, store::Caps caps, std::string project_id, const Clock& clock)
        : spending_(spending), caps_(caps), project_id_(std::move(project_id)), clock_(clock) {}

    /// True while no cap is reached. What cannot be read is no reason to go on spending: false then.
    Task<bool> allows();

    /// What the next call of a model fills in. Lives here, so that it can be booked when the call is
    /// cancelled, too.
    llm::CallReport& report() { return report_; }
    /// Books what the report says and empties it.
    Task<> book();

    const llm::Usage& spent() const { return spent_; }

private:
    store::Spending* const spending_;
    const store::Caps caps_;
    const std::string project_id_;
    const Clock& clock_;
    llm::CallReport report_;
    llm::Usage spent_;  // of this answer
};

}  // namespace docent::assistant
