#pragma once
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>

#include "base/task.hpp"

namespace docent {

/// At most so many calls at a time; the others wait in line. On the event loop.
class Slots {
public:
    explicit Slots(std::size_t most) : most_(most) {}  // 0: any number

    /// A place, until it is destroyed.
    class Place {
    public:
        Place() = default;
        explicit Place(Slots& slots) : slots_(&slots) {}
        ~Place() {
            if (slots_) slots_->release();
        }
        Place(Place&& other) noexcept : slots_(other.slots_) { other.slots_ = nullptr; }
        Place& operator=(Place&&) = delete;
        explicit operator bool() const { return slots_ != nullptr; }

    private:
        Slots* slots_ = nullptr;
    };

    /// No place when none became free within the limit.
    Task<Place> wait(std::chrono::milliseconds limit);
    std::size_t taken() const { return taken_; }
    std::size_t waiting() const { return line_.size(); }

private:
    struct Waiting {
        explicit Waiting(boost::asio::any_io_executor loop) : timer(std::move(loop)) {}
        boost::asio::steady_timer timer;
        bool granted = false;
    };
    void release();
    const std::size_t most_;
    std::size_t taken_ = 0;
    std::list<Waiting*> line_;
};

}  // namespace docent
