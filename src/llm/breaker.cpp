#include "llm/breaker.hpp"

#include <algorithm>

namespace docent::llm {

Breaker::Pass Breaker::ask(Time now) {
    if (resting(now) || trying_) return {};
    const bool trial = failures_ >= most_;
    trying_ = trial;
    return Pass(*this, trial);
}

void Breaker::open(Time now) {
    failures_ = std::max(failures_, most_);
    rest_until_ = std::max(rest_until_, now + first_rest_ * (1 << std::min(openings_, 3)));
    ++openings_;
}

void Breaker::Pass::give_back() {
    if (breaker_ && trial_) breaker_->trying_ = false;
    breaker_ = nullptr;
}

void Breaker::Pass::succeeded() {
    breaker_->failures_ = breaker_->openings_ = 0;
    give_back();
}

void Breaker::Pass::failed(Time now) {
    // Calls that began before the model was given up say nothing new.
    if (!breaker_->resting(now) && ++breaker_->failures_ >= breaker_->most_) breaker_->open(now);
    give_back();
}

void Breaker::Pass::failed_for_good(Time now) {
    if (!breaker_->resting(now)) breaker_->open(now);
    give_back();
}

void Breaker::Pass::rest_until(Time time) {
    breaker_->rest_until_ = std::max(breaker_->rest_until_, time);
    give_back();
}

}  // namespace docent::llm
