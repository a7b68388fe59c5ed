#pragma once
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

namespace docent::net {

/// The deadlines of thousands of connections behind one timer. A deadline is kept to within one tick
/// (late, never early). Moving one further away, the common case, is a store. On the loop.
class TimerWheel : public std::enable_shared_from_this<TimerWheel> {
public:
    /// What waits: one deadline each. Unlinks itself when destroyed.
    class Entry {
    public:
        Entry() = default;
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        virtual ~Entry() { unlink(); }
        /// The deadline has passed; it is disarmed by then.
        virtual void expired() = 0;

    private:
        friend class TimerWheel;
        void unlink();
        Entry* before_ = nullptr;
        Entry* after_ = nullptr;
        std::uint64_t due_ = 0;   // the tick it waits for
        std::uint64_t seen_ = 0;  // the tick at which its slot is looked at
    };

    TimerWheel(boost::asio::io_context::executor_type loop, std::chrono::milliseconds tick);

    void start();
    void stop();
    void arm(Entry& entry, std::chrono::milliseconds limit);
    void disarm(Entry& entry) { entry.unlink(); }

private:
    struct Slot final : Entry {
        void expired() override {}
    };
    static constexpr std::size_t slot_count = 128;
    void link(Entry& entry);
    void wait();
    void advance();
    std::uint64_t now() const;

    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>,
                                      boost::asio::io_context::executor_type>
        timer_;
    std::chrono::milliseconds tick_;
    std::chrono::steady_clock::time_point epoch_;
    std::uint64_t done_ = 0;  // ticks dealt with
    bool stopped_ = true;
    std::array<Slot, slot_count> slots_;  // list heads
};

}  // namespace docent::net
