#pragma once
#include <boost/asio/awaitable.hpp>

#include "base/result.hpp"

namespace docent {

/// The one coroutine type: every asynchronous function in the tree returns Task<T>.
template <class T = void>
using Task = boost::asio::awaitable<T>;

/// The one streaming interface. put() completes once the consumer has taken the item, which is all
/// the back-pressure there is, and fails with ErrorCode::cancelled once the consumer is gone.
template <class T>
class Sink {
public:
    virtual ~Sink() = default;
    virtual Task<Status> put(T item) = 0;
};

}  // namespace docent
