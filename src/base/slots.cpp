#include "base/slots.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace docent {
namespace asio = boost::asio;

Task<Slots::Place> Slots::wait(std::chrono::milliseconds limit) {
    if (most_ == 0 || taken_ < most_) {
        ++taken_;
        co_return Place(*this);
    }
    const auto loop = co_await asio::this_coro::executor;
    Waiting own(loop);
    line_.push_back(&own);
    // Also when the coroutine ends without having run on.
    struct Leave {
        Slots& slots;
        Waiting& own;
        ~Leave() { slots.line_.remove(&own); }
    } leave{*this, own};
    own.timer.expires_after(limit);
    auto [ended] = co_await own.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    (void)ended;
    if (!own.granted) co_return Place();
    co_return Place(*this);
}

void Slots::release() {
    if (line_.empty()) {
        --taken_;
        return;
    }
    Waiting& next = *line_.front();
    line_.pop_front();
    next.granted = true;  // the place goes from hand to hand
    next.timer.cancel();
}

}  // namespace docent
