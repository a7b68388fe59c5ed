#include "assistant/answer_budget.hpp"

#include "base/log.hpp"

namespace docent::assistant {

Task<bool> AnswerBudget::allows() {
    if (!caps_.any()) co_return true;
    store::Spent answer;
    answer.cost = spent_.cost;
    answer.tokens = spent_.input_tokens + spent_.output_tokens;
    store::SpentSoFar project;
    if (spending_) {
        auto found = co_await spending_->so_far(project_id_, clock_.now());
        if (!found) {
            log::error("spending cannot be read: " + found.error().detail);
            co_return false;
        }
        project = *found;
    }
    const auto cap = store::reached_cap(caps_, answer, project);
    if (!cap.empty()) log::warn("project " + project_id_ + " has reached its spending cap: " + cap);
    co_return cap.empty();
}

Task<> AnswerBudget::book() {
    const llm::CallReport report = std::exchange(report_, llm::CallReport());
    const llm::Usage& used = report.spent;
    if (used.input_tokens == 0 && used.output_tokens == 0 && used.cost == 0) co_return;
    spent_.add(used);
    if (!spending_) co_return;
    store::Booking booking;
    booking.project_id = project_id_;
    booking.model = report.model;
    booking.input_tokens = used.input_tokens;
    booking.output_tokens = used.output_tokens;
    booking.cached_input_tokens = used.cached_input_tokens;
    booking.cost = used.cost;
    auto booked = co_await spending_->book(std::move(booking), clock_.now());
    if (!booked) log::error("spending cannot be booked: " + booked.error().detail);
}

}  // namespace docent::assistant
