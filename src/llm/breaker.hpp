#pragma once
#include <chrono>

namespace docent::llm {

/// Keeps calls away from a model that does not work: after some failures in a row it is left alone for a
/// while, then one call tries it. On the event loop.
class Breaker {
public:
    using Time = std::chrono::steady_clock::time_point;

    Breaker(int most_failures, std::chrono::milliseconds rest) : most_(most_failures), first_rest_(rest) {}

    /// Leave to make one call. Says how the call ended before it goes, or nothing when it was cancelled.
    class Pass {
    public:
        Pass() = default;
        Pass(Breaker& breaker, bool trial) : breaker_(&breaker), trial_(trial) {}
        ~Pass() { give_back(); }
        Pass(Pass&& other) noexcept : breaker_(other.breaker_), trial_(other.trial_) {
            other.breaker_ = nullptr;
        }
        Pass& operator=(Pass&&) = delete;
        explicit operator bool() const { return breaker_ != nullptr; }

        void succeeded();
        void failed(Time now);
        /// It will fail until someone changes something: no more calls for now.
        void failed_for_good(Time now);
        /// The service asks to be left alone.
        void rest_until(Time time);

    private:
        void give_back();
        Breaker* breaker_ = nullptr;
        bool trial_ = false;
    };

    /// False when the model is to be left alone.
    Pass ask(Time now);
    bool resting(Time now) const { return now < rest_until_; }

private:
    void open(Time now);
    const int most_;
    const std::chrono::milliseconds first_rest_;
    int failures_ = 0;  // in a row
    int openings_ = 0;  // in a row: each rest is twice as long as the last, up to eight times the first
    bool trying_ = false;
    Time rest_until_{};
};

}  // namespace docent::llm
