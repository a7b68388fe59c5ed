#include "net/timer_wheel.hpp"

#include <algorithm>

namespace docent::net {

void TimerWheel::Entry::unlink() {
    if (!after_) return;
    before_->after_ = after_;
    after_->before_ = before_;
    before_ = after_ = nullptr;
}

TimerWheel::TimerWheel(boost::asio::io_context::executor_type loop, std::chrono::milliseconds tick)
    : timer_(loop), tick_(tick), epoch_(std::chrono::steady_clock::now()) {
    for (auto& slot : slots_) slot.before_ = slot.after_ = &slot;
}

std::uint64_t TimerWheel::now() const {
    return static_cast<std::uint64_t>((std::chrono::steady_clock::now() - epoch_) / tick_);
}

void TimerWheel::arm(Entry& entry, std::chrono::milliseconds limit) {
    const auto ticks = static_cast<std::uint64_t>(std::max<std::int64_t>(limit / tick_, 0)) + 1;
    entry.due_ = now() + ticks;
    if (entry.after_ && entry.seen_ <= entry.due_) return;  // looked at in time, and moved on then
    entry.unlink();
    link(entry);
}

void TimerWheel::link(Entry& entry) {
    entry.seen_ = std::min(std::max(entry.due_, done_ + 1), done_ + slot_count - 1);
    auto& head = slots_[entry.seen_ % slot_count];
    entry.before_ = head.before_;
    entry.after_ = &head;
    head.before_->after_ = &entry;
    head.before_ = &entry;
}

void TimerWheel::start() {
    stopped_ = false;
    wait();
}

void TimerWheel::stop() {
    stopped_ = true;
    timer_.cancel();
}

void TimerWheel::wait() {
    timer_.expires_at(epoch_ + tick_ * (done_ + 1));
    timer_.async_wait([self = shared_from_this()](boost::system::error_code) {
        if (self->stopped_) return;
        self->advance();
        self->wait();
    });
}

void TimerWheel::advance() {
    for (const auto until = now(); done_ < until && !stopped_;) {
        ++done_;
        Slot due;  // apart, so that what is armed meanwhile is not met again
        auto& head = slots_[done_ % slot_count];
        due.before_ = due.after_ = &due;
        if (head.after_ != &head) {
            due.before_ = head.before_;
            due.after_ = head.after_;
            due.before_->after_ = due.after_->before_ = &due;
            head.before_ = head.after_ = &head;
        }
        while (due.after_ != &due) {
            Entry& entry = *due.after_;
            entry.unlink();
            if (entry.due_ > done_) {
                link(entry);
            } else {
                entry.expired();
            }
        }
    }
}

}  // namespace docent::net
